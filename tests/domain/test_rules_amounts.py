"""The rules of prices, amounts, targets and leverage at their very limits."""

from __future__ import annotations

import pytest

from tests.domain.test_rules import LONG, judged, message, step, take_profit, trade

PRICE, UNITS = "position.price.value", "position.units.value"
AT_TRIGGER = {
    "order_type": "conditional",
    "conditional": {"order_type": "market", "price": {"value": "100"}},
}


def order(**changes):
    """One unit at 100 with other lines; a price of None is left out."""
    position = LONG["position"] | changes
    if position["price"] is None:
        del position["price"]
    return trade(position=position)


def priced(price: str):
    return order(price={"value": price})


def market(side: str = "buy", units: str = "1"):
    changes = {"order_type": "market", "type": side, "units": {"value": units}}
    return order(price=None, **changes)


@pytest.mark.parametrize(
    ("price", "rates", "told"),
    [
        ("1.12345678", {}, None),
        ("1.123456789", {}, "price-decimals"),
        ("1.123456789", {"priceStep": "0"}, "price-decimals"),
        ("1.123456789", {"priceStep": "0.000000001"}, None),
        ("123456789", {}, None),
        ("0", {}, "price-positive"),
        ("0.5", {}, None),
        ("99.9", {"minPrice": "100"}, "price-bounds"),
        ("100", {"minPrice": "100", "maxPrice": "100"}, None),
        ("100.1", {"maxPrice": "100"}, "price-bounds"),
        ("0.15", {"priceStep": "0.1"}, "price-step"),
        ("0.2", {"priceStep": "0.1"}, None),
    ],
)
def test_a_price_is_positive_on_the_tick_and_within_the_bounds(price, rates, told):
    assert judged(priced(price), rates=rates).get(PRICE) == told


BAND = {
    "bid": "100",
    "ask": "200",
    **{"bidMultiplierDown": "0.9", "bidMultiplierUp": "1.1"},
    **{"askMultiplierDown": "0.5", "askMultiplierUp": "1.5"},
}


@pytest.mark.parametrize(
    ("side", "price", "rates", "is_far"),
    [
        ("buy", "90", BAND, False),
        ("buy", "89.9", BAND, True),
        ("buy", "110", BAND, False),
        ("buy", "110.1", BAND, True),
        ("sell", "100", BAND, False),
        ("sell", "99.9", BAND, True),
        ("sell", "300", BAND, False),
        ("sell", "300.1", BAND, True),
        ("buy", "1", BAND | {"bidMultiplierDown": None}, False),
        ("buy", "999", BAND | {"bidMultiplierUp": None}, False),
        ("buy", "999", BAND | {"bidMultiplierDown": None}, True),
    ],
)
def test_a_limit_price_lies_in_the_band_around_its_side(side, price, rates, is_far):
    wrong = order(type=side, price={"value": price})
    assert (judged(wrong, rates=rates).get(PRICE) == "price-far") is is_far


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"minLotSize": "1"}, None),
        ({"minLotSize": "1.01"}, "units-min"),
        ({"maxLotSize": "1"}, None),
        ({"maxLotSize": "0.99"}, "units-max"),
        ({"lotStep": "0.5"}, None),
        ({"lotStep": "0.3"}, "units-step"),
        ({"minTotal": "100"}, None),
        ({"minTotal": "100.01"}, "units-total-min"),
        ({"maxTotal": "100"}, None),
        ({"maxTotal": "99.99"}, "units-total-max"),
        ({"minMarketTotal": "101", "minTotal": "1"}, None),
    ],
)
def test_an_amount_may_be_exactly_the_limit(rates, told):
    assert judged(LONG, rates=rates).get(UNITS) == told


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"minTotal": "1", "minMarketTotal": "100.5"}, "100; the minimum is 100.5."),
        ({"minTotal": "101", "minMarketTotal": "100"}, None),
        ({"minTotal": "101"}, "100; the minimum is 101."),
    ],
)
def test_a_market_order_at_a_trigger_has_the_total_of_market_orders(rates, told):
    at_trigger = order(**AT_TRIGGER)
    if told is None:
        assert judged(at_trigger, rates=rates) == {}
    else:
        text = message(at_trigger, UNITS, rates=rates)
        assert text == f"The order is worth {told}"


RANGE = {
    **{"minMarketBuyAmount": "2", "maxMarketBuyAmount": "3"},
    **{"minMarketSellAmount": "4", "maxMarketSellAmount": "5"},
}


