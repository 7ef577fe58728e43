"""How far the market has moved between two moments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from trades.domain.facts import read_fact
from trades.domain.market_words import grouped
from trades.domain.numbers import quotient

# From here on it is worth a warning.
NOTABLE_PERCENT = 1


@dataclass(frozen=True)
class Drift:
    """One price then and now; ``percent`` by two decimals, half up."""

    name: str
    then: str
    now: str
    percent: Decimal

    @property
    def is_notable(self) -> bool:
        return abs(self.percent) >= NOTABLE_PERCENT

    @property
    def moved(self) -> str:
        """With its sign and both decimals: +0.50 %."""
        sign = "−" if self.percent < 0 else "+"
        return f"{sign}{abs(self.percent):f} %"


def drift(
    then: Mapping[str, object], now: Mapping[str, object], *, is_long: bool
) -> Drift | None:
    """Of the ask for a long, of the bid for a short; None where one is not known."""
    name = "ask" if is_long else "bid"
    before, after = read_fact(then.get(name)), read_fact(now.get(name))
    if before is None or after is None or before <= 0:
        return None
    percent = quotient((after - before) * 100, before)
    return Drift(name, grouped(then[name]), grouped(now[name]), percent)
