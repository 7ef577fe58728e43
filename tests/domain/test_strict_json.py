"""JSON that means what it says, or is refused."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trades.domain.strict_json import NotReadable, load


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "a": 2}', "stands twice"),
        ('{"a": {"b": 1, "b": 1}}', '^the key "b" stands twice in one object$'),
        ("NaN", "NaN is not JSON"),
        ("[Infinity]", "Infinity is not JSON"),
        ("-Infinity", "Infinity is not JSON"),
        ("[" * 100_000 + "]" * 100_000, "too deeply"),
        ('{"a":' * 100_000, "^it is nested too deeply$"),
        ("", "Expecting value"),
        (b"\xff", "decode"),
    ],
)
def test_what_is_not_plain_json_is_refused_with_its_reason(text, why):
    with pytest.raises(NotReadable, match=why):
        load(text)


def test_decimals_and_long_whole_numbers_stay_exact():
    assert load("[0.10, 12345678901234567890]") == [
        Decimal("0.10"),
        12345678901234567890,
    ]
    assert load("9" * 5000) == Decimal("9" * 5000)
    assert [type(load("9" * n)) for n in (99, 100, 101)] == [int, int, Decimal]
