"""The level ladder in words: a line for each level, and what it comes to.

Amounts of money are before fees. "about" stands before what was rounded to be shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from trades.domain import market_words
from trades.domain.facts import MarketFacts
from trades.domain.levels import Kind, Ladder, Level, maybe
from trades.domain.numbers import plain, round_to
from trades.domain.reference import is_estimate
from trades.domain.ticket import OrderTicket, at_step

_EXACT_DECIMALS = 8
_WRONG_SIDE = "an exit lies on the wrong side of the entry and would close at once"


@dataclass(frozen=True)
class Line:
    """A level as people read it."""

    kind: str
    name: str
    percent: str
    words: str
    r: str


@dataclass(frozen=True)
class Result:
    """What the trade may come to, and what has to happen for it."""

    name: str
    money: str
    when: str


def money(
    amount: Decimal, currency: str = "", *, signed: bool = False, rough: bool = False
) -> str:
    """Two decimals at least; more than eight are rounded, and "about" says so.

    ``rough``: it hangs on a price that only the market knows, and has two decimals.

    >>> money(Decimal("30"), "USDT", signed=True), money(Decimal("-0.005"), signed=True)
    ('+30.00 USDT', '−0.005')
    """
    shown = round_to(amount, _EXACT_DECIMALS)
    if rough and abs(amount) >= 1:
        shown = round_to(amount, 2)
    about = "about " if rough or shown != amount else ""
    whole, _, decimals = plain(abs(shown)).partition(".")
    text = market_words.grouped(f"{whole}.{decimals.ljust(2, '0')}")
    sign = "−" if amount < 0 else "+" if signed and amount > 0 else ""
    return f"{about}{sign}{text} {currency}".strip()


def lines(ladder: Ladder, ticket: OrderTicket, facts: MarketFacts) -> list[Line]:
    """A line for each level, highest first."""
    teller = _Teller(ladder, ticket, facts)
    return [teller.line(level) for level in ladder.levels]


def results(ladder: Ladder, ticket: OrderTicket, facts: MarketFacts) -> list[Result]:
    """Best, likely and worst, as far as they are known."""
    return list(_Teller(ladder, ticket, facts).results())


class _Teller:
    """Holds what every line is worded with."""

    def __init__(self, ladder: Ladder, ticket: OrderTicket, facts: MarketFacts) -> None:
        self._ladder, self._ticket = ladder, ticket
        pair = str(ticket.values.get("pair", ""))
        self._currency = market_words.quote(pair, facts)
        self._unit = market_words.unit(pair, facts)
        self._is_long = maybe(lambda: ticket.is_long)
        self._breakeven = self._has("stop_loss.breakeven")
        self._rough = maybe(is_estimate, ticket) is True

    def line(self, level: Level) -> Line:
        name, says = getattr(self, f"_{level.kind.value}")(level)
        where = f"at {_number(level.price)}: " if level.price is not None else ""
        r = "" if level.r is None else f"{plain(level.r)}R"
        percent = "" if level.kind is Kind.ENTRY else _percent(level.percent)
        return Line(level.kind.value, name, percent, where + says, r)

    def results(self) -> Iterator[Result]:
        ladder = self._ladder
        if self._has_exit_on_the_wrong_side():
            yield Result("Best", "not clear", _WRONG_SIDE)
            return
        if ladder.best is not None:
            count = len(ladder.targets)
            when = "every target is reached" if count > 1 else "the target is reached"
            yield self._result("Best", ladder.best, when)
        yield from self._likely()
        if ladder.is_liquidated_first and ladder.margin is not None:
            when = "the exchange closes the position first; roughly all of the margin"
            yield self._result("Worst", -ladder.margin, when, rough=True)
        elif ladder.worst is not None:
            when = "the stop is reached before any target"
            yield self._result("Worst", ladder.worst, when)
        elif ladder.stop is None and ladder.total is not None:
            yield self._unstopped(ladder.total)

    def _likely(self) -> Iterator[Result]:
        """No forecast: which of the levels lies nearest says it."""
        ladder, first = self._ladder, self._ladder.targets.get(0)
        if first is None or first.gain is None or ladder.worst is None:
            return
        if len(ladder.targets) > 1:
            share = self._ticket.number(at_step("take_profit.steps.N.volume", 0))
            gain = ladder.after_first(share, breakeven=self._breakeven)
            back = "at the entry, where the stop has moved" if self._breakeven else ""
            when = f"the first target, then the stop {back}".strip()
        elif abs(first.gain) < abs(ladder.worst):
            gain, when = first.gain, "the target, which lies nearer than the stop"
        else:
            gain, when = ladder.worst, "the stop, which lies nearer than the target"
        if gain is not None:
            yield self._result("Likely", gain, when)

    def _unstopped(self, total: Decimal) -> Result:
        if self._is_long:
            return self._result("Worst", -total, "no stop loss: all of it may be lost")
        return Result("Worst", "no bound", "no stop loss: a short can lose any amount")

    def _has_exit_on_the_wrong_side(self) -> bool:
        """Then it would close at once. Who holds a position may well want that."""
        if maybe(lambda: self._ticket.places_entry) is not True:
            return False
        gains = [level.gain for level in self._ladder.targets.values()]
        wrong = any(gain is not None and gain <= 0 for gain in gains)
        worst = self._ladder.worst
        return wrong or (worst is not None and worst >= 0)

    def _result(
        self, name: str, gain: Decimal, when: str, *, rough: bool = False
    ) -> Result:
        rough = rough or self._rough
        shown = money(gain, self._currency, signed=True, rough=rough)
        return Result(name, shown, when)

    def _entry(self, level: Level) -> tuple[str, str]:
        verb = "buys" if self._is_long else "sells"
        units = maybe(self._ticket.number, "position.units.value")
        amount = f"{plain(units)} {self._unit}".strip() if units else "the amount"
        if maybe(lambda: self._ticket.places_entry) is False:
            side = "long" if self._is_long else "short"
            return "Opened", f"the open {side} of {amount} counts from here"
        order = maybe(lambda: self._ticket.entry_order) or ""
        how = "with a limit order" if order.endswith("limit") else "at market"
        if level.price is None:
            how += ", once the price has turned; where that is, nobody knows yet"
        return "Entry", f"{verb} {amount} {how}"

    def _trigger(self, level: Level) -> tuple[str, str]:
        if self._has("position.conditional.trailing.enabled"):
            return "Trigger", "begins to follow the price"
        return "Trigger", "places the entry order"

    def _target(self, level: Level) -> tuple[str, str]:
        n = level.number or 0

        def at(path: str) -> object:
            return maybe(lambda: self._ticket[at_step(path, n)])

        share, trails = at("take_profit.steps.N.volume"), at(_TRAILS)
        verb = "sells" if self._is_long else "buys back"
        says = f"{verb} {plain(share)} %" if isinstance(share, Decimal) else verb
        if isinstance(trails, Decimal):
            says += f" once the price has turned back by {plain(trails)} %"
        says += self._worth(level)
        if n == 0 and self._breakeven:
            says += ", the stop moves to the entry"
        return f"Target {n + 1}", says

    def _stop(self, level: Level) -> tuple[str, str]:
        limit = maybe(self._ticket.number, "stop_loss.price.value")
        verb = "sells" if self._is_long else "buys back"
        how = (
            "at market" if limit is None else f"with a limit order at {_number(limit)}"
        )
        says = f"{verb} all that is left {how}"
        if isinstance(seconds := self._value("stop_loss.timeout.value"), int):
            says += f", after {seconds} s beyond it"
        if self._has("stop_loss.conditional.trailing.enabled"):
            says += ", and follows the price until then"
        return "Stop", says + self._worth(level)

    def _liquidation(self, level: Level) -> tuple[str, str]:
        rough = "rough, before fees and maintenance margin"
        return "Liquidation", f"the exchange closes the position ({rough})"

    def _worth(self, level: Level) -> str:
        if level.gain is None:
            return ""
        shown = money(level.gain, self._currency, signed=True, rough=self._rough)
        return f", {shown}"

    def _value(self, path: str) -> object:
        return maybe(lambda: self._ticket[path])

    def _has(self, switch: str) -> bool:
        return self._value(switch) is True


_TRAILS = "take_profit.steps.N.trailing.percent"


def _number(number: Decimal) -> str:
    shown = round_to(number, _EXACT_DECIMALS)
    about = "" if shown == number else "about "
    return about + market_words.grouped(plain(shown))


def _percent(percent: Decimal | None) -> str:
    if percent is None:
        return ""
    sign = "−" if percent < 0 else "+"
    return f"{sign}{plain(abs(percent))} %"
