"""From JSON, or a form's text, to a ticket."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.domain import payload, rules
from trades.domain.findings import ERROR
from trades.domain.parameters import PARAMETERS
from trades.domain.reading import nested, read, read_json

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
NAMES = sorted({part for row in PARAMETERS for part in row.path.split(".")})
trades = st.recursive(
    st.sampled_from([None, True, "true", "1", "market", "buy", "limit", "x", 1]),
    lambda inner: (
        st.dictionaries(st.sampled_from(NAMES), inner) | st.lists(inner, max_size=3)
    ),
    max_leaves=40,
)


@given(json_values)
def test_any_json_gets_a_verdict(value):
    assert rules.check(read_json(value))


@given(trades)
def test_anything_like_a_trade_gets_a_verdict_and_a_body_if_it_is_one(trade):
    ticket = read_json(trade)
    if not any(f.severity.value == "error" for f in rules.check(ticket)):
        payload.encode(payload.body(ticket))


def test_a_step_keeps_its_place_behind_nine_others():
    typed = {f"take_profit.steps.{n}.volume": str(n) for n in (10, 2, 0)}
    steps = nested(typed)["take_profit"]["steps"]
    assert [step["volume"] for step in steps] == ["0", "2", "10"]


def test_the_trade_type_of_a_form_sets_the_three_flags():
    ticket = read({"trade_type": "smart_buy"})
    assert ticket["instant"] is False
    assert ticket["skip_enter_step"] is True
    assert ticket["position.type"] == "sell"


def test_a_key_with_dots_is_no_path():
    ticket = read_json({"position.type": "buy", "position": {"type": "sell"}})
    assert ticket["position.type"] == "sell"
    assert ticket.unknown == ("position.type",)


def test_values_by_path_are_nested_as_the_api_has_them():
    typed = {
        "trade_type": "smart_trade",
        "pair": "USDT_BTC",
        "position.units.value": "1",
        "position.type": "buy",
    }
    assert nested(typed) == {
        "pair": "USDT_BTC",
        "position": {"units": {"value": "1"}, "type": "buy"},
    }


SWITCHED = {
    "account_id": 1,
    "pair": "USDT_BTC",
    "instant": "false",
    "position": {"type": "buy", "order_type": "limit", "extra": 1},
    "take_profit": {"enabled": "true", "steps": [{"volume": "5", "more": 2}, "x"]},
    "stop_loss": {"enabled": False, "order_type": "nonsense"},
    "leverage": {"type": "cross"},
    "note": " a\r\nb\rc ",
    "odd": None,
}


def test_a_ticket_knows_what_was_read_what_was_not_and_what_it_does_not_know():
    ticket = read_json(SWITCHED)
    assert ticket["note"] == "a\nb\nc"
    assert ticket["take_profit.steps.0.volume"] == 5
    assert {path: found.rule for path, found in ticket.errors.items()} == {
        "leverage.enabled": "any-toggle",
        "take_profit.steps.1": "any-object",
    }
    assert ticket.unreadable == {"take_profit.steps.1"}
    assert ticket.unknown == ("odd", "position.extra", "take_profit.steps.0.more")
    assert ticket.step_count == 2
    assert "stop_loss.order_type" not in ticket.relevant
    assert "leverage.type" not in ticket.relevant
    assert ticket["stop_loss.enabled"] is False
    assert ticket["skip_enter_step"] is False


@pytest.mark.parametrize(
    ("path", "raw", "rule", "message"),
    [
        ("instant", "yes", "any-boolean", "Choose on or off."),
        ("instant", 1, "any-boolean", "Choose on or off."),
        ("pair", 5, "any-text", "Enter text here."),
        ("pair", True, "any-text", "Enter text here."),
        ("account_id", "1.5", "any-integer", "Enter a whole number."),
        ("position", 5, "any-object", "This section could not be read."),
        ("position.type", "hold", "any-choice", "Choose one of: buy, sell."),
        ("position.type", ["buy"], "any-choice", "Choose one of: buy, sell."),
    ],
)
def test_what_can_not_be_read_is_told_with_its_reason(path, raw, rule, message):
    group, _, name = path.rpartition(".")
    wrong = {group: {name: raw}} if group else {name: raw}
    found = read_json(wrong).errors[path]
    assert (found.rule, found.severity, found.message) == (rule, ERROR, message)


def test_what_is_no_trade_at_all_is_told_of_the_whole():
    ticket = read_json("x")
    assert ticket.errors["$"].rule == "any-object"
    assert ticket.unreadable == {"$"}


@pytest.mark.parametrize("blank", [None, "", "  "])
def test_a_group_that_is_blank_is_switched_off(blank):
    ticket = read_json({"take_profit": blank, "stop_loss": {"enabled": "false"}})
    assert ticket["take_profit.enabled"] is False
    assert ticket["stop_loss.enabled"] is False
    assert ticket.errors == {}


def test_a_switch_that_is_blank_in_a_group_that_is_there_is_missing():
    errors = read_json({"take_profit": {"enabled": " "}}).errors
    assert {path: found.rule for path, found in errors.items()} == {
        "take_profit.enabled": "any-toggle"
    }


def test_of_nine_steps_none_is_looked_at_and_of_eight_each():
    wrong = {"volume": "x"}
    for count, told in ((9, 0), (8, 8)):
        steps = {"enabled": True, "steps": [wrong] * count}
        ticket = read_json(SWITCHED | {"take_profit": steps})
        assert ticket.step_count == count
        volumes = [path for path in ticket.errors if path.endswith(".volume")]
        assert len(volumes) == told


@pytest.mark.parametrize(
    ("kind", "looked_at"),
    [("smart_trade", True), ("smart_sell", True), ("simple_buy", False)],
)
def test_the_exits_are_looked_at_where_the_type_has_some(kind, looked_at):
    typed = {"trade_type": kind, "stop_loss.enabled": "true"}
    ticket = read(typed | {"stop_loss.order_type": "limit"})
    assert ("stop_loss.order_type" in ticket.relevant) is looked_at
    assert ("stop_loss.price.value" in ticket.relevant) is looked_at


def test_each_field_is_looked_at_once():
    for trade in (SWITCHED, {}, SWITCHED | {"leverage": {"enabled": True}}):
        relevant = read_json(trade).relevant
        assert len(set(relevant)) == len(relevant)
    assert read_json({}).step_count == 0


def test_a_blank_group_without_a_switch_is_read_as_empty():
    ticket = read_json({"position": "  "})
    assert ticket.errors == {}
    assert "position.type" in ticket.relevant


def test_the_price_that_a_position_was_opened_at_is_read_before_its_side_is_known():
    held = {"skip_enter_step": True, "position": {"price": {"value": "7"}}}
    assert read_json(held)["position.price.value"] == 7
