"""Names of pairs: QUOTE_BASE, whose base may hold further underscores and dashes."""

from __future__ import annotations

import re

_NAME = re.compile(r"[A-Za-z0-9]{1,20}_[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")


def is_name(text: str) -> bool:
    """Whether it has the form of a pair's name, traded or not.

    Source: rule ``pair-format``.
    """
    return _NAME.fullmatch(text) is not None
