"""A market's facts in words: every digit as 3Commas wrote it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.known import LEVERAGE, RATES
from trades.domain.facts import MarketFacts
from trades.domain.market_words import grouped, leverage, limits, quote, unit, worth
from trades.domain.reading import read
from trades.domain.words import act

SIDES = ("Buy", "Sell")
SPOT = MarketFacts(rates=RATES)
CONTRACTS = {"instrumentKind": "linear_futures", "quanto_multiplier": "0.0001"}
LONG = {
    "account_id": "1",
    "pair": "USDT_BTC",
    "trade_type": "smart_trade",
    "position.order_type": "limit",
    "position.units.value": "0.01",
    "position.price.value": "60000",
}
MARKET = LONG | {"position.order_type": "market"}
TRIGGERED = LONG | {
    "position.order_type": "conditional",
    "position.conditional.order_type": "market",
    "position.conditional.price.value": "61000.5",
}


def rates(**changes: object) -> MarketFacts:
    return MarketFacts(rates=RATES | changes)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("61204.10", "61,204.10"),
        ("0.00001000", "0.00001000"),
        ("1000", "1,000"),
        ("999", "999"),
        (1234567, "1,234,567"),
        (Decimal("1234.50"), "1,234.50"),
        ("5E-8", "0.00000005"),
        ("-1234", "-1,234"),
        ("1_000", "1,000"),
        ("NaN", ""),
        ("Infinity", ""),
        ("1e999999", ""),
        ("about 5", ""),
        (True, ""),
        (None, ""),
        ([1], ""),
    ],
)
def test_a_number_keeps_its_digits_and_gets_commas(value, text):
    assert grouped(value) == text


@given(st.decimals(min_value=0, max_value=10**15, places=9))
def test_without_the_commas_it_is_what_came(number):
    assert grouped(str(number)).replace(",", "") == format(number, "f")


def test_the_limits_of_a_spot_pair_are_a_few_words():
    assert limits("USDT_BTC", SPOT) == [
        "Price in steps of 0.01",
        "Amount 0.00001 to 9,000.0 BTC in steps of 0.00001",
        "At market 0.00001 to 121.22278732 BTC",
        "Total 5.0 to 9,000,000.0 USDT",
    ]


def test_another_smallest_total_at_market_is_said():
    assert "Total at market from 7.5 USDT" in limits(
        "USDT_BTC", rates(minMarketTotal="7.5")
    )


def test_buying_and_selling_at_market_may_differ():
    words = limits("USDT_BTC", rates(maxMarketSellAmount="9000.0"))
    assert "At market buy 0.00001 to 121.22278732, sell 0.00001 to 9,000.0 BTC" in words


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"maxMarketBuyAmount": None, "maxMarketSellAmount": "5"},
            ["At market buy 0.00001 to 9,000.0, sell 0.00001 to 5 BTC"],
        ),
        (
            {"minMarketBuyAmount": "0.5", "minMarketSellAmount": "0.5"},
            ["At market 0.5 to 121.22278732 BTC"],
        ),
        ({"maxMarketBuyAmount": None, "maxMarketSellAmount": None}, []),
    ],
)
def test_at_market_the_usual_limits_hold_where_no_others_are_known(changes, words):
    told = limits("USDT_BTC", rates(**changes))
    assert [part for part in told if part.startswith("At market")] == words


def test_a_step_and_a_range_are_told_without_each_other():
    market = dict.fromkeys(f"{m}Market{s}Amount" for m in ("min", "max") for s in SIDES)
    no_range = rates(minLotSize=None, maxLotSize=None, **market)
    assert "Amount BTC in steps of 0.00001" in limits("USDT_BTC", no_range)
    no_step = rates(lotStep=None, orderbook_price_currency=None, **market)
    assert limits("USDT_BTC", no_step)[1:] == [
        "Amount 0.00001 to 9,000.0 BTC",
        "Total 5.0 to 9,000,000.0 USDT",
    ]


def test_contracts_say_what_one_is():
    words = limits("USDT_BTC_USDT", rates(**CONTRACTS, maxTotal=None))
    assert "1 contract = 0.0001 BTC" in words
    assert "Amount 0.00001 to 9,000.0 contracts in steps of 0.00001" in words
    assert "Total from 5.0 USDT" in words
    odd = limits("BTC_BTCUSD_PERP", rates(**CONTRACTS))
    assert "1 contract = 0.0001 of the base currency" in odd


def test_of_an_inverse_market_no_contract_is_told_in_coins():
    facts = rates(**CONTRACTS | {"instrumentKind": "inverse_futures"})
    assert unit("BTC_BTCUSD_PERP", facts) == "contracts"
    assert not any("contract =" in part for part in limits("BTC_BTCUSD_PERP", facts))


def test_what_3commas_does_not_say_is_left_out():
    assert limits("USDT_BTC", MarketFacts(rates={})) == []
    assert limits("USDT_BTC", MarketFacts()) == []


def test_the_leverage_of_each_margin_type_is_said():
    assert leverage(MarketFacts(leverage_data=LEVERAGE)) == (
        "cross 1.0 to 125.0, isolated from 1.0"
    )


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"can_set_leverage_value": False}, "cross fixed by the exchange"),
        ({"available_leverage_values": ["1", "5", 10]}, "cross 1, 5, 10"),
        (
            {"available_leverage_values": ["1", "5"], "valid": {"max": "5"}},
            "cross 1, 5",
        ),
        (
            {"available_leverage_values": list(range(1, 13))},
            "cross 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12",
        ),
        (
            {"available_leverage_values": list(range(1, 51)), "valid": {"max": "50"}},
            "cross up to 50",
        ),
        ({"max_leverage": "50", "valid": {"min": None}}, "cross up to 50"),
        ({"valid": "nonsense"}, "cross at any leverage"),
        ({"code": 5}, ""),
    ],
)
def test_leverage_comes_in_all_shapes(entry, words):
    assert leverage(MarketFacts(leverage_data=[{"code": "cross"} | entry])) == words


@pytest.mark.parametrize(
    ("facts", "counted", "priced", "does"),
    [
        (SPOT, "BTC", "USDT", "buy 0.01 BTC"),
        (rates(orderbook_price_currency=None), "BTC", "USDT", "buy 0.01 BTC"),
        (rates(**CONTRACTS), "contracts", "USDT", "buy 0.01 contracts on USDT_BTC"),
        (rates(instrumentKind="linear_futures"), "", "USDT", "buy 0.01 on USDT_BTC"),
        (
            rates(instrumentKind="linear_futures", orderbook_price_currency=None),
            *("", "", "buy 0.01 on USDT_BTC"),
        ),
        (rates(instrumentKind="inverse_futures"), "", "", "buy 0.01 on USDT_BTC"),
        (MarketFacts(), "", "", "buy 0.01 on USDT_BTC"),
    ],
)
def test_units_are_named_where_they_are_sure(facts, counted, priced, does):
    assert unit("USDT_BTC", facts) == counted
    assert quote("USDT_BTC", facts) == priced
    assert act(read(LONG), facts) == does


@pytest.mark.parametrize(
    ("typed", "facts", "words"),
    [
        (LONG, SPOT, "600 USDT"),
        (LONG, rates(orderbook_price_currency=None), "600 USDT"),
        (TRIGGERED | {"position.conditional.order_type": "limit"}, SPOT, "600 USDT"),
        (
            LONG | {"position.units.value": "999999999999999.999999999999999999"},
            SPOT,
            "59,999,999,999,999,999,999.99999999999994 USDT",
        ),
        (LONG | {"position.units.value": "12.5"}, SPOT, "750,000 USDT"),
        (MARKET, SPOT, "about 638.02 USDT"),
        # Rounded like the price, nothing would be left of it.
        (MARKET, rates(ask="0.004"), "about 0.00004 USDT"),
        (MARKET, rates(ask="0.0000004"), "about 0.000000004 USDT"),
        (MARKET, rates(ask="6.38E+4"), "about 638 USDT"),
        (MARKET | {"trade_type": "smart_cover"}, SPOT, "about 638.02 USDT"),
        (TRIGGERED, SPOT, "about 610.0 USDT"),
        (LONG, rates(**CONTRACTS), "0.06 USDT"),
        (MARKET, rates(ask=None), ""),
        (LONG, rates(instrumentKind="inverse_futures"), ""),
        (LONG, MarketFacts(), ""),
        (LONG | {"trade_type": "smart_sell"}, SPOT, ""),
    ],
)
def test_the_total_is_exact_where_the_price_is(typed, facts, words):
    assert worth(read(typed), facts) == words
