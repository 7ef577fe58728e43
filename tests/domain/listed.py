"""Listed trades for the tests of matching: the vendor's, and the sandbox's own."""

from __future__ import annotations

import copy
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from trades.domain.matching import Match, match
from trades.domain.payload import Difference
from trades.domain.strict_json import load
from trades.sandbox import checks, limits, market
from trades.sandbox.calls import to_json
from trades.sandbox.entity import smart_trade
from trades.sandbox.moods import ACCOUNTS
from trades.sandbox.trades import Trade

DATA = Path(__file__).parent.parent / "data"
TOKEN = "k7m2q9xa4w"
NOW = datetime(2025, 8, 11, 13, 30, tzinfo=UTC)
LOT = Decimal("0.00001")
GONE = object()
SAMPLES = {
    path.name: load(path.read_bytes()) for path in (DATA / "samples").glob("*.json")
}
FULL = {
    "account_id": 1001,
    "pair": "USDT_BTC",
    "instant": False,
    "skip_enter_step": False,
    "leverage": {"enabled": False},
    "position": {
        "type": "buy",
        "order_type": "conditional",
        "units": {"value": "0.012347"},
        "price": {"value": "60000"},
        "conditional": {
            "price": {"value": "59000.50", "type": "last"},
            "order_type": "limit",
        },
    },
    "take_profit": {
        "enabled": True,
        "steps": [
            {
                "order_type": "limit",
                "volume": volume,
                "price": {"value": price, "type": "bid"},
            }
            for volume, price in (("40", "66000"), ("60", "70000"))
        ],
    },
    "stop_loss": {
        "enabled": True,
        "order_type": "market",
        "conditional": {"price": {"value": "50000", "type": "bid"}},
    },
    "note": f"plan A ref:{TOKEN}",
}


def listed(body: dict) -> dict:
    """The trade that the sandbox makes of a body, as it is read off a list."""
    raw, now_ms = to_json(body).encode(), int(NOW.timestamp()) * 1000
    ticket = checks.read(raw)
    account = ACCOUNTS[body["account_id"]]
    pair = limits.traded(ticket["pair"], market.MARKETS[account.market])
    price = limits.entry_price(ticket, market.quote(pair, now_ms))
    who = (3_000_000_001, account.owner, account.id, account.mode, pair.name)
    trade = Trade(*who, ticket["kind"], raw, now_ms, str(price), "waiting_position")
    return load(to_json(smart_trade(trade, now_ms)))


def beside(body: dict, entity: object, *, token: str = TOKEN, **given) -> Match | None:
    """The match, made some time around ``NOW``, where the lot step is ``LOT``."""
    minutes = timedelta(minutes=2)
    around = {"since": NOW - minutes, "until": NOW + minutes, "lot_step": LOT}
    return match(body, entity, token=token, **around | given)


def changed(tree: dict, path: str, value: object) -> dict:
    """A copy in which one value is another one, or gone."""
    tree = copy.deepcopy(tree)
    node, (*groups, last) = tree, path.split(".")
    for group in groups:
        node = node[int(group)] if isinstance(node, list) else node[group]
    if value is GONE:
        del node[last]
    else:
        node[int(last) if isinstance(node, list) else last] = value
    return tree


def paths(found: tuple[Difference, ...]) -> list[str]:
    return [difference.path for difference in found]
