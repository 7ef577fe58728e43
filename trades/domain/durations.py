"""How long, as people type it: 90, 90s, 1m30s or 1h."""

from __future__ import annotations

import re

_PARTS = re.compile(r"(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?")
_IN_SECONDS = (3600, 60, 1)


def in_seconds(text: str) -> str:
    """The seconds in plain digits; any other text as it is, for the rules to judge.

    >>> in_seconds("1m30s"), in_seconds("2 H"), in_seconds("90"), in_seconds("soon")
    ('90', '7200', '90', 'soon')
    """
    bare = "".join(text.split()).lower()
    found = _PARTS.fullmatch(bare)
    if not bare or not found:
        return text
    parts = zip(found.groups(), _IN_SECONDS, strict=True)
    return str(sum(int(number) * each for number, each in parts if number))
