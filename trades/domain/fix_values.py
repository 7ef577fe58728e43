"""The values that fixes offer: exact, on the step, within the limits.

Raises ``Skip`` where a value is not known or there is none.
"""

from __future__ import annotations

import re
from decimal import Decimal

from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.levels import maybe
from trades.domain.numbers import (
    ROUNDING,
    Unreadable,
    ceiling_to,
    floor_to,
    nearest,
    plain,
    quotient,
    read_number,
    read_whole,
)
from trades.domain.parameters import WHOLE_MAX, row_of
from trades.domain.reference import entry_price
from trades.domain.rules.leverage import listed_values, offered_range
from trades.domain.sizing import lot_step, price_at_percent, tick
from trades.domain.sizing import rest as rest_of
from trades.domain.ticket import OrderTicket, at_step

_UNITS = "position.units.value"
_VOLUME = "take_profit.steps.N.volume"
# What people put between thousands, besides a comma or a dot.
_BLANKS = " \u00a0\u2009\u202f_'\u2019"
_SPACED = re.compile(rf"(-?[0-9]{{1,3}}(?:[{_BLANKS}][0-9]{{3}})+)([.,][0-9]+)?")
_ENGLISH = re.compile(r"-?[0-9]{1,3}(?:(?:,[0-9]{3})+\.[0-9]+|(?:,[0-9]{3}){2,})")
_CONTINENTAL = re.compile(r"-?[0-9]{1,3}(?:(?:\.[0-9]{3})+,[0-9]+|(?:\.[0-9]{3}){2,})")
# A comma before three digits may stand between thousands.
_DECIMAL = re.compile(r"-?(?![1-9][0-9]{0,2},[0-9]{3}$)[0-9]*,[0-9]+")


def amount(ticket: OrderTicket, facts: MarketFacts) -> str:
    """The nearest amount that the lot step, the limits and the totals allow."""
    step = lot_step(facts)
    low, high = _limits(ticket, facts)
    value = nearest(ticket.number(_UNITS), step)
    if low is not None:
        value = max(value, ceiling_to(low, step))
    if high is not None:
        value = min(value, floor_to(high, step))
    if low is not None and value < low:
        raise Skip  # the limits leave nothing between them
    return _good(value)


def worth(ticket: OrderTicket, facts: MarketFacts, units: str) -> str:
    """What so many units are worth at the entry."""
    return plain(Decimal(units) * entry_price(ticket, facts) * facts.base_per_unit)


def price(typed: Decimal, facts: MarketFacts) -> str:
    """The nearest price on the tick and within the bounds."""
    value = nearest(typed, tick(facts))
    low, high = facts.number_or_none("minPrice"), facts.number_or_none("maxPrice")
    if low is not None and value < low:
        value = ceiling_to(low, tick(facts))
    if high is not None and value > high:
        value = floor_to(high, tick(facts))
    if low is not None and value < low:
        raise Skip
    return _good(value)


def at_percent(
    ticket: OrderTicket, facts: MarketFacts, percent: Decimal, *, gaining: bool
) -> tuple[str, str]:
    """The price so far from the entry, which must lie beyond it, and the entry."""
    entry = entry_price(ticket, facts)
    found = price_at_percent(ticket, facts, percent, gaining=gaining)
    away = found - entry if ticket.is_long == gaining else entry - found
    if away <= 0:
        raise Skip
    return _good(found), plain(entry)


def percent_of_trigger(ticket: OrderTicket, path: str, *, gaining: bool) -> str:
    """How far a price lies from the trigger, on that side; two decimals, half up."""
    trigger = ticket.number("position.conditional.price.value")
    price = ticket.number(path)
    away = price - trigger if ticket.is_long == gaining else trigger - price
    if min(trigger, price) <= 0:
        raise Skip
    percent = quotient(away * 100, trigger)
    if percent >= 100 and ticket.is_long != gaining:
        raise Skip  # no price falls so far
    return _good(percent)


