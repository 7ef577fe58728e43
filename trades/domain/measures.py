"""How large an order is and what it may lose, for caps, lists and numbers.

Money is in the quote currency, before fees. What can't be reckoned is None.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trades.domain import levels
from trades.domain.facts import MarketFacts
from trades.domain.levels import Ladder
from trades.domain.market_words import quote
from trades.domain.numbers import quotient
from trades.domain.ticket import OrderTicket

_UNITS = "position.units.value"


@dataclass(frozen=True)
class Measures:
    """``planned_r``: what all targets bring, in multiples of the planned loss."""

    side: str
    size: Decimal | None
    quote: str
    value: Decimal | None
    planned_loss: Decimal | None
    planned_r: Decimal | None


def measure(ticket: OrderTicket, facts: MarketFacts) -> Measures:
    """Of a ticket without errors."""
    ladder = levels.build(ticket, facts)
    units = ticket.values.get(_UNITS)
    lost = planned_loss(ladder, ticket)
    return Measures(
        side=ticket.trade_type.side,
        size=units if isinstance(units, Decimal) else None,
        quote=quote(str(ticket["pair"]), facts),
        value=ladder.total,
        planned_loss=lost,
        planned_r=_planned_r(ladder, lost),
    )


def planned_loss(ladder: Ladder, ticket: OrderTicket) -> Decimal | None:
    """What is lost where everything goes wrong as planned; 0 for types without entry,
    which put nothing new at stake.

    At the stop, or with the margin where that goes first. Without a stop a long may
    lose all of its total, and of a short nobody can say.
    """
    if not ticket.places_entry:
        return Decimal(0)
    if ladder.is_liquidated_first and ladder.margin is not None:
        return ladder.margin
    if ladder.stop is None:
        return ladder.total if ticket.is_long else None
    return None if ladder.worst is None else max(Decimal(0), -ladder.worst)


def _planned_r(ladder: Ladder, lost: Decimal | None) -> Decimal | None:
    if ladder.stop is None or not lost or ladder.best is None or ladder.best < 0:
        return None
    return quotient(ladder.best, lost)
