"""More corners of the rules: at the very limit, and what exactly is said."""

from __future__ import annotations

import pytest

from tests.domain.test_rules import LONG, judged, message, step, take_profit, trade
from trades.domain.facts import MarketFacts
from trades.domain.findings import WARNING
from trades.domain.reading import read_json
from trades.domain.rules import check

UNITS = "position.units.value"
TRAILING = {
    "price": {"value": "100"},
    "order_type": "market",
    "trailing": {"enabled": True, "percent": "1"},
}


def at_market(**changes):
    position = LONG["position"] | {"order_type": "market"} | changes
    del position["price"]
    return trade(position=position)


@pytest.mark.parametrize(
    ("rates", "outside"),
    [
        ({"minTotal": "101"}, "101 to the maximum"),
        ({"minMarketTotal": "102", "minTotal": "5"}, "102 to the maximum"),
        ({"maxTotal": "99.5"}, "the minimum to 99.5"),
        ({"minTotal": "1", "maxTotal": "99"}, "1 to 99"),
    ],
)
def test_an_estimated_total_names_the_ends_that_are_known(rates, outside):
    told = message(at_market(), UNITS, rates={"ask": "100"} | rates)
    assert told == (
        f"At the current price this order is worth about 100, outside {outside}."
    )


@pytest.mark.parametrize("rates", [{"minTotal": "100"}, {"maxTotal": "100"}])
def test_an_estimated_total_may_be_exactly_the_limit(rates):
    assert judged(at_market(), rates={"ask": "100"} | rates) == {}


def test_a_stop_in_percent_is_told_at_its_percentage():
    price = {"type": "bid", "percent": "6"}
    stop = {"enabled": True, "order_type": "market", "conditional": {"price": price}}
    target = step(price={"type": "bid", "percent": "5"})
    wrong = trade(take_profit=take_profit(target), stop_loss=stop)
    wrong["position"] |= {"order_type": "conditional", "conditional": TRAILING}
    assert judged(wrong) == {
        "stop_loss.conditional.price.percent": "sl-risk-reward",
    }


@pytest.mark.parametrize(
    ("bounds", "told"),
    [
        ({"minPrice": "101"}, "Prices for this pair are at least 101."),
        ({"maxPrice": "99"}, "Prices for this pair are at most 99."),
        (
            {"minPrice": "101", "maxPrice": "103"},
            "Prices for this pair run from 101 to 103.",
        ),
    ],
)
def test_a_range_of_prices_is_told_by_the_ends_that_are_known(bounds, told):
    assert message(LONG, "position.price.value", rates=bounds) == told


@pytest.mark.parametrize(
    ("offer", "told"),
    [
        ({"valid": {"min": "4"}}, "at least 4"),
        ({"valid": {"max": "2"}}, "at most 2"),
        ({"max_leverage": "2"}, "at most 2"),
        ({"valid": {"min": "1", "max": "2"}}, "between 1 and 2"),
        ({"available_leverage_values": ["1", "5", "x", 10]}, "one of 1, 5, 10"),
    ],
)
def test_what_leverage_there_is_is_told(offer, told):
    wrong = trade(leverage={"enabled": True, "type": "cross", "value": "3"})
    entries = [{"code": "cross"} | offer]
    text = message(wrong, "leverage.value", leverage_data=entries)
    assert text == f"Leverage for this pair must be {told}."


def test_a_simple_trade_is_not_asked_for_the_steps_that_it_can_not_have():
    wrong = trade(instant=True, take_profit={"enabled": True})
    assert judged(wrong) == {"take_profit.enabled": "type-simple-no-tp"}


@pytest.mark.parametrize("steps", [5, [], None])
def test_steps_that_are_none_are_one_error(steps):
    told = "any-list" if steps == 5 else "tp-steps-required"
    wrong = trade(take_profit={"enabled": True, "steps": steps})
    assert judged(wrong) == {"take_profit.steps": told}


def test_targets_in_price_and_in_percent_of_the_market_follow_each_other():
    steps = (
        step(volume="50", price={"type": "bid", "percent": "10"}),
        step(volume="50", price={"type": "bid", "value": "109"}),
    )
    wrong = at_market() | {"take_profit": take_profit(*steps)}
    told = judged(wrong, rates={"ask": "100"})
    assert told["take_profit.steps.1.price.value"] == "tp-order"


def test_a_reversed_pair_is_turned_round_at_its_first_underscore():
    assert message(trade(pair="BTC_USDT"), "pair") == (
        "3Commas writes the quote currency first: did you mean USDT_BTC?"
    )
    assert judged(trade(pair="USDT_BTC_USDT")) == {}


def test_where_nobody_knows_whether_the_entry_trails_its_exits_are_priced():
    target = step(price={"type": "bid", "value": "0"})
    wrong = trade(take_profit=take_profit(target))
    unclear = TRAILING | {"trailing": {"enabled": "maybe"}}
    wrong["position"] |= {"order_type": "conditional", "conditional": unclear}
    assert judged(wrong) == {
        "position.conditional.trailing.enabled": "any-boolean",
        "take_profit.steps.0.price.value": "price-positive",
    }


def test_what_cannot_be_read_of_one_step_hides_no_error_of_the_next():
    prices = {"type": "bid", "percent": "x"}, {"type": "bid", "percent": "0"}
    steps = [step(volume="50", price=price) for price in prices]
    assert judged(trade(take_profit=take_profit(*steps))) == {
        "take_profit.steps.0.price.percent": "any-number",
        "take_profit.steps.1.price.percent": "tp-percent-positive",
    }


def test_a_price_that_cannot_be_read_hides_no_error_of_another():
    wrong = trade(take_profit=take_profit(step(price={"type": "bid", "value": "0"})))
    wrong["position"] |= {"price": {"value": "x"}}
    assert judged(wrong) == {
        "position.price.value": "any-number",
        "take_profit.steps.0.price.value": "price-positive",
    }


@pytest.mark.parametrize(
    ("skips", "side", "asked"),
    [
        (True, "buy", "Enter the price you opened at."),
        (True, None, "Enter the price you opened at."),
        (False, "buy", "Enter the order price."),
    ],
)
def test_a_price_is_asked_for_by_what_it_is(skips, side, asked):
    position = LONG["position"] | {"type": side, "order_type": "limit"}
    del position["price"]
    wrong = trade(skip_enter_step=skips, position=position)
    assert message(wrong, "position.price.value") == asked


def test_a_warning_is_none_of_the_errors():
    wrong = trade(colour="red", position=LONG["position"] | {"type": "sell"})
    wrong |= {"take_profit": take_profit(step())}
    found = check(read_json(wrong), MarketFacts())
    assert {f.path: f.severity for f in found} == {
        "colour": WARNING,
        "take_profit.steps.0.price.value": WARNING,
    }
