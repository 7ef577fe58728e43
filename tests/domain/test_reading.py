"""From JSON, or a form's text, to a ticket."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from trades.domain import payload, rules
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
