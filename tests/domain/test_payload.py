"""The exact text that is sent, and what two of them differ in."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from trades.domain import payload
from trades.domain.payload import Difference
from trades.domain.reading import read_json

BUY = {
    "account_id": "1",
    "pair": "USDT_BTC",
    "instant": True,
    "position": {"type": "buy", "order_type": "market", "units": {"value": "0.10"}},
}


def note_of(note: str | None, token: str) -> object:
    ticket = read_json(BUY | {"note": note})
    return payload.body(ticket, token=token).get("note")


def test_the_token_stands_behind_the_note_or_alone():
    assert note_of("plan A", "k7m2q9xa4w") == "plan A ref:k7m2q9xa4w"
    assert note_of(None, "k7m2q9xa4w") == "k7m2q9xa4w"
    assert note_of(" plan\r\nB ", "") == "plan\nB"
    assert note_of(" ", "") is None


def test_the_text_is_ascii_whatever_the_note_says():
    text = payload.encode(payload.body(read_json(BUY | {"note": "café €"})))
    assert text.isascii()
    assert json.loads(text)["note"] == "café €"


def test_every_field_that_differs_is_named_once():
    before = payload.flat({"position": {"type": "buy"}, "steps": [{"volume": "50"}]})
    after = payload.flat({"position": {"type": "sell"}, "steps": []})
    assert payload.differences(before, after) == [
        Difference("position.type", "buy", "sell"),
        Difference("steps.0.volume", "50", ""),
    ]


def test_what_one_of_them_lacks_is_empty_there_and_what_is_empty_in_both_is_no_change():
    assert payload.differences({"a": "1", "b": ""}, {"c": "2", "d": ""}) == [
        Difference("a", "1", ""),
        Difference("c", "", "2"),
    ]
    assert payload.differences({"a": "", "": "x"}, {"b": "", "": "x"}) == []


def test_the_note_is_given_back_without_the_token():
    for note in ("plan A", "plan ref:A", ""):
        sent = payload.with_token(note, "k7m2q9xa4w")
        assert payload.without_token(sent, "k7m2q9xa4w") == note
    assert payload.without_token("ref:k7m2q9xa4w", "other") == "ref:k7m2q9xa4w"


def test_a_stored_body_is_read_with_exact_decimals():
    assert payload.decode('{"a": [0.10, 1]}') == {"a": [Decimal("0.10"), 1]}
    assert str(payload.decode('{"a": 0.10}')["a"]) == "0.10"


def test_what_json_has_no_number_for_is_not_encoded():
    with pytest.raises(ValueError, match="JSON compliant"):
        payload.encode({"a": float("nan")})
