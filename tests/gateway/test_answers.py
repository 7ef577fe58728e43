from __future__ import annotations

import json
import ssl
from pathlib import Path

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.test_classification import REFUSED, expected
from trades.domain.lifecycle import Outcome, State
from trades.gateway.answers import (
    MOST_BYTES,
    broken_off,
    by_path,
    read_answer,
)

SAMPLES = Path(__file__).parent.parent / "data" / "samples"

TRADE = b'{"id": 30350494}'
BODIES = {
    "a trade": TRADE,
    "an error": b'{"error": "record_invalid"}',
    "an error with an id": b'{"error": null, "id": 7}',
    "a page": b"<html>Bad gateway</html>",
    "nothing": b"",
    "a list": b'[{"id": 7}]',
    "not text": b"\xff\xfe\x00",
}


@pytest.mark.parametrize("name", BODIES)
def test_each_status_means_what_the_table_says(name):
    for status in (*range(99, 601), 999):
        outcome = read_answer(status, BODIES[name])
        assert outcome.status == status
        came_to = (outcome.state, outcome.reason)
        assert came_to == expected(status, a_trade=name == "a trade"), status


@pytest.mark.parametrize("made", [1, 30350494, 2**31, 2**63 - 1])
def test_a_whole_number_above_0_is_a_trade(made):
    outcome = read_answer(201, json.dumps({"id": made}).encode())
    assert (outcome.state, outcome.remote_id) == (State.ACCEPTED, made)


def test_the_published_answers_are_trades():
    for sample in sorted(SAMPLES.glob("create.201.*.json")):
        raw = sample.read_bytes()
        outcome = read_answer(201, raw, request_id="r-1")
        assert outcome.state == State.ACCEPTED
        assert outcome.remote_id == json.loads(raw)["id"]
        assert (outcome.answer, outcome.request_id) == (raw.decode(), "r-1")


NO_PROOF = [
    *(f'{{"id": {made}}}' for made in ["0", "-1", "-0", "1.0", "1e3", "true", "null"]),
    *(f'{{"id": {made}}}' for made in ['"7"', "[7]", "{}", "NaN", "Infinity", 2**63]),
    '{"id": ' + "9" * 5000 + "}",
    '{"id": 7, "id": 7}',
    '{"id": 7, "account": {"a": 1, "a": 2}}',
    '{"id": 7, "profit": NaN}',
    '{"id": 7, "profit": -Infinity}',
    '{"id": 7, "profit": 1e99999999999999999999}',
    '{"id": 7, "error": ""}',
    '{"id": 7}{"id": 8}',
    '{"id": 7',
    '\ufeff{"id": 7}',
    '{"id": 7, "note": "\n"}',
    '{"id": 7, "deep": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "[" * 500_000,
    "7",
    "{}",
    "[]",
    "null",
]


@pytest.mark.parametrize("text", NO_PROOF, ids=lambda text: text[:30])
@pytest.mark.parametrize("status", [200, 201])
def test_an_answer_without_a_plain_id_proves_nothing(status, text):
    outcome = read_answer(status, text.encode())
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "unclear")
    assert outcome.remote_id is None


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "utf-8-sig"])
def test_an_answer_in_another_encoding_proves_nothing(encoding):
    assert read_answer(201, '{"id": 7}'.encode(encoding)).state == State.UNKNOWN


def test_an_answer_over_the_limit_proves_nothing():
    fits = TRADE.ljust(MOST_BYTES)
    assert read_answer(201, fits).state == State.ACCEPTED
    assert read_answer(201, fits + b" ").state == State.UNKNOWN
    assert len(read_answer(201, fits + b" ").answer) == MOST_BYTES


def test_a_trade_cut_anywhere_proves_nothing():
    raw = (SAMPLES / "create.201.simple_buy_spot.json").read_bytes().rstrip()
    for length in range(len(raw)):
        assert read_answer(201, raw[:length]).state == State.UNKNOWN


@settings(deadline=None)
@given(st.integers(100, 599), st.binary() | st.sampled_from(list(BODIES.values())))
def test_whatever_comes_is_read_within_the_table(status, raw):
    check_within_the_table(read_answer(status, raw))


text = st.text("ab,.[]0é\0\ud800", max_size=12)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | text,
    lambda inner: st.lists(inner) | st.dictionaries(text, inner),
    max_leaves=10,
)
NAMES = ["id", "error", "error_description", "error_attributes", "note"]


@settings(deadline=None)
@given(st.integers(100, 599), st.dictionaries(st.sampled_from(NAMES), anything))
def test_whatever_json_comes_is_read_within_the_table(status, answer):
    check_within_the_table(read_answer(status, json.dumps(answer).encode()))


def check_within_the_table(outcome: Outcome) -> None:
    if outcome.state == State.ACCEPTED:
        assert outcome.status in (200, 201)
        assert type(outcome.remote_id) is int
        assert outcome.remote_id > 0
    elif outcome.state == State.REJECTED:
        assert outcome.status in REFUSED
    else:
        assert outcome.state == State.UNKNOWN
    told = [*outcome.errors, *(m for said in outcome.errors.values() for m in said)]
    for text in [outcome.answer, outcome.text, outcome.request_id, *told]:
        assert "\0" not in text
        text.encode()  # no half of a surrogate pair: a database would refuse it


def sample(name: str, status: int) -> Outcome:
    return read_answer(status, (SAMPLES / name).read_bytes())


