"""Values that follow from others: beside each level the one that was not typed, and
amount, total and risk of each other.

What was typed is the master and is sent as it stands; the rest is shown, with a way to
take it over. Rounded values say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trades.domain import market_words, sizing
from trades.domain.aids import RISK, TOTAL
from trades.domain.facts import MarketFacts
from trades.domain.fixes import Fix
from trades.domain.ladder_words import money
from trades.domain.levels import maybe
from trades.domain.numbers import Unreadable, plain, read_number
from trades.domain.reference import (
    STOP_PERCENT,
    STOP_PRICE,
    TARGET_PERCENT,
    TARGET_PRICE,
    opened_at,
)
from trades.domain.ticket import OrderTicket, at_step

_UNITS = "position.units.value"
_TIMEOUT = "stop_loss.timeout.value"
MASTER = "typed"
_NO_NUMBER = "not a number such as 600.50; it is not used"


@dataclass(frozen=True)
class Linked:
    """A value that stands beside an input; ``fix`` takes over what it leads to."""

    path: str
    text: str
    fix: Fix | None = None


def linked(
    ticket: OrderTicket, facts: MarketFacts, typed: Mapping[str, str]
) -> list[Linked]:
    """All that follows from what was typed; nothing where it is not known."""
    return [
        *_sized(ticket, facts, typed, TOTAL, sizing.total, sizing.units_for_total),
        *_sized(ticket, facts, typed, RISK, sizing.risk, sizing.units_for_risk),
        *_levels(ticket, facts),
        *_seconds(ticket, typed),
    ]


Comes = Callable[[OrderTicket, MarketFacts], Decimal]
Leads = Callable[[OrderTicket, MarketFacts, Decimal], Decimal]


def _sized(
    ticket: OrderTicket,
    facts: MarketFacts,
    typed: Mapping[str, str],
    path: str,
    comes: Comes,
    leads: Leads,
) -> Iterator[Linked]:
    """What the amount comes to, and the amount that was asked for by this."""
    pair = str(ticket.values.get("pair", ""))
    text, found = typed.get(path, "").strip(), maybe(comes, ticket, facts)
    if found is not None:
        shown = money(found, market_words.quote(pair, facts))
        yield Linked(path, f"= {shown} for the amount")
    if not text:
        return
    try:
        asked = read_number(text)
    except Unreadable:
        yield Linked(path, _NO_NUMBER)
        return
    units = maybe(leads, ticket, facts, asked)
    if units is None:
        yield Linked(path, _waits_for(ticket, path))
    elif units != ticket.values.get(_UNITS):
        yield Linked(path, *_offered(units, facts, market_words.unit(pair, facts)))


def _offered(units: Decimal, facts: MarketFacts, unit: str) -> tuple[str, Fix]:
    step = plain(sizing.lot_step(facts))
    label = f"Use {plain(units)} {unit}".strip()
    return f"rounded down to steps of {step}", Fix(label, {_UNITS: plain(units)})


def _waits_for(ticket: OrderTicket, path: str) -> str:
    if maybe(lambda: ticket.entry_trails):
        return "no amount: the entry trails, so its price is not known"
    if path == RISK:
        return "no amount yet: it takes the entry's price, and a stop that loses"
    return "no amount yet: it takes the entry's price"


def _levels(ticket: OrderTicket, facts: MarketFacts) -> Iterator[Linked]:
    if maybe(lambda: ticket.entry_trails) is not False:
        return
    yield from _level(ticket, facts, STOP_PRICE, STOP_PERCENT, gaining=False)
    for n in ticket.steps():
        paths = at_step(TARGET_PRICE, n), at_step(TARGET_PERCENT, n)
        yield from _level(ticket, facts, *paths, gaining=True)


def _level(
    ticket: OrderTicket, facts: MarketFacts, price: str, percent: str, *, gaining: bool
) -> Iterator[Linked]:
    """Beside the one that was typed, the other one."""
    at, away = maybe(ticket.number, price), maybe(ticket.number, percent)
    entry = maybe(opened_at, ticket, facts)
    if entry is None or entry <= 0 or (at is None) == (away is None):
        return
    if at is not None:
        found = maybe(lambda: _percent(ticket, facts, at, gaining))
        other, master = percent, price
    else:
        found = maybe(lambda: _price(ticket, facts, away, gaining))
        other, master = price, percent
    if found is not None:
        yield Linked(other, found)
        yield Linked(master, MASTER)


def _percent(
    ticket: OrderTicket, facts: MarketFacts, price: Decimal, gaining: bool
) -> str:
    found = sizing.percent_at_price(ticket, facts, price, gaining=gaining)
    entry = opened_at(ticket, facts)
    exact = entry * found == abs(price - entry) * 100 * (1 if found >= 0 else -1)
    sign = "−" if found < 0 else ""
    return f"= {sign}{plain(abs(found))} %{'' if exact else ', rounded'}"


def _price(
    ticket: OrderTicket, facts: MarketFacts, percent: Decimal, gaining: bool
) -> str:
    found = sizing.price_at_percent(ticket, facts, percent, gaining=gaining)
    entry = opened_at(ticket, facts)
    exact = abs(found - entry) * 100 == abs(percent) * entry
    rounded = "" if exact else f", rounded to steps of {plain(sizing.tick(facts))}"
    return f"= {market_words.grouped(plain(found))}{rounded}"


def _seconds(ticket: OrderTicket, typed: Mapping[str, str]) -> Iterator[Linked]:
    seconds = ticket.values.get(_TIMEOUT)
    if isinstance(seconds, int) and typed.get(_TIMEOUT, "").strip() != str(seconds):
        yield Linked(_TIMEOUT, f"= {seconds} s")
