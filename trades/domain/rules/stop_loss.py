"""The stop loss, when it is switched on."""

from __future__ import annotations

from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING, Skip
from trades.domain.reference import (
    STOP_PERCENT,
    STOP_PRICE,
    entry_price,
    stop_loss,
    target_gain,
    target_price,
)
from trades.domain.rules.registry import rule
from trades.domain.ticket import OrderTicket, at_step

_LIMIT_PRICE = "stop_loss.price.value"
_VOLUME = "take_profit.steps.N.volume"


def _given_field(ticket: OrderTicket) -> str:
    return STOP_PRICE if ticket[STOP_PRICE] is not None else STOP_PERCENT


_GIVEN = "the stop's price or percentage"


@rule("sl-trigger-required", ERROR, "O", STOP_PRICE)
def trigger_required(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The entry does not trail, and no stop price is given."""
    if not _is_on(ticket) or ticket.entry_trails or ticket[STOP_PRICE] is not None:
        return None
    return "Enter the stop price."


@rule("sl-percent-plain", ERROR, "S I17", STOP_PERCENT)
def percent_plain(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The entry does not trail, and a percentage is given."""
    if ticket[STOP_PERCENT] is None or ticket.entry_trails:
        return None
    return "A percentage stop works only with a trailing entry: enter a price."


@rule("sl-value-trailing", ERROR, "S", STOP_PRICE)
def value_trailing(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The entry trails, and a stop price is given."""
    if ticket[STOP_PRICE] is None or not ticket.entry_trails:
        return None
    return "The entry trails, so its price is unknown: use a percentage."


@rule("sl-percent-required", ERROR, "S O", STOP_PERCENT)
def percent_required(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The entry trails, and no percentage is given."""
    if not _is_on(ticket) or ticket[STOP_PERCENT] is not None:
        return None
    return "Enter the stop as a percentage." if ticket.entry_trails else None


@rule("sl-percent-positive", ERROR, "A", STOP_PERCENT)
def percent_positive(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The percentage is 0 or less."""
    percent = ticket[STOP_PERCENT]
    if percent is None or percent > 0:
        return None
    return "The percentage must be more than 0."


@rule("sl-percent-long", ERROR, "A", STOP_PERCENT)
def percent_long(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The trade is long, and the percentage is 100 or more."""
    percent = ticket[STOP_PERCENT]
    if percent is None or percent < 100 or not ticket.is_long:
        return None
    return "A long cannot lose 100 percent or more."


@rule("sl-breakeven-steps", ERROR, "S", "stop_loss.breakeven")
def breakeven_steps(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Breakeven is on, and take profit is off or has fewer than two steps."""
    if not ticket["stop_loss.breakeven"]:
        return None
    ticket["take_profit.steps.N"]  # Skip where the steps can't be counted
    if ticket["take_profit.enabled"] and ticket.step_count >= 2:
        return None
    return "Move to breakeven needs at least two take-profit targets."


@rule("sl-direction", WARNING, "H", STOP_PRICE)
def direction(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The stop price is not on the losing side of the reference entry."""
    ticket.number(STOP_PRICE)
    if stop_loss(ticket, facts) > 0:
        return None
    return "This stop is on the winning side of the entry and would close at once."


@rule("sl-past-tp", WARNING, "A", STOP_PRICE)
def past_tp(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The stop price is at or beyond a target's price."""
    stop = ticket.number(STOP_PRICE)
    for n in ticket.steps():
        try:
            target = target_price(ticket, facts, n)
        except Skip:
            continue
        if stop >= target if ticket.is_long else stop <= target:
            return "The stop lies beyond a target; one of them can never work."
    return None


@rule("sl-liquidation", WARNING, "A", _given_field, _GIVEN)
def liquidation(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Isolated margin: distance in percent times leverage is 100 or more."""
    times = ticket["leverage.value"]
    if ticket["leverage.type"] != "isolated" or times is None:
        return None
    if not ticket.places_entry or facts.fixes_leverage("isolated"):
        return None
    whole = 100 if ticket.entry_trails else entry_price(ticket, facts)
    if stop_loss(ticket, facts) * times < whole:
        return None
    return f"At {times}x the position would be liquidated before this stop."


@rule("sl-risk-reward", WARNING, "A", _given_field, _GIVEN)
def risk_reward(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The share-weighted gain of the targets is less than the loss at the stop."""
    if not ticket.places_entry or not ticket.steps():
        return None
    loss = stop_loss(ticket, facts)
    gains = {n: target_gain(ticket, facts, n) for n in ticket.steps()}
    if min(gains.values()) <= 0:
        return None
    weighted = sum(g * ticket.number(at_step(_VOLUME, n)) for n, g in gains.items())
    if weighted >= loss * 100:
        return None
    return "The possible loss is larger than the planned gain."


@rule("sl-limit-side", WARNING, "H", _LIMIT_PRICE)
def limit_side(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The limit price is past the stop price, on the winning side."""
    if ticket.entry_trails:
        return None
    limit, stop = ticket.number(_LIMIT_PRICE), ticket.number(STOP_PRICE)
    if limit <= stop if ticket.is_long else limit >= stop:
        return None
    return "The stop order may not fill at this price."


@rule("sl-limit-trailing-entry", WARNING, "A", _LIMIT_PRICE)
def limit_trailing_entry(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A limit stop goes with a trailing entry."""
    if ticket["stop_loss.order_type"] != "limit" or not ticket.entry_trails:
        return None
    return (
        "The entry price is unknown, so a fixed limit price may miss; market is safer."
    )


@rule("sl-trailing-market", WARNING, "O", "stop_loss.conditional.trailing.enabled")
def trailing_market(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The stop trails, and is a limit order."""
    trails = ticket["stop_loss.conditional.trailing.enabled"]
    if not trails or ticket["stop_loss.order_type"] != "limit":
        return None
    return "A trailing stop closes at market; choose market."


@rule("sl-timeout-limit", WARNING, "H", "stop_loss.timeout.enabled")
def timeout_limit(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A timeout goes with a limit stop."""
    waits = ticket["stop_loss.timeout.enabled"]
    if not waits or ticket["stop_loss.order_type"] != "limit":
        return None
    return "A timeout with a limit stop can miss the exit."


def _is_on(ticket: OrderTicket) -> bool:
    return STOP_PRICE in ticket.relevant