def leverage(ticket: OrderTicket, facts: MarketFacts) -> int:
    """The nearest leverage that the pair takes."""
    typed = ticket.values.get("leverage.value")
    if not isinstance(typed, int):
        raise Skip
    entry = maybe(facts.leverage, ticket.values.get("leverage.type")) or {}
    least, high = offered_range(entry)
    low = ceiling_to(max(least or Decimal(1), Decimal(1)), Decimal(1))
    if listed := [n for n in listed_values(entry) if n == n.to_integral_value()]:
        taken = [n for n in listed if n >= low and (high is None or n <= high)]
        value = min(taken, key=lambda n: (abs(n - typed), n), default=None)
    else:
        value = max(Decimal(typed), low)
        value = value if high is None else min(value, floor_to(high, Decimal(1)))
    if value is None or value < low or value > WHOLE_MAX:
        raise Skip
    return int(value)


def rest(ticket: OrderTicket, number: int) -> str:
    """What the other steps leave of 100 for this one."""
    paths = [at_step(_VOLUME, n) for n in ticket.steps() if n != number]
    shares = [ticket.number(path) for path in paths]
    if any(share <= 0 for share in shares):
        raise Skip
    return plain(rest_of(shares))


def bound(ticket: OrderTicket, path: str) -> str:
    """The end of the row's range that lies nearer; "" where none is a value."""
    row, value = row_of(path), ticket.values.get(path)
    if row is None or row.bounds is None or not isinstance(value, int | Decimal):
        raise Skip
    high, low = row.bounds.at_most, row.bounds.at_least
    if high is not None and value > high:
        return plain(Decimal(high))
    return "" if low is None else plain(Decimal(low))


def number(text: str) -> str:
    """A plain number where the text can mean only one; else "".

    >>> number("1,000.50"), number("1.000,50"), number("0,5"), number("7 000")
    ('1000.50', '1000.50', '0.5', '7000')
    >>> number("1,000"), number("1.5,3"), number("1 5")
    ('', '', '')
    """
    bare = text.strip().removeprefix("+")
    if spaced := _SPACED.fullmatch(bare):
        whole = "".join(filter(lambda char: char not in _BLANKS, spaced[1]))
        bare = whole + (spaced[2] or "").replace(",", ".")
    elif _ENGLISH.fullmatch(bare):
        bare = bare.replace(",", "")
    elif _CONTINENTAL.fullmatch(bare):
        bare = bare.replace(".", "").replace(",", ".")
    elif _DECIMAL.fullmatch(bare):
        bare = bare.replace(",", ".")
    return _readable(bare, read_number)


def whole(text: str) -> str:
    """A whole number where the text can mean only one; else "".

    >>> whole("5x"), whole("10.0"), whole("90 sec"), whole("2.5")
    ('5', '10', '90', '')
    """
    bare = text.strip().removeprefix("+").lower()
    bare = re.sub(r"\s*(x|sec|seconds)$", "", bare)
    return _readable(re.sub(r"\.0+$", "", bare), read_whole)


def _readable(text: str, read) -> str:
    try:
        read(text)
    except Unreadable:
        return ""
    return text


def _limits(
    ticket: OrderTicket, facts: MarketFacts
) -> tuple[Decimal | None, Decimal | None]:
    """The smallest and the largest amount, as far as they are known."""
    names = [("minLotSize", "maxLotSize")]
    is_market = ticket.places_entry and ticket.entry_order.endswith("market")
    if is_market:
        side = "Buy" if ticket.is_long else "Sell"
        names.append((f"minMarket{side}Amount", f"maxMarket{side}Amount"))
    lows = [facts.number_or_none(low) for low, _ in names]
    highs = [facts.number_or_none(high) for _, high in names]
    if ticket.places_entry and ticket.entry_order != "market":
        least, most = maybe(_by_total, ticket, facts) or (None, None)
        lows, highs = [*lows, least], [*highs, most]
    low = max((n for n in lows if n is not None), default=None)
    return low, min((n for n in highs if n is not None), default=None)


def _by_total(
    ticket: OrderTicket, facts: MarketFacts
) -> tuple[Decimal | None, Decimal | None]:
    """The amounts that make the smallest and the largest total."""
    each = entry_price(ticket, facts) * facts.base_per_unit
    if each <= 0:
        raise Skip
    least, most = facts.number_or_none("minTotal"), facts.number_or_none("maxTotal")
    if ticket.entry_order == "conditional market":
        at_market = facts.number_or_none("minMarketTotal")
        least = least if at_market is None else at_market
    made = (n if n is None else ROUNDING.divide(n, each) for n in (least, most))
    low, high = made
    return low, high


def _good(value: Decimal) -> str:
    if value <= 0:
        raise Skip
    return plain(value)
