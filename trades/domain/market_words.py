"""A market's facts in words: prices, limits and what one unit is.

Decimals are shown as 3Commas wrote them; only the commas between thousands are ours.

Source: 3Commas API, "Currency rates and limits", "Leverage data".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, localcontext

from trades.domain import pairs
from trades.domain.facts import MarketFacts, read_fact
from trades.domain.findings import Skip
from trades.domain.numbers import EXACT, plain, round_to
from trades.domain.reference import entry_price, entry_total
from trades.domain.ticket import OrderTicket

_NOT_SET = "none"
_LISTED_MAX = 12  # more are no longer taken in at a glance
CONTRACTS = "contracts"


def grouped(value: object) -> str:
    """A vendor's number with commas between thousands; "" for what is none.

    >>> grouped("61204.10"), grouped("0.00001"), grouped("5E-8"), grouped(None)
    ('61,204.10', '0.00001', '0.00000005', '')
    """
    number = read_fact(value)
    if number is None:
        return ""
    text = format(number, "f")
    sign = "-" if text.startswith("-") else ""
    whole, dot, decimals = text.removeprefix("-").partition(".")
    head = len(whole) % 3
    groups = [whole[:head], *re.findall("...", whole[head:])]
    return sign + ",".join(filter(None, groups)) + dot + decimals


def unit(pair: str, facts: MarketFacts) -> str:
    """What amounts are counted in: a currency, contracts, or "" for nobody knows."""
    if facts.number_or_none("quanto_multiplier") is not None:
        return CONTRACTS
    return pairs.split(pair)[1] if facts.is_spot else ""


def quote(pair: str, facts: MarketFacts) -> str:
    """The currency of prices and totals; "" where that is not sure.

    On an inverse market prices are in dollars, and totals in the coin.
    """
    if not _is_linear(facts):
        return ""
    named = (facts.rates or {}).get("orderbook_price_currency")
    if isinstance(named, str) and named.isalnum():
        return named
    return pairs.split(pair)[0] if facts.is_spot else ""


def limits(pair: str, facts: MarketFacts) -> list[str]:
    """What the exchange takes of this pair, a few words for each kind of limit."""
    parts = [_prices(facts), *_amounts(pair, facts), *_totals(pair, facts)]
    return [part for part in parts if part]


def leverage(facts: MarketFacts) -> str:
    """The leverage that each margin type takes; "" where nothing is known or offered.

    >>> known = {"code": "cross", "max_leverage": "20", "valid": {"min": 1}}
    >>> leverage(MarketFacts(leverage_data=[known]))
    'cross 1 to 20'
    """
    offers = facts.leverage_data or ()
    return ", ".join(text for entry in offers if (text := _margin(entry)))


def worth(ticket: OrderTicket, facts: MarketFacts) -> str:
    """The total in quote currency; "" where price, market or currency is not known.

    "about" where the price is the market's, or the trigger's.
    """
    if facts.rates is None or not (currency := quote(str(ticket["pair"]), facts)):
        return ""
    try:
        with localcontext(EXACT):
            total, price = entry_total(ticket, facts), entry_price(ticket, facts)
    except Skip:
        return ""
    if ticket.entry_order in ("limit", "conditional limit"):
        return f"{grouped(plain(total))} {currency}"
    return f"about {grouped(_rounded(total, price))} {currency}"


def _rounded(total: Decimal, price: Decimal) -> Decimal:
    """To the decimals of the price, unless nothing were left of it."""
    _, _, decimals = format(price, "f").partition(".")
    return round_to(total, len(decimals)) or total


def _prices(facts: MarketFacts) -> str:
    step = _number(facts, "priceStep")
    return f"Price in steps of {step}" if step else ""


def _amounts(pair: str, facts: MarketFacts) -> Iterator[str]:
    span, step = _span(facts, "minLotSize", "maxLotSize"), _number(facts, "lotStep")
    steps = f"in steps of {step}" if step else ""
    if span or step:
        yield _joined("Amount", span, unit(pair, facts), steps)
    if at_market := _at_market(facts):
        yield _joined("At market", at_market, unit(pair, facts))
    size = _number(facts, "quanto_multiplier")
    if size and _is_linear(facts):
        currency = pairs.underlying(pair) or "of the base currency"
        yield f"1 contract = {size} {currency}"


def _at_market(facts: MarketFacts) -> str:
    """The amounts that market orders may have, where they are not those of all."""
    usual = _span(facts, "minLotSize", "maxLotSize")
    spans = {}
    for side in ("buy", "sell"):
        named = f"Market{side.capitalize()}Amount"
        low = _number(facts, f"min{named}") or _number(facts, "minLotSize")
        high = _number(facts, f"max{named}") or _number(facts, "maxLotSize")
        spans[side] = _from_to(low, high)
    if spans["buy"] == spans["sell"]:
        return "" if spans["buy"] == usual else spans["buy"]
    return ", ".join(f"{side} {span}" for side, span in spans.items() if span)


def _totals(pair: str, facts: MarketFacts) -> Iterator[str]:
    currency, at_market = quote(pair, facts), _number(facts, "minMarketTotal")
    if span := _span(facts, "minTotal", "maxTotal"):
        yield _joined("Total", span, currency)
    if at_market and at_market != _number(facts, "minTotal"):
        yield _joined("Total at market from", at_market, currency)


def _margin(entry: Mapping[str, object]) -> str:
    code = entry.get("code")
    if not isinstance(code, str) or code == _NOT_SET:
        return ""
    if entry.get("can_set_leverage_value") is False:
        return f"{code} fixed by the exchange"
    valid = entry.get("valid")
    bounds = valid if isinstance(valid, Mapping) else {}
    low = grouped(bounds.get("min"))
    high = grouped(bounds.get("max")) or grouped(entry.get("max_leverage"))
    listed = entry.get("available_leverage_values")
    values = [grouped(v) for v in listed] if isinstance(listed, list) else []
    told = ", ".join(filter(None, values)) if len(values) <= _LISTED_MAX else ""
    return f"{code} {told or _from_to(low, high) or 'at any leverage'}"


def _is_linear(facts: MarketFacts) -> bool:
    """Whether a contract is so much of the base, and all is paid in the quote."""
    return (facts.rates or {}).get("instrumentKind") in ("spot", "linear_futures")


def _number(facts: MarketFacts, name: str) -> str:
    return grouped((facts.rates or {}).get(name))


def _span(facts: MarketFacts, low: str, high: str) -> str:
    return _from_to(_number(facts, low), _number(facts, high))


def _from_to(low: str, high: str) -> str:
    if low and high:
        return f"{low} to {high}"
    return f"from {low}" if low else high and f"up to {high}"


def _joined(*parts: str) -> str:
    return " ".join(filter(None, parts))
