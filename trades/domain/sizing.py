"""How much, and where to: amounts from a total or a risk, shares, and levels.

Everything here raises ``Skip`` where something that it needs is not known. Amounts are
rounded down to the lot step, prices to the nearest tick.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal, localcontext

from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.numbers import EXACT, ROUNDING, floor_to, nearest, quotient
from trades.domain.reference import STOP_PRICE, opened_at, stop_fill
from trades.domain.ticket import OrderTicket

_UNITS = "position.units.value"
# Where no step is known: what every exchange can count.
_SMALLEST = Decimal("0.00000001")
_HUNDRED = Decimal(100)


def units_for_total(ticket: OrderTicket, facts: MarketFacts, total: Decimal) -> Decimal:
    """The most units that are worth no more than the total, in quote currency."""
    return _units(facts, total, opened_at(ticket, facts) * facts.base_per_unit)


def units_for_risk(ticket: OrderTicket, facts: MarketFacts, loss: Decimal) -> Decimal:
    """The most units that lose no more than that at the stop, in quote currency.

    With a limit stop the loss counts to its limit price, where that is the worse one.
    """
    return _units(facts, loss, _lost(ticket, facts) * facts.base_per_unit)


def total(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """What the amount is worth at the entry, in quote currency."""
    with localcontext(EXACT):
        base = ticket.number(_UNITS) * facts.base_per_unit
        return base * opened_at(ticket, facts)


def risk(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """What the amount loses at the stop, in quote currency."""
    with localcontext(EXACT):
        base = ticket.number(_UNITS) * facts.base_per_unit
        return base * _lost(ticket, facts)


def split_evenly(count: int) -> list[Decimal]:
    """Shares of two decimals at most that make 100; the last takes the rest.

    >>> [str(share) for share in split_evenly(3)]
    ['33.33', '33.33', '33.34']
    """
    share = floor_to(_HUNDRED / count, Decimal("0.01"))
    return [share] * (count - 1) + [_HUNDRED - share * (count - 1)]


def rest(shares: Iterable[Decimal]) -> Decimal:
    """What the others leave of 100."""
    left = _HUNDRED - sum(shares, Decimal(0))
    if left <= 0:
        raise Skip
    return left


def price_at_r(
    ticket: OrderTicket, facts: MarketFacts, multiple: Decimal | int
) -> Decimal:
    """The target at so many times the stop's distance, on the gaining side."""
    away = _at_risk(ticket, facts) * multiple
    return _on_tick(ticket, facts, away if ticket.is_long else -away)


def price_at_percent(
    ticket: OrderTicket, facts: MarketFacts, percent: Decimal, *, gaining: bool
) -> Decimal:
    """The price so many percent from the entry, on the gaining or the losing side."""
    away = opened_at(ticket, facts) * percent * Decimal("0.01")
    return _on_tick(ticket, facts, away if ticket.is_long == gaining else -away)


def percent_at_price(
    ticket: OrderTicket, facts: MarketFacts, price: Decimal, *, gaining: bool
) -> Decimal:
    """How far the price lies from the entry on that side; two decimals, half up."""
    entry = _positive(opened_at(ticket, facts))
    away = price - entry if ticket.is_long == gaining else entry - price
    return quotient(away * 100, entry)


def lot_step(facts: MarketFacts) -> Decimal:
    known = facts.number_or_none("lotStep")
    return known if known is not None and known > 0 else _SMALLEST


def tick(facts: MarketFacts) -> Decimal:
    known = facts.number_or_none("priceStep")
    return known if known is not None and known > 0 else _SMALLEST


def _at_risk(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """How far the stop lies on the losing side of the entry."""
    entry, stop = opened_at(ticket, facts), ticket.number(STOP_PRICE)
    return _positive(entry - stop if ticket.is_long else stop - entry)


def _lost(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """What one unit of base loses at the stop."""
    entry, stop = opened_at(ticket, facts), stop_fill(ticket)
    _at_risk(ticket, facts)  # a stop on the gaining side loses nothing
    return abs(entry - stop)


def _units(facts: MarketFacts, money: Decimal, each: Decimal) -> Decimal:
    most = ROUNDING.divide(_positive(money), _positive(each))
    return _positive(floor_to(most, lot_step(facts)))


def _on_tick(ticket: OrderTicket, facts: MarketFacts, away: Decimal) -> Decimal:
    return _positive(nearest(opened_at(ticket, facts) + away, tick(facts)))


def _positive(number: Decimal) -> Decimal:
    if number <= 0:
        raise Skip
    return number
