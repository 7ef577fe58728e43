"""Trigger and trailing of a conditional entry."""

from __future__ import annotations

from trades.domain.facts import MarketFacts
from trades.domain.findings import WARNING
from trades.domain.rules.registry import rule
from trades.domain.ticket import OrderTicket

_TRAILING = "position.conditional.trailing"


@rule("conditional-trailing-zero", WARNING, "A", f"{_TRAILING}.percent")
def trailing_zero(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The trailing percentage is exactly 0."""
    if ticket[f"{_TRAILING}.percent"] != 0:
        return None
    return "0 percent means no trailing at all."


@rule("conditional-trailing-market", WARNING, "O", f"{_TRAILING}.enabled")
def trailing_market(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Trailing is on, and a limit order is placed at the trigger."""
    inner = ticket["position.conditional.order_type"]
    if not ticket[f"{_TRAILING}.enabled"] or inner != "limit":
        return None
    return "3Commas trails market entries only; limit may be refused."
