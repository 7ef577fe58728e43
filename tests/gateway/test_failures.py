"""What an answer to a question holds, and how one that came to nothing is told."""

from __future__ import annotations

import pytest

from trades.gateway.answers import exact_json
from trades.gateway.exchange import Answer
from trades.gateway.failures import BadAnswer, Refused, found
from trades.gateway.headers import Head


def look(status: int, raw: bytes, most_bytes: int = 99) -> object:
    return found(Answer(Head(status), raw), most_bytes, exact_json)


@pytest.mark.parametrize(("raw", "value"), [(b"null", None), (b"[]", []), (b"7", 7)])
def test_what_a_200_holds_is_found_whatever_it_is(raw, value):
    assert look(200, raw, most_bytes=len(raw)) == value


@pytest.mark.parametrize(
    ("raw", "most_bytes"), [(b"<html>", 99), (b"", 99), (b"[]", 1)]
)
def test_in_what_cannot_be_read_nothing_is_found(raw, most_bytes):
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        look(200, raw, most_bytes)


def test_of_a_refusal_that_is_too_long_no_word_is_read():
    with pytest.raises(Refused) as refused:
        look(400, b'{"error": "no"}', most_bytes=3)
    assert refused.value.text == ""


def test_an_answer_is_told_by_what_is_known_of_it():
    assert str(BadAnswer("broken")) == "broken"
    assert str(BadAnswer("unclear", status=500)) == "unclear 500"
    assert str(Refused("key", status=401, text="Bad key")) == "key 401 Bad key"
