"""The canonical request body: from a checked ticket to the exact text that is sent.

Source: 3Commas API, "Create SmartTrade"; numbers are text, so that no reader on the
way makes floats of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import cast

from trades.domain.facts import MarketFacts
from trades.domain.numbers import plain
from trades.domain.parameters import row_of
from trades.domain.reading import nested
from trades.domain.ticket import OrderTicket

# Stands between the trader's text and the token in the note.
REFERENCE = " ref:"


def body(
    ticket: OrderTicket, facts: MarketFacts | None = None, token: str = ""
) -> dict[str, object]:
    """The body of a ticket without errors, in the order of the table.

    Built from checked values only: what is irrelevant, blank or unknown is left out,
    and defaults are written out.
    """
    return nested(dict(_members(ticket, facts or MarketFacts(), token)))


def encode(trade: Mapping[str, object]) -> str:
    """The text that is stored, signed and sent. ASCII, so every byte is a character."""
    return json.dumps(trade, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def decode(body: str) -> dict[str, object]:
    """A stored body, with exact decimals."""
    return json.loads(body, parse_float=Decimal)


def with_token(note: str, token: str) -> str:
    """The note as it is sent."""
    return f"{note}{REFERENCE}{token}" if note and token else note or token


def without_token(note: str, token: str) -> str:
    """The note as it was written, out of the one that is sent with this token.

    >>> without_token("plan A ref:a1b2c3d4e5", "a1b2c3d4e5")
    'plan A'
    """
    return "" if note == token else note.removesuffix(f"{REFERENCE}{token}")


def flat(trade: object, path: str = "") -> dict[str, str]:
    """Every leaf of a body by path, as text that a person can compare.

    >>> flat({"position": {"type": "buy"}, "instant": False})
    {'position.type': 'buy', 'instant': 'false'}
    """
    pairs: Iterable[tuple[object, object]]
    if isinstance(trade, Mapping):
        pairs = trade.items()
    elif isinstance(trade, list):
        pairs = enumerate(trade)
    else:
        return {path: trade if isinstance(trade, str) else json.dumps(trade)}
    leaves: dict[str, str] = {}
    for key, value in pairs:
        leaves |= flat(value, f"{path}.{key}" if path else str(key))
    return leaves


@dataclass(frozen=True)
class Difference:
    """A field that two bodies don't agree on; "" where one of them lacks it."""

    path: str
    before: str
    after: str


def differences(
    before: Mapping[str, str], after: Mapping[str, str]
) -> list[Difference]:
    """What changed from one flat body, or typed text, to the other."""
    return [
        Difference(path, before.get(path, ""), after.get(path, ""))
        for path in {**before, **after}
        if before.get(path, "") != after.get(path, "")
    ]


def _members(
    ticket: OrderTicket, facts: MarketFacts, token: str
) -> Iterator[tuple[str, object]]:
    values = dict(ticket.values)
    _settle(values, ticket, facts)
    for path in ticket.relevant:
        row, value = row_of(path), values.get(path)
        if value is None and row and isinstance(row.default, Mapping):
            value = row.default[ticket.trade_type.side]
        if path == "note":
            value = with_token(cast("str", value or ""), token) or None
        if value is not None:
            yield path, plain(value) if isinstance(value, Decimal) else value


def _settle(values: dict, ticket: OrderTicket, facts: MarketFacts) -> None:
    """What the trade type and the exchange decide, whatever was entered."""
    values["skip_enter_step"] = ticket.trade_type.skips_entry
    if not ticket.places_entry:
        values["position.order_type"] = "market"
    if facts.fixes_leverage(values.get("leverage.type")):
        values.pop("leverage.value", None)
