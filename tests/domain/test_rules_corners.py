"""More corners of the rules: at the very limit, and what exactly is said."""

from __future__ import annotations

import pytest

from tests.domain.test_rules import LONG, judged, message, step, take_profit, trade

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
