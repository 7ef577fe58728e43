"""JSON that is read exactly or not at all, and what is said where it is not."""

from __future__ import annotations

import pytest

from trades.gateway.answers import exact_json


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"[" * 500_000, "beyond what can be read"),
        (b"1e99999999999999999999", "beyond what can be read"),
        (b'{"a": 1, "a": 2}', "a key stands there twice"),
    ],
)
def test_what_can_be_read_in_two_ways_or_none_says_so(raw, told):
    with pytest.raises(ValueError, match=f"^{told}$"):
        exact_json(raw)


@pytest.mark.parametrize("constant", ["NaN", "Infinity", "-Infinity"])
def test_a_number_without_sense_is_named(constant):
    with pytest.raises(ValueError, match=f"^{constant}$"):
        exact_json(constant.encode())
