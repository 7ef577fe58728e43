"""Corners of the level ladder: what is nothing, less than one, or on the entry."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.domain.test_levels import ISOLATED, LONG, SHORT, ladder, results, without
from trades.domain.facts import MarketFacts
from trades.domain.levels import Kind, Ladder, Level

STOP = "stop_loss.conditional.price.value"
TARGET = "take_profit.steps.0.price.value"
CHEAP = {"position.price.value": "0.5", STOP: "0.4", TARGET: "0.75"}
TRAILING = without(LONG, STOP, TARGET) | {
    "position.order_type": "conditional",
    "position.conditional.price.value": "60000",
    "position.conditional.order_type": "market",
    "position.conditional.trailing.enabled": "true",
    "position.conditional.trailing.percent": "1",
    "take_profit.steps.0.price.percent": "9",
}


def test_prices_of_less_than_one_have_their_distance_and_their_multiple():
    found = ladder(LONG | CHEAP)
    assert (found.targets[0].percent, found.targets[0].r) == (50, Decimal("2.5"))
    assert (found.stop.percent, found.total) == (-20, Decimal("0.005"))


def test_an_entry_at_nothing_has_no_distances():
    found = ladder(LONG | {"position.price.value": "0"})
    assert [level.percent for level in found.levels if level.kind is Kind.TARGET] == [
        None,
        None,
    ]


@pytest.mark.parametrize("stop", ["60000", "60000.5", "61000"])
def test_where_the_stop_risks_nothing_there_is_no_multiple_of_the_risk(stop):
    assert ladder(LONG | {STOP: stop}).targets[0].r is None


def test_where_the_entry_trails_the_multiple_is_of_the_percentages():
    assert ladder(TRAILING).targets[0].r is None
    typed = TRAILING | {"stop_loss.conditional.price.percent": "0.5"}
    assert ladder(typed).targets[0].r == 18
    assert ladder(typed).targets[1].r is None


def test_contracts_gain_by_their_multiple():
    contracts = {"instrumentKind": "linear_futures", "quanto_multiplier": "0.01"}
    found = ladder(SHORT, MarketFacts(rates=contracts))
    assert (found.total, found.targets[0].gain) == (6, Decimal("0.3"))


@pytest.mark.parametrize(
    ("changes", "price", "margin"),
    [
        ({"leverage.value": "1"}, 0, 600),
        ({"leverage.value": "7"}, Decimal("51428.57142857"), Decimal("85.71428571")),
        ({"leverage.value": "0"}, None, None),
        ({"leverage.value": "-5"}, None, None),
        ({"leverage.value": "x"}, None, None),
        ({"leverage.enabled": "false"}, None, None),
    ],
)
def test_the_liquidation_lies_a_whole_margin_away(changes, price, margin):
    found = ladder(LONG | ISOLATED | changes)
    ends = [level.price for level in found.levels if level.kind is Kind.LIQUIDATION]
    assert ends == ([] if price is None else [price])
    assert found.margin == margin


def test_the_liquidation_of_an_unknown_entry_is_a_percentage():
    found = ladder(without(LONG | ISOLATED, "position.price.value"))
    (end,) = [level for level in found.levels if level.kind is Kind.LIQUIDATION]
    assert (end.price, end.percent) == (None, Decimal("-33.33"))
    assert found.total is None
    assert found.margin is None


@pytest.mark.parametrize(
    ("stop", "end", "first"),
    [("-10", "-10", True), ("-9.9", "-10", False), ("-10.1", "-10", True)],
)
def test_the_exchange_is_first_where_the_stop_is_no_nearer(stop, end, first):
    stop = Level(Kind.STOP, percent=Decimal(stop))
    ends = Level(Kind.LIQUIDATION, percent=Decimal(end))
    assert Ladder(levels=(ends, stop), stop=stop).is_liquidated_first is first
    assert Ladder(levels=(stop,), stop=stop).is_liquidated_first is False
    assert Ladder(levels=(ends,)).is_liquidated_first is True
    bare = Level(Kind.STOP)
    assert Ladder(levels=(ends, bare), stop=bare).is_liquidated_first is False


def test_what_has_no_price_stands_by_its_distance_and_the_rest_comes_last():
    found = ladder(TRAILING | {"stop_loss.conditional.price.percent": "3"})
    assert [(level.kind, level.number) for level in found.levels] == [
        (Kind.TRIGGER, None),
        (Kind.TARGET, 0),
        (Kind.ENTRY, None),
        (Kind.STOP, None),
        (Kind.TARGET, 1),
    ]


@pytest.mark.parametrize(
    ("changes", "is_clear"),
    [
        ({TARGET: "60001"}, True),
        ({TARGET: "60000"}, False),
        ({STOP: "59999"}, True),
        ({STOP: "60000"}, False),
        ({STOP: "60001"}, False),
    ],
)
def test_an_exit_at_the_entry_is_on_the_wrong_side(changes, is_clear):
    assert (results(LONG | changes)["Best"] != "not clear") is is_clear


def test_without_a_pair_no_currency_is_named():
    assert results(without(LONG, "pair"))["Worst"] == "−20.00"


def test_a_stop_in_percent_loses_by_its_percentage():
    typed = without(LONG, STOP) | {"stop_loss.conditional.price.percent": "3"}
    assert (ladder(typed).stop.price, ladder(typed).stop.gain) == (58200, -18)


def test_the_entry_lies_at_no_distance_and_no_digit_of_its_total_is_lost():
    units, price = "123456789012345.123456789012345678", "60000.001"
    typed = {"position.units.value": units, "position.price.value": price}
    found = ladder(LONG | typed)
    (entry,) = [level for level in found.levels if level.kind is Kind.ENTRY]
    assert entry.percent == 0
    made = int(units.replace(".", "")) * int(price.replace(".", ""))
    assert str(found.total).replace(".", "") == str(made)


def test_a_small_gain_stands_above_the_entry():
    found = ladder(TRAILING | {"take_profit.steps.0.price.percent": "0.5"})
    kinds = [level.kind for level in found.levels]
    assert kinds.index(Kind.TARGET) < kinds.index(Kind.ENTRY)
