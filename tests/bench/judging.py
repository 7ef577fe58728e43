"""P4: what judging one ticket takes, beside a pydantic model of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from time import thread_time

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.modelled import SmartTrade
from tests.bench.place import Place
from tests.known import LEVERAGE, PAIRS, RATES
from trades.domain import rules
from trades.domain.facts import MarketFacts
from trades.domain.reading import read_json

ROUNDS, WARM_UP, TIMES = 300, 20, 10

TRADE = {
    "account_id": 1001,
    "pair": "USDT_BTC",
    "instant": False,
    "skip_enter_step": False,
    "leverage": {"enabled": True, "type": "isolated", "value": 3},
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
    rates=RATES | {"instrumentKind": "linear_futures"},
    leverage_data=LEVERAGE,
)


def one_ticket(place: Place) -> Iterator[Figure]:
    """A ticket with every section on and nothing wrong, from parsed JSON to its
    findings, with facts that nobody has looked at before.
    """
    assert not rules.check(read_json(TRADE), FACTS)
    assert SmartTrade.model_validate(TRADE)
    ours, theirs = [], []
    for _ in range(WARM_UP + ROUNDS):
        fresh = [replace(FACTS) for _ in range(TIMES)]
        ours.append(_took(lambda facts: rules.check(read_json(TRADE), facts), fresh))
        theirs.append(_took(SmartTrade.model_validate, [TRADE] * TIMES))
    what = "judging one ticket, and a pydantic model of its shape"
    yield figures.ratio("P4", what, ours[WARM_UP:], theirs[WARM_UP:], 6)


def _took(act: Callable[[object], object], given: Sequence[object]) -> float:
    """The processor's time for one: whatever is longer is interrupted more often."""
    started = thread_time()
    for each in given:
        act(each)
    return (thread_time() - started) / len(given)
