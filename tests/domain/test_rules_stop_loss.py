"""The rules of the stop loss at their very limits, long and short."""

from __future__ import annotations

import pytest

from tests.domain.test_rules import LONG, judged, step, take_profit, trade

STOP_PRICE = "stop_loss.conditional.price.value"
STOP_PERCENT = "stop_loss.conditional.price.percent"
TRAILING = {
    "price": {"value": "100"},
    "order_type": "market",
    "trailing": {"enabled": True, "percent": "1"},
}
SPOT = {"ask": "100", "bid": "100"}


def stopped(value: str, side: str = "buy", **changes):
    """A trade at 100 with its stop there."""
    kind = "bid" if side == "buy" else "ask"
    price = {"type": kind, "value": value}
    stop = {"enabled": True, "order_type": "market", "conditional": {"price": price}}
    position = LONG["position"] | {"type": side}
    return trade(stop_loss=stop, position=position) | changes


def at_market(wrong):
    position = wrong["position"] | {"order_type": "market"}
    del position["price"]
    return wrong | {"position": position}


def trailing(wrong, percent: str):
    """The same with a trailing entry, and the stop in percent."""
    wrong["position"] |= {"order_type": "conditional", "conditional": TRAILING}
    wrong["position"]["conditional"] |= {"order_type": "market"}
    del wrong["stop_loss"]["conditional"]["price"]["value"]
    wrong["stop_loss"]["conditional"]["price"] |= {"percent": percent}
    return wrong


def leverage(times: str, kind: str = "isolated"):
    return {"enabled": True, "type": kind, "value": times}


def targets(*prices: str, **price):
    share = {1: ["100"], 2: ["50", "50"]}[len(prices)]
    return take_profit(
        *(
            step(volume=volume, price={"type": "bid", "value": value} | price)
            for volume, value in zip(share, prices, strict=True)
        )
    )


def test_breakeven_says_nothing_of_steps_that_are_no_list():
    wrong = stopped("90", take_profit={"enabled": True, "steps": 5})
    wrong["stop_loss"]["breakeven"] = True
    assert judged(wrong) == {"take_profit.steps": "any-list"}


@pytest.mark.parametrize(
    ("side", "stop", "told"),
    [
        ("buy", "99.9", None),
        ("buy", "100", "sl-direction"),
        ("buy", "100.1", "sl-direction"),
        ("sell", "100.1", None),
        ("sell", "100", "sl-direction"),
        ("sell", "99.9", "sl-direction"),
    ],
)
def test_a_stop_lies_beyond_the_entry(side, stop, told):
    assert judged(stopped(stop, side)).get(STOP_PRICE) == told


@pytest.mark.parametrize(
    ("side", "stop", "told"),
    [
        ("sell", "105", "sl-direction"),
        ("buy", "105", None),
    ],
)
def test_the_stop_of_a_market_order_is_compared_with_its_own_price(side, stop, told):
    wrong = at_market(stopped(stop, side))
    found = judged(wrong, rates={"ask": "106", "bid": "105.5"})
    assert found.get(STOP_PRICE) == told


@pytest.mark.parametrize(
    ("side", "stop", "prices", "told"),
    [
        ("buy", "109.9", ["110", "120"], False),
        ("buy", "110", ["110", "120"], True),
        ("buy", "119", ["130", "118"], True),
        ("sell", "90.1", ["90", "80"], False),
        ("sell", "90", ["90", "80"], True),
    ],
)
def test_a_stop_lies_before_every_target(side, stop, prices, told):
    # A position that is held may have its stop beyond the entry.
    wrong = stopped(stop, side, take_profit=targets(*prices))
    wrong |= {"skip_enter_step": True}
    assert ("sl-past-tp" in judged(wrong).values()) is told


def test_a_target_without_a_known_price_does_not_hide_the_next_one():
    steps = [
        step(volume="50", price={"percent": "5"}),
        step(volume="50", price={"value": "110"}),
    ]
    wrong = stopped("111", take_profit=take_profit(*steps), skip_enter_step=True)
    assert judged(wrong)[STOP_PRICE] == "sl-past-tp"


def test_a_target_in_percent_of_a_market_order_is_compared_too():
    steps = take_profit(step(price={"type": "bid", "percent": "1"}))
    wrong = at_market(stopped("101", take_profit=steps))
    assert judged(wrong, rates=SPOT)[STOP_PRICE] == "sl-direction"
    held = wrong | {"position": wrong["position"] | {"price": {"value": "100"}}}
    assert "sl-past-tp" not in judged(held | {"skip_enter_step": True}).values()


FIXED = [{"code": "isolated", "can_set_leverage_value": False}]


@pytest.mark.parametrize(
    ("wrong", "facts", "told"),
    [
        (stopped("98", leverage=leverage("50")), {}, True),
        (stopped("98.01", leverage=leverage("50")), {}, False),
        (stopped("102", "sell", leverage=leverage("50")), {}, True),
        (stopped("101.99", "sell", leverage=leverage("50")), {}, False),
        (stopped("98", leverage=leverage("50", "cross")), {}, False),
        (stopped("98", leverage={"enabled": True, "type": "isolated"}), {}, False),
        (stopped("98", leverage=leverage("50"), skip_enter_step=True), {}, False),
        (stopped("98", leverage=leverage("50")), {"leverage_data": FIXED}, False),
        (at_market(stopped("98", leverage=leverage("50"))), {"rates": SPOT}, True),
        (at_market(stopped("98.01", leverage=leverage("50"))), {"rates": SPOT}, False),
    ],
)
def test_isolated_leverage_may_end_a_position_before_its_stop(wrong, facts, told):
    assert ("sl-liquidation" in judged(wrong, **facts).values()) is told


@pytest.mark.parametrize(("percent", "told"), [("2", True), ("1.99", False)])
def test_where_the_entry_trails_the_percentages_are_multiplied(percent, told):
    wrong = trailing(stopped("0", leverage=leverage("50")), percent)
    found = judged(wrong)
    assert (found.get(STOP_PERCENT) == "sl-liquidation") is told, found


@pytest.mark.parametrize(
    ("stop", "prices", "told"),
    [
        ("90", ["109.9"], True),
        ("90", ["110"], False),
        ("99", ["100.5"], True),
        ("90", ["100"], False),
        ("90", ["100", "130"], False),
        ("90", ["105", "115"], False),
        ("90", ["105", "114.9"], True),
    ],
)
def test_the_gain_is_weighed_against_the_loss(stop, prices, told):
    wrong = stopped(stop, take_profit=targets(*prices))
    assert ("sl-risk-reward" in judged(wrong).values()) is told


@pytest.mark.parametrize(
    ("side", "limit", "told"),
    [
        ("buy", "90", False),
        ("buy", "90.1", True),
        ("sell", "110", False),
        ("sell", "109.9", True),
    ],
)
def test_a_limit_is_not_on_the_winning_side_of_its_stop(side, limit, told):
    wrong = stopped("90" if side == "buy" else "110", side)
    wrong["stop_loss"] |= {"order_type": "limit", "price": {"value": limit}}
    assert (judged(wrong).get("stop_loss.price.value") == "sl-limit-side") is told
