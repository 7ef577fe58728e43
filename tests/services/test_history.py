"""What people read is what happened, to the last digit."""

from __future__ import annotations

import pytest

from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services import history
from trades.services.telling import HEADLINES


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ('{"a":1,"b":[{},[]]}', '{\n  "a": 1,\n  "b": [\n    {},\n    []\n  ]\n}'),
        ('{"id":1.10000000000000000001}', '{\n  "id": 1.10000000000000000001\n}'),
        ('{"a":1e400, "a" :2}', '{\n  "a": 1e400,\n  "a": 2\n}'),
        (r'["\"{,}\\", "é\u0041"]', '[\n  "\\"{,}\\\\",\n  "é\\u0041"\n]'),
        ("[" + "9" * 5000 + "]", "[\n  " + "9" * 5000 + "\n]"),
        (" 7 ", "7"),
    ],
)
def test_json_is_spread_over_lines_with_every_character_kept(text, lines):
    assert history.indented(text) == lines


@pytest.mark.parametrize(
    "text",
    ["", "<html>,{}", '{"a":', "[1,]", "NaN,", "[" * 22 + "]" * 22, "[" * 100_000],
    ids=["nothing", "page", "cut", "comma", "word", "deep", "absurd"],
)
def test_any_other_text_stays_as_it_is(text):
    assert history.indented(text) == text


def test_what_would_turn_the_text_around_is_a_mark():
    assert history.visible("a\u202eb\u2066c\u200f") == "a[U+202E]b[U+2066]c[U+200F]"


def test_every_state_has_its_headline():
    assert set(HEADLINES) == set(State)


def test_fields_come_in_the_bodys_order_with_what_was_said_of_them():
    body = '{"account_id":1001,"instant":false,"position":{"units":{"value":"0.01"}}}'
    account, instant, units = history.fields(
        body, {"position.units.value": ["is too small"], "note": ["is gone"]}
    )
    assert (account.label, account.value) == ("Account", "1001")
    assert not account.is_number
    assert (instant.value, instant.is_number, instant.errors) == ("off", False, ())
    assert (units.value, units.errors) == ("0.01", ("is too small",))
    assert units.is_number


def test_a_field_that_is_no_parameter_is_shown_all_the_same():
    (field,) = history.fields('{"surprise":{"x":"y"}}')
    assert (field.label, field.value, field.unit) == ("surprise.x", "y", "")


def test_what_was_said_of_fields_that_were_not_sent_is_said_elsewhere():
    submission = Submission(
        body='{"pair":"USDT_BTC"}',
        vendor_errors={
            "": ["base: is broken"],
            "pair": ["is unknown"],
            "take_profit.steps": ["are missing"],
        },
    )
    assert history.elsewhere(submission) == [
        "base: is broken",
        "Take-profit steps: are missing",
    ]
