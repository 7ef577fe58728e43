"""Account and pair."""

from __future__ import annotations

from trades.domain import pairs
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING, Skip
from trades.domain.rules.registry import rule
from trades.domain.ticket import OrderTicket

_QUOTES = {"USDT", "USDC", "USD", "BUSD", "FDUSD", "TUSD", "DAI", "EUR"}

# What the account must support for each kind of entry order.
SUPPORT = {
    ("market", "buy"): "market_buy_supported",
    ("market", "sell"): "market_sell_supported",
    ("conditional", "buy"): "conditional_buy_supported",
}


@rule("account-smart-trading", ERROR, "S", "account_id")
def smart_trading(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The account's smart_trading_supported is false."""
    if facts.flag("smart_trading_supported"):
        return None
    return "This account does not support SmartTrade."


@rule("account-locked", WARNING, "R", "account_id")
def locked(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The account's is_locked or api_key_invalid is true."""
    if not any((facts.account or {}).get(f) is True for f in _LOCKS):
        return None
    return "This account is locked or its exchange keys no longer work."


_LOCKS = ("is_locked", "api_key_invalid")


@rule("account-order-support", WARNING, "R", "position.order_type")
def order_support(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The account can't place this kind of entry order; types without entry exempt."""
    wanted = (ticket["position.order_type"], ticket["position.type"])
    if not ticket.places_entry or wanted not in SUPPORT:
        return None
    if facts.flag(SUPPORT[wanted]):
        return None
    return "This exchange does not support that order type; choose another."


@rule("pair-listed", ERROR, "N", "pair")
def pair_listed(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The market's list is known, and the pair is not in it."""
    pair = ticket["pair"]
    if pair is None or facts.pairs is None or pair in facts.pairs:
        return None
    return "This pair is not traded on the chosen account's market."


@rule("pair-format", ERROR, "N R", "pair")
def pair_format(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """No list is known, and the pair does not have the form QUOTE_BASE."""
    if pairs.is_name(_unlisted(ticket, facts)):
        return None
    return "Write the pair as QUOTE_BASE, for example USDT_BTC."


@rule("pair-reversed", WARNING, "R", "pair")
def pair_reversed(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """No list is known; the base is a usual quote currency and the quote is not."""
    quote, _, base = _unlisted(ticket, facts).partition("_")
    if base not in _QUOTES or quote in _QUOTES:
        return None
    swapped = f"{base}_{quote}"
    return f"3Commas writes the quote currency first: did you mean {swapped}?"


@rule("pair-case", WARNING, "R", "pair")
def pair_case(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """No list is known, and the pair has lower-case letters."""
    pair = _unlisted(ticket, facts)
    return None if pair == pair.upper() else "3Commas pairs are in capitals."


def _unlisted(ticket: OrderTicket, facts: MarketFacts) -> str:
    pair = ticket["pair"]
    if pair is None or facts.pairs is not None:
        raise Skip
    return str(pair)
