"""A ticket in words: the names of its fields and the sentence above its review."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal

from trades.domain import market_words
from trades.domain.aids import AIDS
from trades.domain.facts import MarketFacts
from trades.domain.numbers import plain
from trades.domain.parameters import row_of
from trades.domain.reference import (
    STOP_PERCENT,
    STOP_PRICE,
    TARGET_PERCENT,
    TARGET_PRICE,
)
from trades.domain.ticket import OrderTicket, at_step

_SECTIONS = {
    "leverage": "Leverage",
    "position": "Entry",
    "take_profit": "Take profit",
    "stop_loss": "Stop loss",
}
_WHOLE = _SECTIONS | {
    "take_profit.steps": "Take-profit steps",
    "trade_type": "Trade type",
    **{row.path: f"Entry: {row.label}" for row in AIDS},
}


def label(path: str) -> str:
    """What people call a field, or a group of them.

    >>> label("take_profit.steps.1.volume"), label("stop_loss.conditional.price.value")
    ('Take-profit step 2: Share', 'Stop loss: Stop price')
    """
    if path in _WHOLE:
        return _WHOLE[path]
    row = row_of(path)
    name = row.label if row else path
    if found := re.fullmatch(r"take_profit\.steps\.([0-9]+)(\..+)?", path):
        step = f"Take-profit step {int(found[1]) + 1}"
        return f"{step}: {name}" if found[2] else step
    section = _SECTIONS.get(path.partition(".")[0], name)
    return name if section == name else f"{section}: {name}"


def refusal(errors: Mapping[str, Iterable[str]], text: str) -> str:
    """What an order was refused for, in one line of at most 200 characters.

    The vendor's messages by field, else the vendor's text.

    >>> refusal({"position.units.value": ["is too small"]}, "Invalid parameters")
    'position.units.value: is too small'
    """
    said = [
        f"{path}: {message}" if path else str(message)
        for path, messages in sorted(errors.items())
        for message in messages
    ]
    return " ".join(("; ".join(said) or text).split())[:200]


def sentence(ticket: OrderTicket) -> str:
    """What will happen, for a ticket without errors."""
    parts = [_entry(ticket), *_targets(ticket), *_stop(ticket)]
    return " ".join(parts)


def act(ticket: OrderTicket, facts: MarketFacts) -> str:
    """What sending it does, in a few words, for the button."""
    what = ticket.trade_type.side if ticket.places_entry else "exits only, for"
    pair = str(ticket["pair"])
    unit = market_words.unit(pair, facts)
    amount = f"{what} {_plain(ticket, 'position.units.value')}"
    if unit == market_words.CONTRACTS:
        return f"{amount} {unit} on {pair}"
    return f"{amount} {unit}" if unit else f"{amount} on {pair}"


def _entry(ticket: OrderTicket) -> str:
    units = f"{_plain(ticket, 'position.units.value')} on {ticket['pair']}"
    margin = ""
    if ticket["leverage.enabled"]:
        times = ticket["leverage.value"]
        margin = f", {ticket['leverage.type']} margin" + (f" {times}x" if times else "")
    return f"{ticket.trade_type.label}: {_placing(ticket, units)}{margin}."


def _placing(ticket: OrderTicket, units: str) -> str:
    verb = "buy" if ticket.is_long else "sell"
    price = _plain(ticket, "position.price.value")
    if not ticket.places_entry:
        side = "long" if ticket.is_long else "short"
        return f"no entry; manage an open {side} of {units}, opened at {price}"
    if ticket.entry_order == "market":
        return f"{verb} {units} at market, at once"
    if ticket.entry_order == "limit":
        return f"{verb} {units} with a limit order at {price}"
    return f"{_trigger(ticket)}, {verb} {units} {_at_trigger(ticket, price)}"


def _trigger(ticket: OrderTicket) -> str:
    by = ticket["position.conditional.price.type"] or (
        "ask" if ticket.is_long else "bid"
    )
    trigger = _plain(ticket, "position.conditional.price.value")
    text = f"when the {by} reaches {trigger}"
    if ticket.entry_trails:
        text += f" and then turns by {_plain(ticket, _TRAILING)} %"
    return text


_TRAILING = "position.conditional.trailing.percent"


def _at_trigger(ticket: OrderTicket, price: str) -> str:
    at_market = ticket.entry_order == "conditional market"
    return "at market" if at_market else f"with a limit order at {price}"


def _targets(ticket: OrderTicket) -> list[str]:
    steps = [_target(ticket, n) for n in ticket.steps()]
    return [f"Take profit: {'; '.join(steps)}."] if steps else []


def _target(ticket: OrderTicket, n: int) -> str:
    def at(path: str) -> str:
        return _plain(ticket, at_step(path, n))

    where = at(TARGET_PRICE) or f"{at(TARGET_PERCENT)} % from the entry"
    how = ticket[at_step("take_profit.steps.N.order_type", n)]
    trails = at("take_profit.steps.N.trailing.percent")
    trailing = f", trailing by {trails} %" if trails else ""
    return f"{at('take_profit.steps.N.volume')} % at {where} ({how}{trailing})"


def _stop(ticket: OrderTicket) -> list[str]:
    if not ticket["stop_loss.enabled"]:
        return []
    percent = _plain(ticket, STOP_PERCENT)
    text = f"Stop loss at {_plain(ticket, STOP_PRICE) or f'{percent} % from the entry'}"
    if limit := _plain(ticket, "stop_loss.price.value"):
        text += f", with a limit order at {limit}"
    if ticket["stop_loss.conditional.trailing.enabled"]:
        text += ", trailing"
    if seconds := ticket["stop_loss.timeout.value"]:
        text += f", after {seconds} s beyond it"
    if ticket["stop_loss.breakeven"]:
        text += "; after the first target it moves to breakeven"
    return [f"{text}."]


def _plain(ticket: OrderTicket, path: str) -> str:
    value = ticket[path]
    return plain(value) if isinstance(value, Decimal) else ""