def test_a_refusal_names_the_fields_in_our_paths():
    outcome = sample("create.422.position_total.json", 422)
    assert outcome.text == "Invalid parameters"
    assert outcome.errors == {
        "position": ["is invalid"],
        "position.units.value": [
            "must be less than or equal to 9000000.0",
            "must be less than or equal to 9000.0",
        ],
    }


@pytest.mark.parametrize("status", [201, 409, 500])
def test_where_nobody_knows_no_field_is_blamed(status):
    outcome = sample("create.422.position_total.json", status)
    assert (outcome.state, outcome.errors) == (State.UNKNOWN, {})


def test_names_joined_by_a_comma_are_two_fields():
    assert sample("edit.400.mutually_exclusive.json", 400).errors == {
        "take_profit.steps.0.price.value": ["are mutually exclusive"],
        "take_profit.steps.0.price.percent": ["are mutually exclusive"],
        "stop_loss.order_type": ["is missing"],
    }


def test_groups_keep_their_names():
    assert sample("error.400.position_units_missing.json", 400).errors == {
        "position": ["is invalid"],
        "position.units": ["is missing", "is invalid"],
        "position.units.value": ["is missing"],
    }
    assert by_path({"take_profit[steps]": ["is empty"]}) == {
        "take_profit.steps": ["is empty"]
    }


@pytest.mark.parametrize(
    "key", ["position.total", "total", "units_to_buy", "entered_amount"]
)
def test_what_follows_from_the_amount_stands_at_the_amount(key):
    assert by_path({key: ["Too small"]}) == {"position.units.value": ["Too small"]}


def test_what_is_no_field_of_ours_stands_apart_with_its_name():
    assert sample("error.400.enum_value.json", 400).errors == {
        "": ["scope: does not have a valid value"]
    }
    strange = ["take_profit[steps][8][volume]", "position[__class__]", "a..b", ""]
    assert by_path({key: ["is odd"] for key in strange}).keys() == {""}


@pytest.mark.parametrize(
    ("said", "messages"),
    [
        ("is missing", ["is missing"]),
        ([7, None], ["7", "None"]),
        ({"a": "b"}, ["{'a': 'b'}"]),
        ([], []),
        ("half \ud800 pair", ["half ? pair"]),
        ("a\0b", ["ab"]),
        ("x" * 1000, ["x" * 300]),
        (["x"] * 1000, ["x"] * 20),
    ],
)
def test_messages_are_lists_of_text_whatever_comes(said, messages):
    assert by_path({"pair": said}) == {"pair": messages}


@pytest.mark.parametrize("attributes", [None, "pair is missing", ["pair"], 7, {}])
def test_attributes_of_another_shape_are_no_errors(attributes):
    assert by_path(attributes) == {}


def test_a_flood_of_attributes_is_cut():
    flood = {",".join(f"k{i}.{j}" for j in range(99)): "x" for i in range(999)}
    assert len(by_path(flood)[""]) == 500


def test_a_plan_without_writes_is_not_a_matter_of_speed():
    assert sample("error.429.subscription_plan.json", 429).reason == "plan"
    assert read_answer(429, b"subscription plan, but no JSON").reason == "rate"
    assert read_answer(429, b'{"error": "Too many requests"}').reason == "rate"
    assert read_answer(403, b'{"error": "subscription plan"}').reason == "key"


def test_the_words_of_3commas_are_kept():
    assert sample("create.403.account_not_owned.json", 403).text == (
        "Account not owned by current user."
    )
    assert sample("error.403.unavailable_for_account.json", 403).text == (
        "Forbidden. Unavailable for this account."
    )
    assert sample("error.500.unknown_error.json", 500).text.startswith("Unknown error")
    assert read_answer(400, b'{"error": {"code": 7}}').text == ""


def test_what_3commas_did_not_say_is_empty():
    outcome = read_answer(400, b"{}")
    assert (outcome.text, outcome.request_id, outcome.answer) == ("", "", "{}")


def test_their_words_are_cut_at_a_thousand_and_a_strange_name_at_a_hundred():
    said = {"error": "x" * 1001, "error_attributes": {"k" * 101: ["is odd"]}}
    outcome = read_answer(400, json.dumps(said).encode())
    assert outcome.text == "x" * 1000
    assert outcome.errors == {"": [f"{'k' * 100}: is odd"]}


def test_an_answer_is_kept_as_it_came_but_for_what_no_database_takes():
    assert read_answer(400, b"a\0b\xff").answer == "ab\ufffd"


UNTRUSTED = ssl.SSLCertVerificationError("certificate has expired")


def caused(by: Exception, exc: Exception) -> Exception:
    exc.__context__ = by
    return exc


@pytest.mark.parametrize(
    ("exc", "reason"),
    [
        (requests.ConnectionError(), "network"),
        (requests.ConnectTimeout(), "network"),
        (requests.ReadTimeout(), "network"),
        (requests.exceptions.SSLError(), "network"),
        (caused(UNTRUSTED, requests.exceptions.SSLError()), "tls"),
        (requests.exceptions.InvalidHeader("value"), "config"),
        (requests.exceptions.InvalidURL(), "config"),
        (UnicodeEncodeError("latin-1", "é", 0, 1, "value"), "config"),
        (ZeroDivisionError(), "config"),
    ],
)
def test_the_phase_decides_before_the_exception(exc, reason):
    before, after = broken_off(exc, left=False), broken_off(exc, left=True)
    assert (before.state, before.reason) == (State.NOT_SENT, reason)
    assert (after.state, after.reason) == (State.UNKNOWN, "broken")
    assert before.text == after.text == ""  # a message may quote headers
