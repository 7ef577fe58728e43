"""Corners of the rules that the case file leaves open."""

from __future__ import annotations

import copy
from decimal import Decimal

import pytest

from trades.domain import payload, rules
from trades.domain.facts import MarketFacts
from trades.domain.reading import read, read_json

LONG = {
    "account_id": 1,
    "pair": "USDT_BTC",
    "position": {
        "type": "buy",
        "order_type": "limit",
        "units": {"value": "1"},
        "price": {"value": "100"},
    },
}


def trade(**groups):
    return copy.deepcopy(LONG) | groups


def judged(trade, **facts) -> dict[str, str]:
    findings = rules.check(read_json(trade), MarketFacts(**facts))
    return {f.path: f.rule for f in findings}


def message(trade, path, **facts) -> str:
    findings = rules.check(read_json(trade), MarketFacts(**facts))
    return next(f.message for f in findings if f.path == path)


def step(**changes):
    price = {"type": "bid", "value": "110"}
    return {"order_type": "limit", "volume": "100", "price": price} | changes


def take_profit(*steps):
    return {"enabled": True, "steps": list(steps)}


def test_an_unreadable_trade_type_flag_hides_no_other_error():
    wrong = trade(instant="yes", take_profit=take_profit(step(volume="0")))
    assert judged(wrong) == {
        "instant": "any-boolean",
        "take_profit.steps.0.volume": "tp-volume-range",
    }


def test_a_wrong_total_and_a_missing_price_are_told_together():
    wrong = trade(take_profit=take_profit(step(volume="90", price={"type": "bid"})))
    assert judged(wrong) == {
        "take_profit.steps": "tp-volume-total",
        "take_profit.steps.0.price.value": "tp-price-required",
    }


def test_the_percentage_of_a_step_that_may_not_trail_is_not_checked():
    trailing = {"enabled": True, "percent": "not a number"}
    steps = step(volume="50", trailing=trailing), step(volume="50")
    assert judged(trade(take_profit=take_profit(*steps))) == {
        "take_profit.steps.0.trailing.enabled": "tp-trailing-last"
    }


def test_leverage_on_a_spot_pair_is_one_error_whatever_else_is_wrong_with_it():
    wrong = trade(leverage={"enabled": True, "type": "cros", "value": "x"})
    spot = {"instrumentKind": "spot"}
    assert judged(wrong, rates=spot) == {"leverage.enabled": "leverage-spot"}


@pytest.mark.parametrize("value", ["3", "0", "abc", "1" * 70])
def test_a_leverage_that_is_not_sent_can_not_be_wrong(value):
    entry = {"code": "cross", "can_set_leverage_value": False, "valid": {"max": "2"}}
    valid = trade(leverage={"enabled": True, "type": "cross", "value": value})
    facts = {"leverage_data": [entry]}
    assert judged(valid, **facts) == {"leverage.value": "leverage-value-fixed"}
    body = payload.body(read_json(valid), MarketFacts(**facts))
    assert body["leverage"] == {"enabled": True, "type": "cross"}


def test_without_an_order_type_nobody_knows_whether_the_entry_trails():
    stop = {"enabled": True, "order_type": "market"}
    stop |= {"conditional": {"price": {"type": "bid", "percent": "5"}}}
    wrong = trade(skip_enter_step=True, stop_loss=stop)
    wrong["position"] |= {"order_type": "stop"}
    assert judged(wrong) == {"position.order_type": "any-choice"}


@pytest.mark.parametrize("nonsense", ["Infinity", "NaN", "", "x", None, True, [], "0"])
def test_a_fact_that_makes_no_sense_is_not_a_fact(nonsense):
    assert judged(LONG, rates={"lotStep": nonsense, "priceStep": nonsense}) == {}


def test_a_fact_beyond_all_reason_takes_no_time_and_no_part():
    assert judged(LONG, rates={"minLotSize": "1e999999999"}) == {}


def test_contracts_are_worth_their_multiple_of_the_base():
    rates = {"minTotal": "5", "quanto_multiplier": "0.01"}
    assert judged(LONG, rates={"minTotal": "5"}) == {}
    assert judged(LONG, rates=rates) == {"position.units.value": "units-total-min"}


def test_the_longest_numbers_are_multiplied_exactly():
    units, price = "999999999999999.999999999999999999", "999999999999999.99999999"
    wrong = trade()
    wrong["position"] |= {"units": {"value": units}, "price": {"value": price}}
    text = message(wrong, "position.units.value", rates={"maxTotal": "1"})
    product = str(int(units.replace(".", "")) * int(price.replace(".", "")))
    assert f"worth {product[:-26]}.{product[-26:]};" in text


