"""JSON read strictly: exact decimals, no key twice, nothing that is not JSON."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn

# A longer whole number is read as a Decimal: int() refuses thousands of digits.
_INT_DIGITS = 100


class NotReadable(ValueError):
    """The text is not JSON as we accept it; the message says why."""


def load(text: str | bytes) -> object:
    """The value of one JSON text. Raises ``NotReadable``."""
    try:
        if isinstance(text, bytes):
            text = text.decode("utf-8")
        return json.loads(
            text,
            parse_float=Decimal,
            parse_int=_whole,
            parse_constant=_refuse_constant,
            object_pairs_hook=_object,
        )
    except NotReadable:
        raise
    except RecursionError:
        raise NotReadable("it is nested too deeply") from None
    except ValueError as wrong:
        raise NotReadable(str(wrong)) from None


def _whole(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _INT_DIGITS else Decimal(digits)


def _refuse_constant(name: str) -> NoReturn:
    raise NotReadable(f"{name} is not JSON")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise NotReadable(f"the key {json.dumps(key)} stands twice in one object")
        found[key] = value
    return found
