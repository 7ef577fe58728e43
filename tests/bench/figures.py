"""What a measurement comes to: a median with its 95 % interval, beside its goal."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

_DRAWS = 2000


@dataclass(frozen=True)
class Figure:
    """One line of the bench. ``how`` says what ``low`` and ``high`` are."""

    id: str
    what: str
    middle: float
    low: float
    high: float
    goal: float
    unit: str = ""
    how: str = "95 % bootstrap"
    at_least: bool = False

    @property
    def is_missed(self) -> bool:
        """Whether the whole interval lies beyond the goal."""
        return self.high < self.goal if self.at_least else self.low > self.goal

    def __str__(self) -> str:
        sign = "≥" if self.at_least else "≤"
        values = (f"{v:.3g}" for v in (self.middle, self.low, self.high, self.goal))
        middle, low, high, goal = values
        return (
            f"{self.id:<4} {self.what}: {middle}{self.unit} "
            f"({self.how} {low} to {high}), goal {sign} {goal}{self.unit}"
            f"{'  MISSED' if self.is_missed else ''}"
        )


def ratio(
    id: str, what: str, ours: Sequence[float], bare: Sequence[float], goal: float
) -> Figure:
    """The ratio of two medians that were measured in turn; pairs are drawn together."""
    pairs = list(zip(ours, bare, strict=True))
    both = f"{what}, {median(ours) * 1000:.3g} ms beside {median(bare) * 1000:.3g}"
    return _drawn(id, both, pairs, _ratio, goal, "×")


def difference(
    id: str, what: str, ours: Sequence[float], bare: Sequence[float], goal: float
) -> Figure:
    """By how many milliseconds the median of the first is longer; given in seconds."""
    pairs = list(zip(ours, bare, strict=True))
    both = f"{what}, {median(ours) * 1000:.3g} ms beside {median(bare) * 1000:.3g}"
    return _drawn(id, both, pairs, _difference_ms, goal, " ms")


def seconds(id: str, what: str, took: Sequence[float], goal: float) -> Figure:
    return _drawn(id, what, took, median, goal, " s")


def count(
    id: str, what: str, found: int, goal: int, *, at_least: bool = False
) -> Figure:
    """What was counted is what it is."""
    return Figure(id, what, found, found, found, goal, how="counted", at_least=at_least)


def _drawn(
    id: str,
    what: str,
    sample: Sequence,
    figure: Callable[[Sequence], float],
    goal: float,
    unit: str,
) -> Figure:
    """The figure of the sample, and what 95 of 100 samples of its kind would give."""
    draw = random.Random(1)
    drawn = sorted(figure(draw.choices(sample, k=len(sample))) for _ in range(_DRAWS))
    low, high = drawn[_DRAWS * 25 // 1000], drawn[_DRAWS * 975 // 1000]
    return Figure(id, what, figure(sample), low, high, goal, unit)


def _ratio(pairs: Sequence[tuple[float, float]]) -> float:
    ours, bare = zip(*pairs, strict=True)
    return median(ours) / median(bare)


def _difference_ms(pairs: Sequence[tuple[float, float]]) -> float:
    ours, bare = zip(*pairs, strict=True)
    return (median(ours) - median(bare)) * 1000