def test_the_last_of_three_targets_is_compared_with_the_one_before():
    prices = ("110", "130", "120")
    steps = [step(volume=v, price={"type": "bid", "value": p})
             for v, p in zip(("30", "30", "40"), prices, strict=True)]  # fmt: skip
    assert judged(trade(take_profit=take_profit(*steps))) == {
        "take_profit.steps.2.price.value": "tp-order"
    }


def test_a_warning_never_stands_beside_an_error():
    wrong = trade(pair="BTC_USDT", note="\x00")
    assert judged(wrong) == {"note": "note-control"}
    assert judged(trade(pair="BTC_USDT")) == {"pair": "pair-reversed"}


def test_the_token_takes_its_room_of_the_note():
    noted = trade(note="x" * 286)
    assert judged(noted) == {}
    assert judged(noted, note_room=285) == {"note": "note-length"}
    assert "286 characters; at most 285" in message(noted, "note", note_room=285)


@pytest.mark.parametrize("name", ["", "smart", "SMART_TRADE"])
def test_a_form_without_a_trade_type_lacks_its_side(name):
    findings = rules.check(read({"trade_type": name}))
    assert {f.path: f.rule for f in findings}["position.type"] == (
        "position-side-required"
    )


def test_a_type_that_places_no_entry_asks_for_the_price_it_was_opened_at():
    held = trade(skip_enter_step=True, take_profit=take_profit(step()))
    del held["position"]["price"]
    text = message(held, "position.price.value")
    assert text == "Enter the price you opened at."


@pytest.mark.parametrize(("volume", "fires"), [("10", False), ("9.99", True)])
def test_a_target_may_be_worth_exactly_the_minimum(volume, fires):
    rest = str(100 - Decimal(volume))
    steps = step(volume=volume), step(volume=rest, price={"value": "120"})
    found = judged(trade(take_profit=take_profit(*steps)), rates={"minTotal": "11"})
    warned = {"take_profit.steps.0.volume": "tp-step-small"}
    assert found == (warned if fires else {})


TRAILING = {
    "price": {"value": "100"},
    "order_type": "market",
    "trailing": {"enabled": True, "percent": "1"},
}


@pytest.mark.parametrize("value", ["110.001", "0", "-1", "110.0000000001"])
def test_a_price_that_is_not_used_is_not_judged_as_a_price(value):
    wrong = trade(
        take_profit=take_profit(step(price={"value": value, "percent": "5"})),
        stop_loss={
            "enabled": True,
            "order_type": "market",
            "conditional": {"price": {"type": "bid", "value": value, "percent": "5"}},
        },
    )
    wrong["position"] |= {"order_type": "conditional", "conditional": TRAILING}
    assert judged(wrong, rates={"priceStep": "0.01"}) == {
        "take_profit.steps.0.price.value": "tp-price-value-trailing",
        "stop_loss.conditional.price.value": "sl-value-trailing",
    }


def test_a_target_with_a_bad_price_and_a_percentage_is_told_of_the_price_only():
    wrong = trade(
        take_profit=take_profit(step(price={"value": "110.001", "percent": "5"}))
    )
    assert judged(wrong, rates={"priceStep": "0.01"}) == {
        "take_profit.steps.0.price.value": "price-step"
    }


def test_the_total_is_judged_while_the_side_is_missing():
    wrong = trade()
    wrong["position"] |= {"type": None}
    assert judged(wrong, rates={"minTotal": "101"}) == {
        "position.type": "position-side-required",
        "position.units.value": "units-total-min",
    }


def test_missing_steps_are_told_while_the_kind_of_trade_is_unreadable():
    assert judged(trade(instant="yes", take_profit={"enabled": True})) == {
        "instant": "any-boolean",
        "take_profit.steps": "tp-steps-required",
    }


def test_breakeven_counts_the_steps_whatever_is_in_them():
    stop = {
        "enabled": True,
        "breakeven": True,
        "order_type": "market",
        "conditional": {"price": {"type": "bid", "value": "90"}},
    }
    wrong = trade(take_profit=take_profit(None), stop_loss=stop)
    assert judged(wrong) == {
        "take_profit.steps.0": "any-object",
        "stop_loss.breakeven": "sl-breakeven-steps",
    }


@pytest.mark.parametrize("name", ["priceStep", "lotStep", "quanto_multiplier"])
def test_a_fact_of_very_many_digits_takes_no_part(name):
    rates = {name: f"0.{'1' * 500}", "minTotal": "5"}
    assert judged(LONG, rates=rates) == {}


def test_the_side_is_known_while_the_kind_of_trade_is_unreadable():
    target = step(price={"type": "ask", "percent": "100"})
    wrong = trade(skip_enter_step="yes", take_profit=take_profit(target))
    wrong["position"] |= {"type": "sell"}
    assert judged(wrong) == {
        "skip_enter_step": "any-boolean",
        "take_profit.steps.0.price.percent": "tp-percent-short",
    }
