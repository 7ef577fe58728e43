"""What was not checked: only what the ticket needs, and exactly that."""

from __future__ import annotations

import pytest

from tests.known import LEVERAGE, PAIRS, RATES
from trades.domain.coverage import Source, unchecked
from trades.domain.facts import MarketFacts
from trades.domain.reading import read

ACCOUNT = {
    "smart_trading_supported": True,
    "market_buy_supported": True,
    "market_sell_supported": True,
    "conditional_buy_supported": True,
}
SIMPLE = {
    "account_id": "1",
    "pair": "USDT_BTC",
    "trade_type": "simple_buy",
    "position.order_type": "market",
    "position.units.value": "0.01",
}
LIMIT = SIMPLE | {"position.order_type": "limit", "position.price.value": "60000"}
WITH_STOP = SIMPLE | {
    "trade_type": "smart_trade",
    "stop_loss.enabled": "true",
    "stop_loss.order_type": "market",
    "stop_loss.conditional.price.type": "bid",
    "stop_loss.conditional.price.value": "58000",
}
LEVERED = SIMPLE | {
    "leverage.enabled": "true",
    "leverage.type": "cross",
    "leverage.value": "5",
}
NO_PRICES = {n: v for n, v in RATES.items() if n not in ("bid", "ask", "last")}


def known(**changes: object) -> MarketFacts:
    everything = {
        "account": ACCOUNT,
        "pairs": PAIRS,
        "rates": RATES,
        "leverage_data": LEVERAGE,
    }
    return MarketFacts(**(everything | changes))


def told(typed, **changes) -> list[tuple[str, str]]:
    missing = unchecked(read(typed), known(**changes))
    return [(item.source.value, item.what) for item in missing]


@pytest.mark.parametrize("typed", [SIMPLE, LIMIT, WITH_STOP, LEVERED])
def test_where_everything_is_known_nothing_is_missing(typed):
    assert told(typed) == []


def test_leverage_is_missing_only_where_it_is_on():
    assert told(SIMPLE, leverage_data=None) == []
    assert told(LEVERED, leverage_data=None) == [
        ("leverage", "which leverage and margin this pair takes")
    ]


@pytest.mark.parametrize(
    ("typed", "compared"),
    [
        (SIMPLE, "the total at the market's price"),
        (LIMIT, "how far the order price is from the market"),
        (WITH_STOP, "the total and the exits at the market's price"),
        (SIMPLE | {"trade_type": "simple_sell"}, "the total at the market's price"),
    ],
)
def test_without_prices_what_is_compared_with_them_is_missing(typed, compared):
    assert told(typed, rates=NO_PRICES) == [("prices", compared)]


def test_a_conditional_order_is_compared_with_no_price():
    typed = LIMIT | {
        "trade_type": "smart_trade",
        "position.order_type": "conditional",
        "position.conditional.order_type": "limit",
        "position.conditional.price.value": "59000",
    }
    assert told(typed, rates=NO_PRICES) == []


def test_only_the_side_that_is_compared_is_needed():
    assert told(SIMPLE, rates=RATES | {"bid": None}) == []
    assert told(LIMIT, rates=RATES | {"ask": None}) == []
    assert told(LIMIT, rates=RATES | {"bid": None}) != []


def test_without_any_answer_one_line_says_it_all():
    assert told(LIMIT, rates=None) == [
        (
            "rates",
            "price steps, amount steps, the smallest and largest amounts and totals, "
            "how far the order price is from the market",
        )
    ]
    limits = "amount steps, the smallest and largest amounts and totals"
    assert told(SIMPLE, rates=None) == [
        ("rates", f"{limits}, the total at the market's price")
    ]
    held = WITH_STOP | {"trade_type": "smart_sell", "position.price.value": "60000"}
    assert told(held, rates=None) == [("rates", f"price steps, {limits}")]


def test_only_what_the_ticket_itself_needs_is_missed():
    assert told(SIMPLE, rates=RATES | {"priceStep": None}) == []
    held = WITH_STOP | {"trade_type": "smart_sell", "position.price.value": "60000"}
    assert told(held, account={"smart_trading_supported": True}) == []
    target = {"take_profit.enabled": "true", "take_profit.steps.0.volume": "100"}
    typed = SIMPLE | target | {"trade_type": "smart_trade"}
    compared = "the total and the exits at the market's price"
    assert told(typed, rates=NO_PRICES) == [("prices", compared)]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("priceStep", "price steps"),
        ("lotStep", "amount steps"),
        ("minLotSize", "the smallest amount"),
        ("minTotal", "the smallest total"),
    ],
)
def test_what_3commas_leaves_out_of_its_answer_is_named(name, what):
    assert told(LIMIT, rates=RATES | {name: None}) == [("unstated", what)]


def test_on_a_market_of_another_kind_the_total_is_not_known():
    assert told(LIMIT, rates=RATES | {"instrumentKind": "inverse_futures"}) == [
        (
            Source.UNSTATED.value,
            "the total, which on this kind of market is not amount times price",
        )
    ]


def test_without_a_list_nobody_knows_whether_the_pair_is_traded():
    assert told(SIMPLE, pairs=None) == [("pairs", "whether the market lists this pair")]


def test_an_account_that_says_nothing_of_itself_is_named():
    assert told(SIMPLE, account={}) == [
        ("account", "whether the account supports SmartTrade"),
        ("account", "whether the account takes this kind of order"),
    ]
    assert told(SIMPLE, account=None) == told(SIMPLE, account={})


def test_types_that_place_no_entry_need_no_total_and_no_price():
    typed = WITH_STOP | {"trade_type": "smart_sell", "position.price.value": "60000"}
    assert told(typed, rates=NO_PRICES | {"minTotal": None}) == []
