"""P4: what judging one ticket takes, beside a pydantic model of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import perf_counter

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.modelled import SmartTrade
from tests.bench.place import Place
from tests.known import PAIRS, RATES
from trades.domain import rules
from trades.domain.facts import MarketFacts
from trades.domain.reading import read_json

ROUNDS, TIMES = 200, 10

TRADE = {
    "account_id": 1001,
    "pair": "USDT_BTC",
    "instant": False,
    "skip_enter_step": False,
    "leverage": {"enabled": False},
    "position": {
        "type": "buy",
        "order_type": "conditional",
        "units": {"value": "0.1"},
        "price": {"value": "63900"},
        "conditional": {
            "price": {"value": "63850", "type": "ask"},
            "order_type": "limit",
            "trailing": {"enabled": False},
        },
    },
    "take_profit": {
        "enabled": True,
        "steps": [
            {
                "order_type": "limit",
                "volume": "25",
                "price": {"type": "bid", "value": str(66000 + 1000 * number)},
                "trailing": {"enabled": False},
            }
            for number in range(4)
        ],
    },
    "stop_loss": {
        "enabled": True,
        "breakeven": True,
        "order_type": "market",
        "conditional": {
            "price": {"type": "bid", "value": "62000"},
            "trailing": {"enabled": False},
        },
        "timeout": {"enabled": True, "value": 90},
    },
    "note": "plan A",
}
FACTS = MarketFacts(
    account={"smart_trading_supported": True, "conditional_buy_supported": True},
    pairs=PAIRS,
    rates=RATES | {"instrumentKind": "spot"},
)


def one_ticket(place: Place) -> Iterator[Figure]:
    """A ticket with four steps and nothing wrong, from parsed JSON to its findings."""
    assert not rules.check(read_json(TRADE), FACTS)
    assert SmartTrade.model_validate(TRADE)
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(_took(_judge))
        theirs.append(_took(_model))
    yield figures.ratio(
        "P4", "judging one ticket, and a pydantic model", ours, theirs, 6
    )


def _judge() -> None:
    rules.check(read_json(TRADE), FACTS)


def _model() -> None:
    SmartTrade.model_validate(TRADE)


def _took(act: Callable[[], None]) -> float:
    started = perf_counter()
    for _ in range(TIMES):
        act()
    return (perf_counter() - started) / TIMES
