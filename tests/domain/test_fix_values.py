"""The values that fixes offer, each at the end of what is allowed."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.domain.test_levels import LONG, SHORT, without
from trades.domain import fix_values
from trades.domain.facts import MarketFacts
from trades.domain.levels import maybe
from trades.domain.reading import read

SPOT = {"instrumentKind": "spot", "lotStep": "0.01", "priceStep": "0.5", "ask": "61000"}
MARKET = {"position.order_type": "market"}
AT_TRIGGER = {
    "position.order_type": "conditional",
    "position.conditional.order_type": "market",
    "position.conditional.price.value": "50000",
}
SELLS = {"trade_type": "smart_cover"}
HELD = {"trade_type": "smart_sell"}


def amount(units: str, changes: dict[str, str] | None = None, **rates: str) -> object:
    typed = LONG | {"position.units.value": units} | (changes or {})
    return maybe(fix_values.amount, read(typed), MarketFacts(rates=SPOT | rates))


@pytest.mark.parametrize(
    ("units", "rates", "nearest"),
    [
        ("0.014", {}, "0.01"),
        ("0.015", {}, "0.02"),
        ("0.004", {}, None),
        ("0.004", {"minLotSize": "0.011"}, "0.02"),
        ("5", {"maxLotSize": "4.999"}, "4.99"),
        ("5", {"minLotSize": "4.991", "maxLotSize": "4.999"}, None),
        ("5", {"minLotSize": "4.99", "maxLotSize": "4.999"}, "4.99"),
        ("0.01", {"minTotal": "1200.01"}, "0.03"),
        ("0.01", {"minTotal": "1200"}, "0.02"),
        ("0.01", {"minTotal": "1200", "minLotSize": "0.05"}, "0.05"),
        ("9", {"maxTotal": "60000"}, "1"),
        ("9", {"maxTotal": "60000", "maxLotSize": "0.5"}, "0.5"),
        ("0.01", {"minMarketTotal": "1200"}, "0.01"),
        ("0.01", {"minMarketBuyAmount": "2"}, "0.01"),
    ],
)
def test_an_amount_is_brought_within_every_limit(units, rates, nearest):
    assert amount(units, **rates) == nearest


@pytest.mark.parametrize(
    ("changes", "rates", "nearest"),
    [
        (MARKET, {"minMarketBuyAmount": "2", "minMarketSellAmount": "3"}, "2"),
        (
            SELLS | MARKET,
            {"minMarketBuyAmount": "2", "minMarketSellAmount": "3", "bid": "60990"},
            "3",
        ),
        (MARKET, {"maxMarketBuyAmount": "0.5", "maxMarketSellAmount": "0.1"}, "0.5"),
        (SELLS | MARKET, {"maxMarketSellAmount": "0.1", "bid": "60990"}, "0.1"),
        (MARKET, {"minTotal": "610000"}, "1"),
        (AT_TRIGGER, {"minTotal": "100000"}, "2"),
        (AT_TRIGGER, {"minTotal": "100000", "minMarketTotal": "150000"}, "3"),
        (AT_TRIGGER, {"minMarketBuyAmount": "4", "minTotal": "100000"}, "4"),
        (AT_TRIGGER, {"maxTotal": "25000"}, "0.5"),
        (
            AT_TRIGGER | {"position.conditional.order_type": "limit"},
            {"minTotal": "120000", "minMarketTotal": "600000"},
            "2",
        ),
        (HELD, {"minTotal": "600000", "minMarketBuyAmount": "5"}, "1"),
        ({}, {"minTotal": "600000", "instrumentKind": "inverse_futures"}, "1"),
        ({"position.price.value": ""}, {"minTotal": "600000"}, "1"),
        ({"position.price.value": "0"}, {"minTotal": "600000"}, "1"),
        ({"position.price.value": "0.5"}, {"minTotal": "2"}, "4"),
    ],
)
def test_the_limits_are_those_of_the_kind_of_order(changes, rates, nearest):
    assert amount("1", changes, **rates) == nearest


def test_contracts_are_counted_by_their_multiple():
    rates = {"instrumentKind": "linear_futures", "quanto_multiplier": "0.1"}
    assert amount("0.01", minTotal="12000", **rates) == "2"
    ticket, facts = read(LONG), MarketFacts(rates=SPOT | rates)
    assert fix_values.worth(ticket, facts, "2") == "12000"


def test_what_an_amount_is_worth_goes_by_the_markets_price():
    ticket = read(LONG | MARKET)
    assert fix_values.worth(ticket, MarketFacts(rates=SPOT), "2") == "122000"


@pytest.mark.parametrize(
    ("typed", "rates", "nearest"),
    [
        ("10.24", {}, "10"),
        ("10.25", {}, "10.5"),
        ("9", {"minPrice": "10.1"}, "10.5"),
        ("10.5", {"minPrice": "10.5"}, "10.5"),
        ("99", {"maxPrice": "10.4"}, "10"),
        ("10.5", {"maxPrice": "10.5"}, "10.5"),
        ("9", {"minPrice": "10.1", "maxPrice": "10.4"}, None),
        ("0.1", {}, None),
        ("0.123456785", {"priceStep": "0"}, "0.12345679"),
    ],
)
def test_a_price_is_brought_onto_the_tick_and_within_the_bounds(typed, rates, nearest):
    facts = MarketFacts(rates=SPOT | rates)
    assert maybe(fix_values.price, Decimal(typed), facts) == nearest


@pytest.mark.parametrize(
    ("typed", "percent", "gaining", "made"),
    [
        (LONG, "10", True, ("66000", "60000")),
        (LONG, "10", False, ("54000", "60000")),
        (SHORT, "10", True, ("54000", "60000")),
        (SHORT, "10", False, ("66000", "60000")),
        (LONG | MARKET, "10", True, ("67100", "61000")),
        (LONG, "0.0001", True, None),
        (LONG, "0.0001", False, None),
        (LONG, "0.001", True, ("60000.5", "60000")),
        (LONG, "-10", True, None),
        (LONG, "-10", False, None),
        (LONG, "100", False, None),
    ],
)
def test_the_price_of_a_percentage_lies_beyond_the_entry(typed, percent, gaining, made):
    given = read(typed), MarketFacts(rates=SPOT), Decimal(percent)
    found = maybe(lambda: fix_values.at_percent(*given, gaining=gaining))
    assert found == made


@pytest.mark.parametrize(
    ("side", "price", "gaining", "percent"),
    [
        (LONG, "55000", True, "10"),
        (LONG, "45000", False, "10"),
        (LONG, "45000", True, None),
        (LONG, "50000", True, None),
        (SHORT, "45000", True, "10"),
        (SHORT, "55000", False, "10"),
        (LONG, "100000", True, "100"),
        (LONG, "200000", True, "300"),
        (SHORT, "100000", False, "100"),
        (LONG, "0.01", False, None),
        (SHORT, "0.01", True, None),
        (LONG, "5.1", False, "99.99"),
        (LONG, "0", False, None),
        (LONG, "50002.5", True, "0.01"),
        (LONG, "50002.4", True, None),
    ],
)
def test_a_price_beside_a_trigger_is_a_percentage_of_it(side, price, gaining, percent):
    target = "take_profit.steps.0.price.value"
    ticket = read(side | AT_TRIGGER | {target: price})
    found = maybe(
        lambda: fix_values.percent_of_trigger(ticket, target, gaining=gaining)
    )
    assert found == percent


def test_a_trigger_at_nothing_has_no_percentages():
    typed = LONG | AT_TRIGGER | {"position.conditional.price.value": "0"}
    target = "take_profit.steps.0.price.value"
    assert (
        maybe(lambda: fix_values.percent_of_trigger(read(typed), target, gaining=True))
        is None
    )


@pytest.mark.parametrize(
    ("share", "left"), [("60", "40"), ("99.99", "0.01"), ("100", None), ("0", None)]
)
def test_a_step_may_take_what_the_others_leave(share, left):
    typed = LONG | {"take_profit.steps.0.volume": share}
    assert maybe(fix_values.rest, read(typed), 1) == left
    other = without(LONG, "take_profit.steps.0.volume")
    assert maybe(fix_values.rest, read(other), 1) is None
    assert maybe(fix_values.rest, read(other), 0) == "50"


@pytest.mark.parametrize(
    ("path", "typed", "end"),
    [
        ("stop_loss.timeout.value", "0", "1"),
        ("stop_loss.timeout.value", "2147483648", "2147483647"),
        ("take_profit.steps.1.trailing.percent", "0.001", "0.01"),
        ("take_profit.steps.1.trailing.percent", "100.5", "100"),
        ("take_profit.steps.1.volume", "0", ""),
        ("take_profit.steps.1.volume", "101", "100"),
        ("position.units.value", "0", ""),
        ("position.price.value", "1", None),
        ("pair", "USDT_BTC", None),
        ("stop_loss.timeout.value", "", None),
        ("no.such.field", "5", None),
    ],
)
def test_the_nearer_end_of_a_range_is_offered(path, typed, end):
    switches = {
        "stop_loss.timeout.enabled": "true",
        "take_profit.steps.1.trailing.enabled": "true",
    }
    ticket = read(LONG | switches | {path: typed})
    assert maybe(fix_values.bound, ticket, path) == end


def test_a_trigger_and_a_price_may_be_less_than_one():
    target = "take_profit.steps.0.price.value"
    typed = LONG | AT_TRIGGER | {"position.conditional.price.value": "0.5"}
    ticket = read(typed | {target: "0.6"})
    assert fix_values.percent_of_trigger(ticket, target, gaining=True) == "20"


def test_a_share_may_be_one():
    typed = LONG | {"take_profit.steps.0.volume": "1"}
    assert fix_values.rest(read(typed), 1) == "99"


@pytest.mark.parametrize(
    ("text", "number"),
    [("+5x", "5"), ("5 SEC", "5"), ("7.00", "7"), ("5+", ""), ("+", ""), ("5y", "")],
)
def test_a_whole_number_may_have_a_sign_and_a_unit(text, number):
    assert fix_values.whole(text) == number
