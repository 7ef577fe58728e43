"""How long, as people type it."""

from __future__ import annotations

import pytest

from trades.domain.durations import in_seconds
from trades.domain.reading import read

TIMEOUT = "stop_loss.timeout.value"
ON = {"stop_loss.enabled": "true", "stop_loss.timeout.enabled": "true"}


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("90", "90"),
        ("90s", "90"),
        ("1m30s", "90"),
        (" 1 m 30 s ", "90"),
        ("1M", "60"),
        ("2h", "7200"),
        ("1h1m1s", "3661"),
        ("0s", "0"),
    ],
)
def test_units_make_seconds(text, seconds):
    assert in_seconds(text) == (text if text == "90" else seconds)
    assert read({**ON, TIMEOUT: text}).values[TIMEOUT] == int(seconds)


@pytest.mark.parametrize(
    "text", ["", " ", "s", "1x", "30s1m", "1.5m", "-1m", "1m30", "٣s", "9" * 10 + "s"]
)
def test_what_is_no_duration_stays_as_it_was_typed(text):
    assert in_seconds(text) == text


def test_an_unreadable_duration_is_refused_as_any_other_text():
    assert read({**ON, TIMEOUT: "1m30x"}).errors[TIMEOUT].rule == "any-integer"