@pytest.mark.parametrize(
    ("wrong", "rates", "told"),
    [
        (market(units="1.9"), RANGE, "between 2 and 3"),
        (market(units="2"), RANGE, None),
        (market(units="3"), RANGE, None),
        (market(units="3.1"), RANGE, "between 2 and 3"),
        (market("sell", "3.9"), RANGE, "between 4 and 5"),
        (market("sell", "4"), RANGE, None),
        (market("sell", "5"), RANGE, None),
        (market("sell", "5.1"), RANGE, "between 4 and 5"),
        (market(), {"minMarketBuyAmount": "2"}, "at least 2"),
        (market(units="9"), {"maxMarketBuyAmount": "3"}, "at most 3"),
        (order(**AT_TRIGGER), RANGE, "between 2 and 3"),
        (LONG, RANGE, None),
    ],
)
def test_a_market_order_has_a_range_of_its_own(wrong, rates, told):
    found = judged(wrong, rates=rates)
    assert (found.get(UNITS) == "units-market-range") is (told is not None)
    if told:
        text = message(wrong, UNITS, rates=rates)
        assert text == f"Market orders here must be {told}."


@pytest.mark.parametrize(
    ("side", "price", "told"),
    [
        ("buy", "100", True),
        ("buy", "100.1", False),
        ("sell", "100", True),
        ("sell", "99.9", False),
    ],
)
def test_a_target_lies_beyond_the_entry(side, price, told):
    steps = take_profit(step(price={"value": price}))
    wrong = order(type=side) | {"take_profit": steps}
    assert ("tp-direction" in judged(wrong).values()) is told


@pytest.mark.parametrize(
    ("side", "prices", "told"),
    [
        ("buy", ("110", "110"), True),
        ("buy", ("110", "110.1"), False),
        ("sell", ("90", "90"), True),
        ("sell", ("90", "89.9"), False),
    ],
)
def test_a_target_lies_beyond_the_one_before(side, prices, told):
    steps = [step(volume="50", price={"value": price}) for price in prices]
    wrong = order(type=side) | {"take_profit": take_profit(*steps)}
    assert ("tp-order" in judged(wrong).values()) is told


def test_two_targets_in_percent_of_the_market_follow_each_other():
    steps = [step(volume="50", price={"percent": percent}) for percent in ("9", "8")]
    wrong = market() | {"take_profit": take_profit(*steps)}
    told = judged(wrong, rates={"ask": "100"})
    assert told["take_profit.steps.0.price.percent"] == "tp-percent-plain"


@pytest.mark.parametrize(
    ("rates", "told"),
    [
        ({"minLotSize": "0.5"}, False),
        ({"minLotSize": "0.51"}, True),
        ({"minTotal": "55"}, False),
        ({"minTotal": "55.1"}, True),
        ({"minTotal": "0.55", "quanto_multiplier": "0.01"}, False),
        ({"minTotal": "0.56", "quanto_multiplier": "0.01"}, True),
    ],
)
def test_each_target_is_large_enough_for_the_exchange(rates, told):
    steps = [step(volume="50"), step(volume="50", price={"value": "120"})]
    wrong = trade(take_profit=take_profit(*steps))
    found = judged(wrong, rates=rates)
    assert (found.get("take_profit.steps.0.volume") == "tp-step-small") is told


CROSS = {"code": "cross", "valid": {"min": "1", "max": "5"}}
LISTED = {"available_leverage_values": ["1", "3"]}
FIXED = CROSS | {"can_set_leverage_value": False}


@pytest.mark.parametrize(
    ("value", "entry", "told"),
    [
        ("1", CROSS, None),
        ("5", CROSS, None),
        ("6", CROSS, "leverage-value-listed"),
        (None, CROSS, "leverage-value-required"),
        (None, FIXED, None),
        ("6", FIXED, "leverage-value-fixed"),
        (
            "2",
            CROSS | {"available_leverage_values": ["1", "3"]},
            "leverage-value-listed",
        ),
        ("3", CROSS | {"available_leverage_values": ["1", "3"]}, None),
    ],
)
def test_leverage_is_one_that_the_pair_takes(value, entry, told):
    wrong = trade(leverage={"enabled": True, "type": "cross", "value": value})
    assert judged(wrong, leverage_data=[entry]).get("leverage.value") == told


def test_a_margin_type_that_is_not_offered_is_named():
    wrong = trade(leverage={"enabled": True, "type": "isolated", "value": "3"})
    text = message(wrong, "leverage.type", leverage_data=[CROSS])
    assert text == "Isolated margin is not offered for this pair."


STOP = {
    "enabled": True,
    "order_type": "market",
    "conditional": {"price": {"type": "bid", "value": "90"}},
}


@pytest.mark.parametrize(
    ("exits", "told"),
    [
        ({}, True),
        ({"take_profit": take_profit(step())}, False),
        ({"stop_loss": STOP}, False),
    ],
)
def test_a_position_that_is_held_needs_one_exit_or_the_other(exits, told):
    found = judged(trade(skip_enter_step=True, **exits))
    assert (found.get("skip_enter_step") == "type-skip-needs-exit") is told
