"""The market's limits for a trade: 422 with keys in dots.

What has passed the parameter check may still be too much, too little, or for a pair
that is not traded there. The limits are the very ones that ``market`` tells.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.calls import invalid
from trades.sandbox.checks import Ticket
from trades.sandbox.market import LEVERAGE_MIN, Quote
from trades.sandbox.markets import Market
from trades.sandbox.pairs import Pair

# They place no entry order: the coins, or the short position, are there already.
SKIPPING = ("smart_sell", "smart_buy")
# What a trade is told that is too large in every respect.
TOO_LARGE = {
    "position": ["is invalid"],
    "position.total": ["must be less than or equal to 9000000.0"],
    "units_to_buy": ["must be less than or equal to 9000.0"],
}
_ENTRY = "position[price][value]"
_TRIGGER = "position[conditional][price][value]"
_INVALID = ["is invalid"]

Errors = dict[str, list[str]]


def traded(name: str, market: Market) -> Pair:
    """The pair of this name, or ``Refused`` where it is not traded."""
    pair = market.find(name)
    if pair is None:
        raise invalid(422, {"pair": _INVALID})
    return pair


def check(ticket: Ticket, market: Market, pair: Pair, now: Quote) -> None:
    """Raises ``Refused`` where the market would not take the trade."""
    errors: Errors = {}
    _amount(errors, ticket, market, pair, now)
    _prices(errors, ticket, pair)
    if any(name.startswith(("position", "units")) for name in errors):
        errors = {"position": _INVALID} | errors
    if market.is_futures and ticket.get("leverage[enabled]"):
        _leverage(errors, ticket, pair)
    volumes = [
        ticket[f"take_profit[steps][{n}][volume]"] for n in range(ticket["steps"])
    ]
    if volumes and decimals.total(volumes) != 100:
        errors["take_profit.steps"] = ["total volume must be equal to 100.0"]
    if errors:
        raise invalid(422, errors)


def entry_price(ticket: Ticket, now: Quote) -> Decimal:
    """What the entry is reckoned at: its own price, its trigger, or the market's."""
    given, trigger = ticket.get(_ENTRY), ticket.get(_TRIGGER)
    if ticket["position[order_type]"] != "market" or ticket["kind"] in SKIPPING:
        return given or trigger
    return now.ask if ticket["position[type]"] == "buy" else now.bid


def buys_at_market(ticket: Ticket) -> bool:
    """At once; what a trigger releases later is another ability."""
    order = ticket["position[order_type]"], ticket["position[type]"]
    return order == ("market", "buy") and ticket["kind"] not in SKIPPING


def margin_type(ticket: Ticket) -> str:
    return "cross" if ticket["leverage[type]"] == "cross" else "isolated"


def _amount(
    errors: Errors, ticket: Ticket, market: Market, pair: Pair, now: Quote
) -> None:
    """Of what is ordered now or at the trigger; a total where its price is known."""
    units = decimals.cut(ticket["position[units][value]"], Decimal(pair.lot_step))
    at_market = _is_at_market(ticket)
    most = pair.max_market if at_market else pair.max_lot
    _between(errors, "units_to_buy", units, pair.min_lot, most)
    trails = ticket.get("position[conditional][trailing][enabled]")
    if trails or ticket["kind"] in SKIPPING:
        return
    price = entry_price(ticket, now)
    if at_market and _TRIGGER in ticket:
        price = ticket[_TRIGGER]
    total = market.worth(pair, units, price)
    least = (at_market and pair.min_market_total) or pair.min_total
    _between(errors, "position.total", total, least, pair.max_total)


def _is_at_market(ticket: Ticket) -> bool:
    """Whether the entry is a market order, at once or at its trigger."""
    inner = ticket.get("position[conditional][order_type]")
    at_market = "market" in (ticket["position[order_type]"], inner)
    return at_market and ticket["kind"] not in SKIPPING


def _prices(errors: Errors, ticket: Ticket, pair: Pair) -> None:
    """Every price that an order has or waits for is one of the pair's ticks."""
    for name, price in ticket.items():
        if not name.endswith("[price][value]") or _is_idle(name, ticket):
            continue
        dotted = re.sub(r"\[(\w+)\]", r".\1", name)
        _between(errors, dotted, price, pair.price_step, pair.max_price)
        if decimals.cut(price, Decimal(pair.price_step)) != price:
            errors[dotted] = [f"Should change with step {pair.price_step}"]


def _is_idle(name: str, ticket: Ticket) -> bool:
    """The price of an entry at market, and what was paid long ago, move nothing."""
    no_order = ticket["position[order_type]"] == "market" or ticket["kind"] in SKIPPING
    return name == _ENTRY and no_order


def _leverage(errors: Errors, ticket: Ticket, pair: Pair) -> None:
    """On spot nobody looks at it."""
    margin = pair.margin(margin_type(ticket))
    if margin is None:
        errors["leverage.type"] = _INVALID
        return
    if margin.fixed:
        return
    value = ticket["leverage[value]"]
    _between(errors, "leverage.value", value, LEVERAGE_MIN, margin.highest or "")
    if margin.listed and value not in map(Decimal, margin.listed):
        errors.setdefault("leverage.value", ["does not have a valid value"])


def _between(errors: Errors, name: str, number: Decimal, low: str, high: str) -> None:
    """Notes what is beyond an end; "" is no end."""
    if low and number < Decimal(low):
        errors[name] = [f"must be greater than or equal to {low}"]
    if high and number > Decimal(high):
        errors[name] = [f"must be less than or equal to {high}"]
