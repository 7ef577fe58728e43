"""What goes with which of the six trade types."""

from __future__ import annotations

from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING
from trades.domain.rules.registry import rule
from trades.domain.ticket import OrderTicket


@rule("type-simple-no-tp", ERROR, "T", "take_profit.enabled")
def simple_no_tp(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A Simple trade has take profit switched on."""
    if not ticket["instant"] or not ticket["take_profit.enabled"]:
        return None
    return "A Simple trade has no take profit; switch it off or choose a Smart type."


@rule("type-simple-no-sl", ERROR, "T", "stop_loss.enabled")
def simple_no_sl(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A Simple trade has the stop loss switched on."""
    if not ticket["instant"] or not ticket["stop_loss.enabled"]:
        return None
    return "A Simple trade has no stop loss; switch it off or choose a Smart type."


@rule("type-instant-skip", WARNING, "S T", "skip_enter_step")
def instant_skip(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """instant and skip_enter_step are both true."""
    if not ticket["instant"] or not ticket["skip_enter_step"]:
        return None
    return 'A Simple trade always enters the market; "skip entry" will not be sent.'


@rule("type-simple-conditional", WARNING, "O", "position.order_type")
def simple_conditional(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A Simple trade has a conditional entry."""
    if not ticket["instant"] or ticket["position.order_type"] != "conditional":
        return None
    return "Conditional Simple orders are not documented by 3Commas and may be refused."


@rule("type-skip-order-type", WARNING, "O", "position.order_type")
def skip_order_type(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A type without entry has an order type other than market."""
    if ticket.places_entry or ticket["position.order_type"] == "market":
        return None
    return "No entry order is placed for this type; the entry settings are ignored."


@rule("type-skip-needs-exit", WARNING, "T", "skip_enter_step")
def skip_needs_exit(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A type without entry has neither take profit nor stop loss."""
    exits = ticket["take_profit.enabled"] or ticket["stop_loss.enabled"]
    if ticket.places_entry or exits:
        return None
    return "Without a take profit or stop loss this trade does nothing."
