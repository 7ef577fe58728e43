"""Presets: what tickets of a kind have in common, in relative values only.

Levels are kept as percentages of the entry, targets as multiples of the stop's distance
(``take_profit.steps.N.r``) where there is one. No price, amount, pair or account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from trades.domain import sizing
from trades.domain.facts import MarketFacts
from trades.domain.levels import Level, build, maybe
from trades.domain.numbers import Unreadable, plain, read_number
from trades.domain.parameters import row_path
from trades.domain.reading import read
from trades.domain.reference import (
    STOP_PERCENT,
    STOP_PRICE,
    TARGET_PERCENT,
    TARGET_PRICE,
)
from trades.domain.ticket import OrderTicket, at_step

R = "take_profit.steps.N.r"
_KEPT = re.compile(
    r"trade_type|leverage\..+|take_profit\..+|stop_loss\..+"
    r"|position\.(order_type|conditional\.(order_type|price\.type|trailing\..+))"
)
_PRICES = (STOP_PRICE, TARGET_PRICE, "stop_loss.price.value")


def content(
    ticket: OrderTicket, facts: MarketFacts, typed: Mapping[str, str]
) -> dict[str, str]:
    """What a preset keeps of a ticket. Prices without a known entry are left out."""
    kept = {
        path: text
        for path, text in typed.items()
        if _KEPT.fullmatch(path) and row_path(path) not in _PRICES
    }
    ladder = build(ticket, facts)
    if ladder.stop:
        kept |= _as_percent(STOP_PERCENT, ladder.stop)
    for n, level in ladder.targets.items():
        percent = at_step(TARGET_PERCENT, n)
        if level.r is not None and level.r > 0:
            kept[at_step(R, n)] = plain(level.r)
            kept.pop(percent, None)
        else:
            kept |= _as_percent(percent, level)
    return kept


def applied(
    kept: Mapping[str, str], typed: Mapping[str, str], facts: MarketFacts
) -> dict[str, str]:
    """The typed text with a preset in it; levels as prices where the entry is known.

    Everything that a preset holds none of stays as it was typed.
    """
    rest = {p: t for p, t in typed.items() if not _KEPT.fullmatch(p)}
    found = {p: t for p, t in kept.items() if row_path(p) != R}
    found = _with_price(rest | found, facts, STOP_PRICE, STOP_PERCENT, gaining=False)
    multiples = {n: m for n in range(8) if (m := kept.get(at_step(R, n)))}
    for n in _steps(found):
        paths = at_step(TARGET_PRICE, n), at_step(TARGET_PERCENT, n)
        if n in multiples:
            found |= _at_r(found, facts, multiples[n], *paths)
        else:
            found = _with_price(found, facts, *paths, gaining=True)
    return found


def _as_percent(path: str, level: Level) -> dict[str, str]:
    return {} if level.percent is None else {path: plain(abs(level.percent))}


def _steps(typed: Mapping[str, str]) -> list[int]:
    return sorted(
        {int(p.split(".")[2]) for p in typed if p.startswith("take_profit.s")}
    )


def _with_price(
    typed: dict[str, str],
    facts: MarketFacts,
    price: str,
    percent: str,
    *,
    gaining: bool,
) -> dict[str, str]:
    """The price in place of the percentage, where it can be reckoned."""
    ticket = read(typed)
    away = _number(typed.get(percent, ""))
    if away is None or maybe(lambda: ticket.entry_trails) is not False:
        return typed
    at = maybe(lambda: sizing.price_at_percent(ticket, facts, away, gaining=gaining))
    if at is None:
        return typed
    return {p: t for p, t in typed.items() if p != percent} | {price: plain(at)}


def _at_r(
    typed: Mapping[str, str],
    facts: MarketFacts,
    multiple: str,
    price: str,
    percent: str,
) -> dict[str, str]:
    """The target so many times as far away as the stop, as price or as percentage."""
    times = _number(multiple) or Decimal(1)
    at = maybe(lambda: sizing.price_at_r(read(typed), facts, times))
    if at is not None:
        return {price: plain(at)}
    away = _number(typed.get(STOP_PERCENT, ""))
    return {} if away is None else {percent: plain(away * times)}


def _number(text: str) -> Decimal | None:
    try:
        return read_number(text)
    except Unreadable:
        return None
