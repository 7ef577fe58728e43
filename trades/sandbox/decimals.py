"""Exact decimal numbers: reading, writing, and arithmetic that never rounds."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Context, Decimal, InvalidOperation

# Far more digits than two numbers of the longest admitted length can produce.
_EXACT = Context(prec=300, traps=[InvalidOperation])
_PLAIN = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_LONGEST = 60


def read(value: object) -> Decimal | None:
    """A number, or a text that is a plain number; None for anything else."""
    if isinstance(value, str):
        if len(value) > _LONGEST or not _PLAIN.fullmatch(value):
            return None
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    _, digits, exponent = number.as_tuple()
    return number if len(digits) + abs(exponent) <= _LONGEST else None


def text(number: Decimal) -> str:
    """The number as 3Commas writes it: at least one decimal, no trailing zeros."""
    whole, _, part = format(number, "f").partition(".")
    return f"{whole}.{part.rstrip('0') or '0'}"


def times(*numbers: Decimal) -> Decimal:
    product = Decimal(1)
    for number in numbers:
        product = _EXACT.multiply(product, number)
    return product


def cut(number: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of the step towards zero."""
    return times(_EXACT.divide_int(number, step), step)


def ratio(number: Decimal, other: Decimal, step: Decimal) -> Decimal:
    """One number divided by the other, cut to the step."""
    return times(_EXACT.divide_int(number, times(other, step)), step)


def total(numbers: Iterable[Decimal]) -> Decimal:
    result = Decimal(0)
    for number in numbers:
        result = _EXACT.add(result, number)
    return result
