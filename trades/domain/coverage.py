"""What of a ticket no rule could look at, because a fact for it is not known."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.parameters import row_of
from trades.domain.rules.account import SUPPORT
from trades.domain.schema import Kind
from trades.domain.ticket import OrderTicket


class Source(Enum):
    """Where the missing fact would have come from."""

    ACCOUNT = "account"
    PAIRS = "pairs"
    RATES = "rates"
    PRICES = "prices"
    LEVERAGE = "leverage"
    # The answer is there, and does not say it.
    UNSTATED = "unstated"


@dataclass(frozen=True)
class Unchecked:
    """What was not looked at, as the end of a sentence."""

    source: Source
    what: str


def unchecked(ticket: OrderTicket, facts: MarketFacts) -> list[Unchecked]:
    """For a ticket without errors: only what this very ticket needs."""
    return [
        *_of_account(ticket, facts),
        *_of_pairs(facts),
        *_of_rates(ticket, facts),
        *_of_leverage(ticket, facts),
    ]


def _of_account(ticket: OrderTicket, facts: MarketFacts) -> Iterator[Unchecked]:
    if not _is_flag(facts, "smart_trading_supported"):
        yield Unchecked(Source.ACCOUNT, "whether the account supports SmartTrade")
    order = (ticket["position.order_type"], ticket["position.type"])
    needs = SUPPORT.get(order) if ticket.places_entry else None
    if needs and not _is_flag(facts, needs):
        yield Unchecked(Source.ACCOUNT, "whether the account takes this kind of order")


def _is_flag(facts: MarketFacts, name: str) -> bool:
    return isinstance((facts.account or {}).get(name), bool)


def _of_pairs(facts: MarketFacts) -> Iterator[Unchecked]:
    if facts.pairs is None:
        yield Unchecked(Source.PAIRS, "whether the market lists this pair")


def _of_rates(ticket: OrderTicket, facts: MarketFacts) -> Iterator[Unchecked]:
    has_prices = any(_is_price(path) for path in ticket.values)
    compared = _compared(ticket)
    if facts.rates is None:
        steps = "price steps, amount steps" if has_prices else "amount steps"
        what = f"{steps}, the smallest and largest amounts and totals"
        yield Unchecked(Source.RATES, f"{what}, {compared}" if compared else what)
        return
    if compared and not _has_market_price(ticket, facts):
        yield Unchecked(Source.PRICES, compared)
    limits = {"price steps": "priceStep"} if has_prices else {}
    limits |= {"amount steps": "lotStep", "the smallest amount": "minLotSize"}
    if ticket.places_entry:
        yield from _of_totals(facts)
    for what, name in limits.items():
        if facts.number_or_none(name) is None:
            yield Unchecked(Source.UNSTATED, what)


def _of_totals(facts: MarketFacts) -> Iterator[Unchecked]:
    if not _has_totals(facts):
        what = "the total, which on this kind of market is not amount times price"
        yield Unchecked(Source.UNSTATED, what)
    elif facts.number_or_none("minTotal") is None:
        yield Unchecked(Source.UNSTATED, "the smallest total")


def _has_totals(facts: MarketFacts) -> bool:
    try:
        return facts.base_per_unit is not None
    except Skip:
        return False


def _of_leverage(ticket: OrderTicket, facts: MarketFacts) -> Iterator[Unchecked]:
    if ticket["leverage.enabled"] and facts.leverage_data is None:
        yield Unchecked(Source.LEVERAGE, "which leverage and margin this pair takes")


def _compared(ticket: OrderTicket) -> str:
    """What of this ticket is compared with the market's price; "" for nothing."""
    if not ticket.places_entry:
        return ""
    if ticket.entry_order == "limit":
        return "how far the order price is from the market"
    if ticket.entry_order != "market":
        return ""
    exits = ticket["take_profit.enabled"] or ticket["stop_loss.enabled"]
    return "the total and the exits at the market's price" if exits else _TOTAL


_TOTAL = "the total at the market's price"


def _has_market_price(ticket: OrderTicket, facts: MarketFacts) -> bool:
    side = "ask" if ticket.is_long == (ticket.entry_order == "market") else "bid"
    return facts.number_or_none(side) is not None


def _is_price(path: str) -> bool:
    row = row_of(path)
    return row is not None and row.kind is Kind.PRICE
