"""The reference entry price, and what targets and stops come to beside it.

Everything here raises ``Skip`` where a price is not known.
"""

from __future__ import annotations

from decimal import Decimal

from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.ticket import OrderTicket, at_step

STOP_PRICE = "stop_loss.conditional.price.value"
STOP_PERCENT = "stop_loss.conditional.price.percent"
TARGET_PRICE = "take_profit.steps.N.price.value"
TARGET_PERCENT = "take_profit.steps.N.price.percent"

_HUNDREDTH = Decimal("0.01")


def entry_price(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """The price at which the position is expected to open.

    Only for types that place an entry, and only where the entry does not trail.
    """
    if ticket.entry_trails:
        raise Skip
    match ticket.entry_order:
        case "market":
            return facts.number("ask" if ticket.is_long else "bid")
        case "conditional market":
            return ticket.number("position.conditional.price.value")
        case _:
            return ticket.number("position.price.value")


def opened_at(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """The price that gains count from: for types without entry the one it had."""
    if ticket.places_entry:
        return entry_price(ticket, facts)
    return ticket.number("position.price.value")


def stop_fill(ticket: OrderTicket) -> Decimal:
    """The worse of the stop's price and its limit price: what a loss is counted to."""
    stop, limit = ticket.number(STOP_PRICE), ticket["stop_loss.price.value"]
    if not isinstance(limit, Decimal):
        return stop
    return min(stop, limit) if ticket.is_long else max(stop, limit)


def is_estimate(ticket: OrderTicket) -> bool:
    """Whether the entry fills at a price that only the market knows."""
    return ticket.places_entry and ticket.entry_order.endswith("market")


def entry_total(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """Amount times reference entry, in the quote currency."""
    units = ticket.number("position.units.value")
    return units * entry_price(ticket, facts) * facts.base_per_unit


def target_price(ticket: OrderTicket, facts: MarketFacts, number: int) -> Decimal:
    """A step's price; a percentage counts from the reference entry."""
    value = ticket[at_step(TARGET_PRICE, number)]
    if isinstance(value, Decimal):
        return value
    percent = ticket.number(at_step(TARGET_PERCENT, number))
    sign = 1 if ticket.is_long else -1
    return entry_price(ticket, facts) * (1 + sign * percent * _HUNDREDTH)


def target_gain(ticket: OrderTicket, facts: MarketFacts, number: int) -> Decimal:
    """What a step gains on one unit: in percent if the entry trails, else in price.

    Zero or less for a target on the losing side.
    """
    if ticket.entry_trails:
        return ticket.number(at_step(TARGET_PERCENT, number))
    distance = target_price(ticket, facts, number) - entry_price(ticket, facts)
    return distance if ticket.is_long else -distance


def stop_loss(ticket: OrderTicket, facts: MarketFacts) -> Decimal:
    """What the stop loses on one unit: in percent if the entry trails, else in price.

    Zero or less for a stop on the winning side.
    """
    if ticket.entry_trails:
        return ticket.number(STOP_PERCENT)
    distance = entry_price(ticket, facts) - ticket.number(STOP_PRICE)
    return distance if ticket.is_long else -distance
