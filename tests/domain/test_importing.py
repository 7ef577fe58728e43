"""From the API's JSON to a draft's text, with nothing lost unsaid."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.domain import payload, rules
from trades.domain.facts import MarketFacts
from trades.domain.importing import Imported, imported, without_reference
from trades.domain.reading import read, read_json

DATA = Path(__file__).parent.parent / "data"
CASES = [
    json.loads(line, parse_float=Decimal)
    for line in (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
VALID = [case for case in CASES if case["valid"]]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=9,
)


@pytest.mark.parametrize("case", VALID, ids=[case["id"] for case in VALID])
def test_a_valid_trade_comes_back_as_the_same_body(case):
    found = imported(case["payload"])
    ticket = read({**found.typed, "account_id": found.account})
    facts = MarketFacts(**case.get("context", {}))
    assert payload.body(ticket, facts) == case["payload"]
    assert found.left_out == ()


def test_numbers_stand_as_they_were_written():
    trade = {"position": {"units": {"value": Decimal("0.0100")}}}
    assert imported(trade).typed == {"position.units.value": "0.0100"}
    trade = {"position": {"units": {"value": Decimal("1E-8")}}}
    assert imported(trade).typed == {"position.units.value": "0.00000001"}


@pytest.mark.parametrize(
    ("trade", "said"),
    [
        ({"position_type": "buy"}, "position_type is not a SmartTrade setting."),
        ({"pair": ["USDT_BTC"]}, "pair could not be read."),
        ({"pair": Decimal("1E+999999")}, "pair could not be read."),
        ({"instant": True, "position": {"type": "up"}}, "The trade type could not"),
        ({"take_profit": {"steps": [{"volume": 1}] * 9}}, "Only the first 8"),
        ({"take_profit": {"steps": {"0": 1}}}, "is not a SmartTrade setting."),
    ],
)
def test_what_has_no_place_is_named(trade, said):
    assert said in " ".join(imported(trade).left_out)


@given(st.dictionaries(st.text(max_size=9), VALUES, max_size=4))
def test_nothing_breaks_it(trade):
    found = imported(trade)
    assert all(isinstance(text, str) for text in found.typed.values())
    rules.check(read(found.typed))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_every_case_can_be_taken_in(case):
    if isinstance(case["input"], dict):
        read(imported(case["input"]).typed)
    else:
        assert read_json(case["input"]).errors


def test_a_reference_is_dropped_and_all_else_of_a_note_stays():
    assert without_reference("plan ref:abcdefghi1") == "plan"
    for note in ("plan ref:abc", "abcdefghi1", "ref:abcdefghi1", "a ref:ABCDEFGHI1"):
        assert without_reference(note) == note


def test_what_is_not_there_is_neither_taken_nor_missed():
    assert imported({}) == Imported({}, "", ())
    assert imported({"pair": "X", "note": None}) == Imported({"pair": "X"}, "", ())


def test_each_thing_that_has_no_place_is_named_once_and_shortly():
    long = {"a" * 60: 1, "b" * 61: 2, "odd": [1, 2]}
    assert imported(long).left_out == (
        f"{'a' * 60} is not a SmartTrade setting.",
        f"{'b' * 60}… is not a SmartTrade setting.",
        "odd is not a SmartTrade setting.",
    )
    assert imported({"instant": True, "position": {"type": "up"}}).left_out == (
        "The trade type could not be told from the flags.",
    )


def test_a_number_is_written_out_up_to_sixty_five_digits():
    for exponent, text in ((64, "1" + "0" * 64), (65, None)):
        units = {"value": Decimal(f"1E+{exponent}")}
        typed = imported({"position": {"units": units}}).typed
        assert typed.get("position.units.value") == text
