"""The level ladder: what happens at which price, and what it gains or loses.

Works on half-filled tickets: what can't be reckoned is None, and never guessed. Money
is in the quote currency, before fees.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from enum import Enum
from typing import TypeVar

from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.numbers import EXACT, quotient
from trades.domain.reference import (
    STOP_PERCENT,
    STOP_PRICE,
    TARGET_PERCENT,
    TARGET_PRICE,
    opened_at,
    stop_fill,
)
from trades.domain.ticket import OrderTicket, at_step

_UNITS = "position.units.value"
_TRIGGER = "position.conditional.price.value"
_VOLUME = "take_profit.steps.N.volume"
_HUNDREDTH = Decimal("0.01")
_MONEY_DECIMALS = 8

T = TypeVar("T")


class Kind(Enum):
    """What happens at a level."""

    TRIGGER = "trigger"
    ENTRY = "entry"
    TARGET = "target"
    STOP = "stop"
    LIQUIDATION = "liquidation"


@dataclass(frozen=True)
class Level:
    """One event. ``percent``: how far above the entry it lies, below it negative.

    ``gain``: of what is closed here, a loss negative; for the stop, of all, at its
    limit price where that is worse. ``r``: so
    many times the stop's distance. ``number``: of the take-profit step, from 0.
    """

    kind: Kind
    price: Decimal | None = None
    percent: Decimal | None = None
    gain: Decimal | None = None
    r: Decimal | None = None
    number: int | None = None


@dataclass(frozen=True)
class Ladder:
    """The levels, highest first, and what the whole comes to."""

    levels: tuple[Level, ...] = ()
    entry: Decimal | None = None
    total: Decimal | None = None
    margin: Decimal | None = None
    targets: Mapping[int, Level] = field(default_factory=dict)
    stop: Level | None = None

    @property
    def best(self) -> Decimal | None:
        """Every target is reached."""
        gains = [level.gain for level in self.targets.values()]
        if not gains or None in gains:
            return None
        return sum((g for g in gains if g is not None), Decimal(0))

    @property
    def is_liquidated_first(self) -> bool:
        """Whether the exchange, by rough reckoning, closes it before the stop does."""
        ends = [n.percent for n in self.levels if n.kind is Kind.LIQUIDATION]
        if not ends or self.stop is None:
            return bool(ends)
        stop = self.stop.percent
        return stop is not None and abs(ends[0] or 0) <= abs(stop)

    @property
    def worst(self) -> Decimal | None:
        """The stop is reached before any target."""
        return self.stop.gain if self.stop else None

    def after_first(self, share: Decimal, *, breakeven: bool) -> Decimal | None:
        """The first target is reached, then the stop; ``share`` is what it closes."""
        first = self.targets.get(0)
        if first is None or first.gain is None or self.worst is None:
            return None
        left = Decimal(0) if breakeven else self.worst * (1 - share * _HUNDREDTH)
        return first.gain + left


def build(ticket: OrderTicket, facts: MarketFacts) -> Ladder:
    """Never raises."""
    with localcontext(EXACT):
        return _Builder(ticket, facts).build()


def maybe(f: Callable[..., T], *given: object) -> T | None:
    """The value, or None where something that it needs is not known."""
    try:
        return f(*given)
    except Skip:
        return None


class _Builder:
    """Holds what every level is reckoned from."""

    def __init__(self, ticket: OrderTicket, facts: MarketFacts) -> None:
        self._ticket, self._facts = ticket, facts
        self._trails = maybe(lambda: ticket.entry_trails) or False
        self._entry = maybe(opened_at, ticket, facts)
        self._side = maybe(lambda: 1 if ticket.is_long else -1)
        self._base = maybe(lambda: ticket.number(_UNITS) * facts.base_per_unit)
        self._times = maybe(_times, ticket)

    def build(self) -> Ladder:
        stop = self._stop()
        targets = {n: self._target(n, stop) for n in self._ticket.steps()}
        other = [*self._openings(), *self._liquidation(), *([stop] if stop else [])]
        total = self._total()
        return Ladder(
            tuple(sorted([*targets.values(), *other], key=_from_the_top)),
            self._entry,
            total,
            self._margin(total),
            targets,
            stop,
        )

    def _openings(self) -> Iterator[Level]:
        trigger = maybe(self._ticket.number, _TRIGGER)
        if trigger is not None and trigger != self._entry:
            yield Level(Kind.TRIGGER, trigger, self._percent(trigger))
        if self._entry is not None or self._trails:
            yield Level(Kind.ENTRY, self._entry, Decimal(0))

    def _target(self, n: int, stop: Level | None) -> Level:
        price = maybe(self._ticket.number, at_step(TARGET_PRICE, n))
        percent = maybe(self._ticket.number, at_step(TARGET_PERCENT, n))
        price, percent = self._place(price, percent, self._side)
        share = maybe(self._ticket.number, at_step(_VOLUME, n))
        gain = self._gain(price, share)
        return Level(
            Kind.TARGET, price, percent, gain, self._r(price, percent, stop), n
        )

    def _stop(self) -> Level | None:
        if maybe(lambda: self._ticket["stop_loss.enabled"]) is not True:
            return None
        price = maybe(self._ticket.number, STOP_PRICE)
        percent = maybe(self._ticket.number, STOP_PERCENT)
        side = None if self._side is None else -self._side
        price, percent = self._place(price, percent, side)
        filled = maybe(stop_fill, self._ticket)
        gain = self._gain(price if filled is None else filled, Decimal(100))
        return Level(Kind.STOP, price, percent, gain)

    def _place(
        self, price: Decimal | None, percent: Decimal | None, side: int | None
    ) -> tuple[Decimal | None, Decimal | None]:
        """Price and signed percentage, of which one was typed."""
        if price is not None and not self._trails:
            return price, self._percent(price)
        if percent is None or side is None:
            return None, None
        if self._entry is None:
            return None, side * percent
        return self._entry * (1 + side * percent * _HUNDREDTH), side * percent

    def _percent(self, price: Decimal) -> Decimal | None:
        if self._entry is None or self._entry <= 0:
            return None
        return quotient((price - self._entry) * 100, self._entry)

    def _gain(self, price: Decimal | None, share: Decimal | None) -> Decimal | None:
        known = (price, share, self._entry, self._side, self._base)
        if None in known:
            return None
        away = (price - self._entry) * self._side  # type: ignore[operator]
        return away * self._base * share * _HUNDREDTH  # type: ignore[operator]

    def _r(
        self, price: Decimal | None, percent: Decimal | None, stop: Level | None
    ) -> Decimal | None:
        if stop is None or self._side is None:
            return None
        if self._trails:
            away, risk = percent, stop.percent
        elif None in (price, stop.price, self._entry):
            return None
        else:
            away, risk = price - self._entry, stop.price - self._entry  # type: ignore[operator]
        if away is None or risk is None or -risk * self._side <= 0:
            return None
        return quotient(away, -risk)

    def _liquidation(self) -> Iterator[Level]:
        """Roughly: before fees and without the maintenance margin."""
        times, isolated = self._times, maybe(lambda: self._ticket["leverage.type"])
        if isolated != "isolated" or not times or times < 1 or self._side is None:
            return
        percent = -self._side * quotient(Decimal(100), times)
        price = None
        if self._entry is not None:
            price = self._entry - self._side * quotient(self._entry, times, 8)
        yield Level(Kind.LIQUIDATION, price, percent)

    def _total(self) -> Decimal | None:
        if self._base is None or self._entry is None:
            return None
        return self._base * self._entry

    def _margin(self, total: Decimal | None) -> Decimal | None:
        if total is None or not self._times or self._times < 1:
            return None
        return quotient(total, self._times, _MONEY_DECIMALS)


def _times(ticket: OrderTicket) -> Decimal | None:
    value = ticket["leverage.value"]
    return Decimal(value) if isinstance(value, int) else None


def _from_the_top(level: Level) -> tuple[bool, Decimal]:
    """By price, else by distance; what has neither comes last."""
    height = level.price if level.price is not None else level.percent
    return height is None, -(height or Decimal(0))
