"""A ticket answers with a value, with nothing, or not at all."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.domain.test_levels import LONG, SHORT
from trades.domain import reference
from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.levels import maybe
from trades.domain.reading import read, read_json
from trades.domain.ticket import OrderTicket, above
from trades.domain.trade_types import TradeType

FLAGS = {"instant": False, "skip_enter_step": False, "position": {"type": "buy"}}
AT_TRIGGER = {
    "position.order_type": "conditional",
    "position.conditional.order_type": "market",
    "position.conditional.price.value": "59000",
}
TRAILING = AT_TRIGGER | {
    "position.conditional.trailing.enabled": "true",
    "position.conditional.trailing.percent": "1",
}


def test_a_trade_has_a_type_once_all_its_flags_are_read():
    assert read_json(FLAGS).trade_type is TradeType.SMART_TRADE
    assert read_json(FLAGS | {"skip_enter_step": True}).trade_type is (
        TradeType.SMART_SELL
    )


@pytest.mark.parametrize(
    "wrong",
    [
        {"instant": "yes"},
        {"skip_enter_step": "yes"},
        {"position": {"type": "hold"}},
        {"position": {}},
        {"position": []},
    ],
)
def test_while_a_flag_is_not_known_there_is_no_type(wrong):
    assert maybe(lambda: read_json(FLAGS | wrong).trade_type) is None


@pytest.mark.parametrize("flag", ["instant", "skip_enter_step"])
def test_whether_an_entry_is_placed_hangs_on_both_flags(flag):
    sides = {"position": {}}
    assert read_json(FLAGS | sides).places_entry is True
    assert maybe(lambda: read_json(FLAGS | sides | {flag: "yes"}).places_entry) is None


@pytest.mark.parametrize(
    ("changes", "order"),
    [
        ({}, "limit"),
        ({"position.order_type": "market"}, "market"),
        (AT_TRIGGER, "conditional market"),
        (
            AT_TRIGGER | {"position.conditional.order_type": "limit"},
            "conditional limit",
        ),
        (AT_TRIGGER | {"position.conditional.order_type": ""}, None),
        ({"position.order_type": ""}, None),
        ({"position.order_type": "stop"}, None),
        ({"trade_type": "smart_sell"}, None),
    ],
)
def test_an_entry_order_is_one_of_four(changes, order):
    assert maybe(lambda: read(LONG | changes).entry_order) == order


@pytest.mark.parametrize(
    ("changes", "trails"),
    [
        (TRAILING, True),
        (AT_TRIGGER, False),
        (TRAILING | {"position.order_type": "limit"}, False),
        (TRAILING | {"trade_type": "smart_sell"}, False),
        (TRAILING | {"position.order_type": "stop"}, None),
        (TRAILING | {"position.conditional.trailing.enabled": "maybe"}, None),
    ],
)
def test_an_entry_trails_only_at_a_trigger(changes, trails):
    assert maybe(lambda: read(LONG | changes).entry_trails) is trails


def test_under_a_group_that_is_unreadable_nothing_is_known():
    ticket = read_json(FLAGS | {"position": {"units": 5, "type": "buy"}})
    assert ticket["position.type"] == "buy"
    with pytest.raises(Skip):
        ticket["position.units.value"]
    with pytest.raises(Skip):
        read_json([])["pair"]
    assert above("pair") == ("$",)


def test_a_number_is_a_decimal_and_nothing_else():
    ticket = OrderTicket(values={"a": Decimal(1), "b": 1, "c": "1"})
    assert ticket.number("a") == 1
    assert maybe(ticket.number, "b") is maybe(ticket.number, "c") is None


def test_the_steps_and_prices_that_mean_something_are_named():
    ticket = read(LONG)
    assert list(ticket.steps()) == [0, 1]
    assert list(ticket.prices) == [
        "position.price.value",
        "take_profit.steps.0.price.value",
        "take_profit.steps.1.price.value",
        "stop_loss.conditional.price.value",
    ]
    unreadable = {"enabled": True, "steps": [5, {"volume": "1"}]}
    assert list(read_json(FLAGS | {"take_profit": unreadable}).steps()) == [1]
    many = {"enabled": True, "steps": [{"volume": "1"}] * 9}
    assert list(read_json(FLAGS | {"take_profit": many}).steps()) == []
    most = {"enabled": True, "steps": [{"volume": "1"}] * 8}
    assert list(read_json(FLAGS | {"take_profit": most}).steps()) == list(range(8))


FACTS = MarketFacts(rates={"instrumentKind": "spot", "ask": "61000", "bid": "60000.5"})


@pytest.mark.parametrize(
    ("typed", "price", "is_estimate"),
    [
        (LONG, 60000, False),
        (LONG | {"position.order_type": "market"}, 61000, True),
        (SHORT | {"position.order_type": "market"}, Decimal("60000.5"), True),
        (LONG | AT_TRIGGER, 59000, True),
        (
            LONG | AT_TRIGGER | {"position.conditional.order_type": "limit"},
            60000,
            False,
        ),
        (LONG | TRAILING, None, True),
    ],
)
def test_the_entry_is_the_price_that_the_order_will_meet(typed, price, is_estimate):
    ticket = read(typed)
    assert maybe(reference.entry_price, ticket, FACTS) == price
    assert maybe(reference.opened_at, ticket, FACTS) == price
    assert reference.is_estimate(ticket) is is_estimate


def test_a_position_that_is_held_has_no_entry_but_was_opened_somewhere():
    ticket = read(LONG | {"trade_type": "smart_sell"})
    assert maybe(reference.entry_price, ticket, FACTS) is None
    assert reference.opened_at(ticket, FACTS) == 60000
    assert reference.is_estimate(ticket) is False


LIMIT_STOP = {"stop_loss.order_type": "limit", "stop_loss.price.value": "59000"}


@pytest.mark.parametrize(
    ("typed", "fill"),
    [
        (LONG, 58000),
        (LONG | LIMIT_STOP, 58000),
        (LONG | LIMIT_STOP | {"stop_loss.price.value": "57000"}, 57000),
        (SHORT | LIMIT_STOP, 62000),
        (SHORT | LIMIT_STOP | {"stop_loss.price.value": "63000"}, 63000),
    ],
)
def test_a_stop_fills_at_the_worse_of_its_prices(typed, fill):
    assert reference.stop_fill(read(typed)) == fill


def test_gains_and_losses_are_counted_away_from_the_entry():
    for typed in (LONG, SHORT):
        ticket = read(typed)
        assert reference.target_gain(ticket, FACTS, 0) == 6000
        assert reference.target_gain(ticket, FACTS, 1) == 9000
        assert reference.stop_loss(ticket, FACTS) == 2000
    wrong = {"stop_loss.conditional.price.value": "61000"}
    assert reference.stop_loss(read(LONG | wrong), FACTS) == -1000


@pytest.mark.parametrize(("typed", "price"), [(LONG, 63000), (SHORT, 57000)])
def test_a_target_in_percent_has_a_price(typed, price):
    target = "take_profit.steps.0.price"
    ticket = read(typed | {f"{target}.value": "", f"{target}.percent": "5"})
    assert reference.target_price(ticket, FACTS, 0) == price


def test_where_the_entry_trails_percentages_are_gains_and_losses():
    target = {"take_profit.steps.0.price.percent": "9"}
    stop = {"stop_loss.conditional.price.percent": "3"}
    ticket = read(LONG | TRAILING | target | stop)
    assert reference.target_gain(ticket, FACTS, 0) == 9
    assert reference.stop_loss(ticket, FACTS) == 3
