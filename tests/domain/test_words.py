"""A ticket in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from trades.domain.facts import MarketFacts
from trades.domain.reading import read_json
from trades.domain.strict_json import load
from trades.domain.words import act, label, refusal, sentence

BOOK = Path(__file__).parent.parent / "data" / "cases.jsonl"
VALID = [c for c in map(load, BOOK.read_bytes().splitlines()) if c["valid"]]


def case(id: str) -> object:
    return next(c["input"] for c in VALID if c["id"] == id)


@pytest.mark.parametrize(
    ("id", "words"),
    [
        ("type-01", "Simple Buy: buy 0.01 on USDT_BTC at market, at once."),
        (
            "mix-01",
            "Smart Cover (short): when the last reaches 59500.5 and then turns by "
            "0.5 %, sell 0.25 on USDT_BTCUSDT at market, cross margin 5x. "
            "Take profit: 25 % at 2 % from the entry (limit); 25 % at 4 % from the "
            "entry (limit); 50 % at 8 % from the entry (market, trailing by 0.75 %). "
            "Stop loss at 3 % from the entry, trailing, after 60 s beyond it; after "
            "the first target it moves to breakeven.",
        ),
        (
            "sl-29",
            "Smart Sell: no entry; manage an open long of 0.01 on USDT_BTC, opened at "
            "60000. Take profit: 100 % at 66000 (limit). Stop loss at 61000.",
        ),
    ],
)
def test_the_sentence_says_what_will_happen(id, words):
    assert sentence(read_json(case(id))) == words


@pytest.mark.parametrize("case", VALID, ids=lambda c: c["id"])
def test_every_number_that_is_sent_is_in_the_sentence(case):
    words = sentence(read_json(case["input"]))
    position = case["payload"]["position"]
    assert position["units"]["value"] in words
    for step in case["payload"]["take_profit"].get("steps", []):
        price = step["price"]
        assert (
            f"{step['volume']} % at {price.get('value') or price['percent']}" in words
        )
    assert "None" not in words


def test_a_field_of_a_step_says_which_step():
    path = "take_profit.steps.1.trailing.percent"
    assert label(path) == "Take-profit step 2: Trails by"
    assert label("take_profit.steps.0") == "Take-profit step 1"
    assert label("leverage.enabled") == "Leverage"
    assert label("something.else") == "something.else"


def test_the_button_says_what_sending_does():
    assert act(read_json(case("type-01")), MarketFacts()) == "buy 0.01 on USDT_BTC"
    exits = act(read_json(case("sl-29")), MarketFacts())
    assert exits == "exits only, for 0.01 on USDT_BTC"


def test_a_refusal_is_one_line_of_two_hundred_characters():
    errors = {"b": ["is\n bad", "is late"], "a": ["is short"], "": ["no"]}
    assert refusal(errors, "x") == "no; a: is short; b: is bad; b: is late"
    assert refusal({}, " Invalid\tparameters ") == "Invalid parameters"
    assert refusal({"": ["x" * 201]}, "") == "x" * 200


def test_an_open_short_and_a_margin_that_the_exchange_fixes_are_named():
    position = {"type": "sell", "units": {"value": "2"}, "price": {"value": "9"}}
    trade = {"account_id": 1, "pair": "USDT_BTC", "skip_enter_step": True}
    trade |= {"position": position, "leverage": {"enabled": True, "type": "cross"}}
    assert sentence(read_json(trade)) == (
        "Smart Buy: no entry; manage an open short of 2 on USDT_BTC, opened at 9, "
        "cross margin."
    )


ENTRY = {"type": "buy", "order_type": "limit"}
ENTRY |= {"units": {"value": "2"}, "price": {"value": "9"}}
AT_TRIGGER = {"price": {"value": "8"}, "order_type": "limit"}
STOP = {
    "enabled": True,
    "order_type": "limit",
    "price": {"value": "6"},
    "conditional": {"price": {"type": "bid", "value": "7"}},
}


@pytest.mark.parametrize(
    ("position", "words"),
    [
        ({}, "buy 2 on USDT_BTC with a limit order at 9"),
        ({"type": "sell"}, "sell 2 on USDT_BTC with a limit order at 9"),
        (
            {"order_type": "conditional", "conditional": AT_TRIGGER},
            "when the ask reaches 8, buy 2 on USDT_BTC with a limit order at 9",
        ),
        (
            {"type": "sell", "order_type": "conditional", "conditional": AT_TRIGGER},
            "when the bid reaches 8, sell 2 on USDT_BTC with a limit order at 9",
        ),
    ],
)
def test_an_entry_says_at_what_price_and_when(position, words):
    trade = {"account_id": 1, "pair": "USDT_BTC", "position": ENTRY | position}
    assert sentence(read_json(trade)).split(": ", 1)[1] == f"{words}."


def test_a_limit_stop_says_its_limit():
    trade = {"account_id": 1, "pair": "USDT_BTC", "position": ENTRY, "stop_loss": STOP}
    told = "Stop loss at 7, with a limit order at 6."
    assert sentence(read_json(trade)).endswith(told)
