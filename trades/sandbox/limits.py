"""The market's limits for a trade: 422 with keys in dots.

What has passed the parameter check may still be too much, too little, or for a pair
that is not traded there.
"""

from __future__ import annotations

from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.calls import invalid
from trades.sandbox.checks import Ticket
from trades.sandbox.market import LEVERAGE_MAX, Market, Pair, Quote

# They place no entry order: the coins, or the short position, are there already.
SKIPPING = ("smart_sell", "smart_buy")
# What a trade is told that is too large in every respect.
TOO_LARGE = {
    "position": ["is invalid"],
    "position.total": ["must be less than or equal to 9000000.0"],
    "units_to_buy": ["must be less than or equal to 9000.0"],
}


def traded(name: str, market: Market) -> Pair:
    """The pair of this name, or ``Refused`` where it is not traded."""
    for pair in market.pairs:
        if pair.name == name:
            return pair
    raise invalid(422, {"pair": ["is invalid"]})


def check(ticket: Ticket, market: Market, pair: Pair, now: Quote) -> None:
    """Raises ``Refused`` where the market would not take the trade."""
    errors = _position(ticket, market, pair, now)
    _between(errors, "leverage.value", _leverage(ticket, market), "1.0", LEVERAGE_MAX)
    volumes = [
        ticket[f"take_profit[steps][{n}][volume]"] for n in range(ticket["steps"])
    ]
    if volumes and decimals.total(volumes) != 100:
        errors["take_profit.steps"] = ["total volume must be equal to 100.0"]
    if errors:
        raise invalid(422, errors)


def entry_price(ticket: Ticket, now: Quote) -> Decimal:
    """What the entry is reckoned at: its own price, its trigger, or the market's."""
    given = ticket.get("position[price][value]")
    trigger = ticket.get("position[conditional][price][value]")
    if ticket["position[order_type]"] != "market" or ticket["kind"] in SKIPPING:
        return given or trigger
    return now.ask if ticket["position[type]"] == "buy" else now.bid


def _position(
    ticket: Ticket, market: Market, pair: Pair, now: Quote
) -> dict[str, list[str]]:
    units = decimals.cut(ticket["position[units][value]"], Decimal(pair.lot_step))
    total = decimals.times(units, entry_price(ticket, now))
    most = None if market.is_futures else pair.max_total
    errors: dict[str, list[str]] = {}
    _between(errors, "position.total", total, pair.min_total, most)
    _between(errors, "units_to_buy", units, pair.lot_step, pair.max_lot)
    return {"position": ["is invalid"]} | errors if errors else errors


def _leverage(ticket: Ticket, market: Market) -> Decimal | None:
    """The leverage that counts: on spot it is ignored."""
    on = market.is_futures and ticket.get("leverage[enabled]")
    return ticket["leverage[value]"] if on else None


def _between(
    errors: dict[str, list[str]],
    name: str,
    number: Decimal | None,
    low: str,
    high: str | Decimal | None,
) -> None:
    if number is None:
        return
    if number < Decimal(low):
        errors[name] = [f"must be greater than or equal to {low}"]
    if high is not None and number > Decimal(high):
        errors[name] = [f"must be less than or equal to {decimals.text(Decimal(high))}"]
