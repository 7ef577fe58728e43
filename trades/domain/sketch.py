"""The level ladder as a drawing: where each level's mark stands, in whole pixels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from trades.domain.levels import Kind, Level
from trades.domain.numbers import ROUNDING

WIDTH, HEIGHT = 300, 64
_MARGIN, _APART = 14, 26
_LETTERS = {Kind.ENTRY: "E", Kind.TRIGGER: "C", Kind.STOP: "S", Kind.LIQUIDATION: "L"}


@dataclass(frozen=True)
class Mark:
    """A level at ``x`` on the price line; its letter stands at ``y``."""

    kind: str
    letter: str
    x: int
    y: int


def marks(levels: Sequence[Level]) -> list[Mark]:
    """From the lowest price to the highest; nothing where fewer than two are known."""
    placed = [level for level in reversed(levels) if level.price is not None]
    heights = [level.price for level in placed if level.price is not None]
    if len(set(heights)) < 2:
        return []
    low, span = heights[0], heights[-1] - heights[0]
    found: list[Mark] = []
    for level, height in zip(placed, heights, strict=True):
        x = _MARGIN + _scaled(height - low, span)
        found.append(Mark(level.kind.value, _letter(level), x, _row(found, x)))
    return found


def _scaled(part: Decimal, whole: Decimal) -> int:
    share = ROUNDING.divide(part * (WIDTH - 2 * _MARGIN), whole)
    return int(share.to_integral_value(ROUND_HALF_UP))


def _row(before: Sequence[Mark], x: int) -> int:
    """Letters that would touch stand above and below the line in turn."""
    near = [mark.y for mark in before if x - mark.x < _APART]
    rows = (18, 58, 8)
    return next((row for row in rows if row not in near), rows[0])


def _letter(level: Level) -> str:
    number = (level.number or 0) + 1
    return f"T{number}" if level.kind is Kind.TARGET else _LETTERS[level.kind]
