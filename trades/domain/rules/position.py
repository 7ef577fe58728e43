"""Every price, and the amount."""

from __future__ import annotations

from decimal import Decimal

from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING
from trades.domain.numbers import plain
from trades.domain.reference import entry_total
from trades.domain.rules.registry import price_rule, rule
from trades.domain.rules.wording import span
from trades.domain.ticket import OrderTicket

_PRICE = "position.price.value"
_UNITS = "position.units.value"
_DECIMALS_MAX = 8


@price_rule("price-positive", ERROR, "R")
def price_positive(price: Decimal, facts: MarketFacts) -> str | None:
    """The price is 0 or less."""
    return None if price > 0 else "The price must be more than 0."


@price_rule("price-decimals", ERROR, "H")
def price_decimals(price: Decimal, facts: MarketFacts) -> str | None:
    """The price has more than 8 decimals, and no tick is known."""
    tick = facts.number_or_none("priceStep")
    if tick is not None and tick > 0:
        return None
    _, _, decimals = plain(price).partition(".")
    if len(decimals) <= _DECIMALS_MAX:
        return None
    return f"Use at most {_DECIMALS_MAX} decimals."


@price_rule("price-bounds", ERROR, "R")
def price_bounds(price: Decimal, facts: MarketFacts) -> str | None:
    """The price is outside minPrice to maxPrice."""
    low, high = facts.number_or_none("minPrice"), facts.number_or_none("maxPrice")
    if not _outside(price, low, high):
        return None
    if low is None or high is None:
        return f"Prices for this pair are {span(low, high)}."
    return f"Prices for this pair run from {plain(low)} to {plain(high)}."


@price_rule("price-step", ERROR, "R")
def price_step(price: Decimal, facts: MarketFacts) -> str | None:
    """The price is not a multiple of priceStep."""
    step = facts.step("priceStep")
    if price % step == 0:
        return None
    return f"Prices for this pair move in steps of {plain(step)}."


@rule("conditional-trigger-equals-price", WARNING, "H", _PRICE)
def trigger_equals_price(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A conditional limit order has its trigger at the order price."""
    if ticket.entry_order != "conditional limit":
        return None
    if ticket[_PRICE] != ticket["position.conditional.price.value"]:
        return None
    return "With trigger and order price equal the order may stay unfilled."


@rule("price-far", WARNING, "R", _PRICE)
def price_far(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A limit price is outside the exchange's band around the bid (sell: the ask)."""
    if ticket.entry_order != "limit":
        return None
    side = "bid" if ticket.is_long else "ask"
    market = facts.number(side)
    down, up = (facts.number_or_none(f"{side}Multiplier{end}") for end in _BAND)
    low, high = (None if times is None else market * times for times in (down, up))
    if not _outside(ticket.number(_PRICE), low, high):
        return None
    return "This price is far from the market; the exchange may refuse it."


_BAND = ("Down", "Up")


@rule("units-min", ERROR, "R", _UNITS)
def units_min(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The amount is below minLotSize."""
    smallest = facts.number("minLotSize")
    if ticket.number(_UNITS) >= smallest:
        return None
    return f"The smallest amount for this pair is {plain(smallest)}."


@rule("units-max", ERROR, "R", _UNITS)
def units_max(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The amount is above maxLotSize."""
    largest = facts.number("maxLotSize")
    if ticket.number(_UNITS) <= largest:
        return None
    return f"The largest amount for this pair is {plain(largest)}."


@rule("units-step", ERROR, "R I34", _UNITS)
def units_step(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The amount is not a multiple of lotStep."""
    step = facts.step("lotStep")
    if ticket.number(_UNITS) % step == 0:
        return None
    return f"The amount must be in steps of {plain(step)}."


@rule("units-total-min", ERROR, "R", _UNITS)
def units_total_min(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Amount times reference entry is below minTotal (a conditional market order:
    minMarketTotal, if given). Not for market entries."""
    if (entry := ticket.entry_order) == "market":
        return None
    least = None
    if entry == "conditional market":
        least = facts.number_or_none("minMarketTotal")
    least = facts.number("minTotal") if least is None else least
    total = entry_total(ticket, facts)
    if total >= least:
        return None
    return f"The order is worth {plain(total)}; the minimum is {plain(least)}."


@rule("units-total-max", ERROR, "R", _UNITS)
def units_total_max(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Amount times reference entry is above maxTotal. Not for market entries."""
    if ticket.entry_order == "market":
        return None
    most, total = facts.number("maxTotal"), entry_total(ticket, facts)
    if total <= most:
        return None
    return f"The order is worth {plain(total)}; the maximum is {plain(most)}."


@rule("units-total-estimate", WARNING, "R", _UNITS)
def units_total_estimate(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A market entry: amount times reference entry is below minMarketTotal (else
    minTotal), or above maxTotal."""
    if ticket.entry_order != "market":
        return None
    least = facts.number_or_none("minMarketTotal")
    least = facts.number_or_none("minTotal") if least is None else least
    most, total = facts.number_or_none("maxTotal"), entry_total(ticket, facts)
    if not _outside(total, least, most):
        return None
    limits = f"{_end(least, 'the minimum')} to {_end(most, 'the maximum')}"
    worth = f"At the current price this order is worth about {plain(total)}"
    return f"{worth}, outside {limits}."


@rule("units-market-range", WARNING, "R", _UNITS)
def units_market_range(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """A market order, at once or at the trigger, is outside the market order limits."""
    if ticket.entry_order not in ("market", "conditional market"):
        return None
    side = "Buy" if ticket.is_long else "Sell"
    low = facts.number_or_none(f"minMarket{side}Amount")
    high = facts.number_or_none(f"maxMarket{side}Amount")
    if not _outside(ticket.number(_UNITS), low, high):
        return None
    return f"Market orders here must be {span(low, high)}."


def _outside(value: Decimal, low: Decimal | None, high: Decimal | None) -> bool:
    return (low is not None and value < low) or (high is not None and value > high)


def _end(limit: Decimal | None, unknown: str) -> str:
    return unknown if limit is None else plain(limit)
