"""The level ladder as pages show it, now or as it was shown that day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cached_property

from trades.domain import ladder_words, levels, sketch
from trades.domain.facts import MarketFacts
from trades.domain.ladder_words import Line, Result, money
from trades.domain.levels import Ladder
from trades.domain.market_words import quote
from trades.domain.sketch import Mark
from trades.domain.ticket import OrderTicket
from trades.services.history import visible


@dataclass(frozen=True)
class Steps:
    """The level ladder, as a page shows it."""

    ticket: OrderTicket
    facts: MarketFacts

    @cached_property
    def _ladder(self) -> Ladder:
        return levels.build(self.ticket, self.facts)

    @cached_property
    def lines(self) -> list[Line]:
        return ladder_words.lines(self._ladder, self.ticket, self.facts)

    @property
    def results(self) -> list[Result]:
        return ladder_words.results(self._ladder, self.ticket, self.facts)

    @property
    def marks(self) -> list[Mark]:
        return sketch.marks(self._ladder.levels)

    @property
    def box(self) -> str:
        """The drawing's size, for its viewBox."""
        return f"0 0 {sketch.WIDTH} {sketch.HEIGHT}"

    @property
    def sums(self) -> Iterator[tuple[str, str]]:
        """What it takes: the total, and with leverage the margin."""
        pair = str(self.ticket.values.get("pair", ""))
        currency = visible(quote(pair, self.facts))
        if self._ladder.total is not None:
            yield "Total", money(self._ladder.total, currency)
        if self._ladder.margin is not None:
            yield "Margin", money(self._ladder.margin, currency)

    def frozen(self) -> dict[str, object]:
        """The same as plain values that JSON can keep; a page shows either."""
        return {
            "lines": [asdict(line) for line in self.lines],
            "results": [asdict(result) for result in self.results],
            "marks": [asdict(mark) for mark in self.marks],
            "box": self.box,
            "sums": [list(pair) for pair in self.sums],
        }
