"""Exact decimals, from text to text. No float is ever made on the way."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import (
    ROUND_CEILING,
    ROUND_FLOOR,
    ROUND_HALF_UP,
    Context,
    Decimal,
    DivisionByZero,
    Inexact,
    InvalidOperation,
    Overflow,
)

# Wide enough for any product of checked numbers; where it is not, Inexact raises.
EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])

# For what can't be exact: quotients, and what people are shown.
ROUNDING = Context(prec=400, rounding=ROUND_HALF_UP)

CHARACTERS_MAX = 64
DIGITS_BEFORE_MAX, DIGITS_AFTER_MAX = 15, 18

SORTABLE_LENGTH = 49
_FINEST = Decimal(1).scaleb(-DIGITS_AFTER_MAX)

_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)")
_WHOLE = re.compile(r"-?[0-9]+")
# Most that are typed: surely plain, and surely not too long.
_SHORT_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,18})?")
_SHORT_WHOLE = re.compile(r"-?[0-9]{1,15}")


class Unreadable(Exception):
    """A value that can't be read; ``rule`` says which rule refuses it."""

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


def read_number(raw: object) -> Decimal:
    """A decimal from text, or from a number of exactly parsed JSON.

    Raises ``Unreadable`` with any-number or any-size.
    """
    if isinstance(raw, str) and _SHORT_NUMBER.fullmatch(raw):
        return Decimal(raw)
    text = _text(raw, "any-number")
    if not _NUMBER.fullmatch(text):
        raise Unreadable("any-number")
    return _sized(text)


def read_whole(raw: object) -> int:
    """A whole number, likewise. Raises ``Unreadable`` with any-integer or any-size."""
    if isinstance(raw, str) and _SHORT_WHOLE.fullmatch(raw):
        return int(raw)
    if type(raw) is int and abs(raw) < 10**DIGITS_BEFORE_MAX:
        return raw
    text = _text(raw, "any-integer")
    if not _WHOLE.fullmatch(text):
        raise Unreadable("any-integer")
    return int(_sized(text))


def plain(number: Decimal) -> str:
    """Standard form: no exponent, no needless zero.

    >>> plain(Decimal("0060000.50")), plain(Decimal("1E-8")), plain(Decimal("-0.0"))
    ('60000.5', '0.00000001', '0')
    """
    text = format(number, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def sortable(number: Decimal) -> str:
    """As texts sort: 30 digits, a dot, 18 digits. What is finer is rounded up.

    Raises ``ValueError`` for what is negative or larger.

    >>> sortable(Decimal("0.5"))
    '000000000000000000000000000000.500000000000000000'
    """
    rounded = number.quantize(_FINEST, ROUND_CEILING, context=ROUNDING)
    text = f"{rounded.copy_abs():f}".zfill(SORTABLE_LENGTH)  # there is a -0
    if number < 0 or len(text) > SORTABLE_LENGTH:
        raise ValueError("not a number that can be sorted as text")
    return text


def quotient(number: Decimal, by: Decimal, decimals: int = 2) -> Decimal:
    """Rounded half up to so many decimals. Raises ``DivisionByZero``.

    >>> quotient(Decimal(2), Decimal(3)), quotient(Decimal(-1), Decimal(8))
    (Decimal('0.67'), Decimal('-0.13'))
    """
    return round_to(ROUNDING.divide(number, by), decimals)


def round_to(number: Decimal, decimals: int) -> Decimal:
    """Half up to so many decimals."""
    return number.quantize(Decimal(1).scaleb(-decimals), context=ROUNDING)


def median(numbers: Iterable[Decimal]) -> Decimal:
    """The middle one; of two the exact half way between them. Some there must be.

    >>> median([Decimal(3), Decimal(1), Decimal(2), Decimal("2.5")])
    Decimal('2.25')
    """
    ordered = sorted(numbers)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return EXACT.divide(EXACT.add(low, high), Decimal(2))


def floor_to(number: Decimal, step: Decimal) -> Decimal:
    """The largest multiple of the step that is not above the number."""
    return _multiple(number, step, ROUND_FLOOR)


def ceiling_to(number: Decimal, step: Decimal) -> Decimal:
    """The smallest multiple of the step that is not below the number."""
    return _multiple(number, step, ROUND_CEILING)


def nearest(number: Decimal, step: Decimal) -> Decimal:
    """The nearest multiple of the step; of two the one farther from 0."""
    return _multiple(number, step, ROUND_HALF_UP)


def _multiple(number: Decimal, step: Decimal, rounding: str) -> Decimal:
    times = ROUNDING.divide(number, step).to_integral_value(rounding)
    return ROUNDING.multiply(times, step)


def _text(raw: object, refusal: str) -> str:
    if isinstance(raw, str):
        return raw.strip()
    if isinstance(raw, bool) or not isinstance(raw, int | Decimal):
        raise Unreadable(refusal)
    number = Decimal(raw)
    if not number.is_finite():
        raise Unreadable(refusal)
    if abs(number.adjusted()) > CHARACTERS_MAX:  # before it is written out
        raise Unreadable("any-size")
    return format(number, "f")


def _sized(text: str) -> Decimal:
    if len(text) > CHARACTERS_MAX:
        raise Unreadable("any-size")
    before, _, after = text.removeprefix("-").partition(".")
    if len(before.lstrip("0")) > DIGITS_BEFORE_MAX:
        raise Unreadable("any-size")
    if len(after.rstrip("0")) > DIGITS_AFTER_MAX:
        raise Unreadable("any-size")
    return Decimal(text)
