"""Exact decimals, from text to text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trades.domain.numbers import Unreadable, plain, read_number, read_whole

digits = st.text("0123456789", min_size=1, max_size=15)
decimals = st.text("0123456789", min_size=1, max_size=18)


@example("9" * 15, "9" * 18)
@given(digits, decimals)
def test_no_digit_is_lost_on_the_way_through(before, after):
    back = plain(read_number(f"{before}.{after}"))
    whole, _, rest = back.partition(".")
    assert whole == (before.lstrip("0") or "0")
    assert rest == after.rstrip("0")


@given(st.text())
def test_any_text_is_a_number_or_a_refusal(text):
    try:
        back = plain(read_number(text))
    except Unreadable as refused:
        back = {"any-number": "0", "any-size": "0"}[refused.rule]
    assert set(back) <= set("-.0123456789")


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("5.", "any-number"),
        ("1e3", "any-number"),
        ("1e999999", "any-number"),
        ("١", "any-number"),
        ("1" * 16, "any-size"),
        ("0." + "1" * 19, "any-size"),
        ("0" * 65, "any-size"),
        ("9" * 100_000, "any-size"),
        (Decimal("1E+999999"), "any-size"),
        (Decimal("1E-999999"), "any-size"),
        (Decimal("NaN"), "any-number"),
        (Decimal("Infinity"), "any-number"),
        (0.5, "any-number"),
    ],
)
def test_what_is_no_plain_decimal_is_refused(text, rule):
    with pytest.raises(Unreadable, match=rule):
        read_number(text)


@pytest.mark.parametrize("text", ["0" * 60 + "1.5", "000000000000000000.5"])
def test_leading_zeros_do_not_count_as_digits(text):
    assert read_number(text) % 1 == Decimal("0.5")


@pytest.mark.parametrize("text", ["1.0", "1e3", "", "--1", "½", Decimal("1.0")])
def test_a_whole_number_has_no_dot(text):
    with pytest.raises(Unreadable, match="any-integer"):
        read_whole(text)


def test_a_whole_number_of_json_may_be_of_any_length():
    with pytest.raises(Unreadable, match="any-size"):
        read_number(10**5000)


@pytest.mark.parametrize("raw", ["9" * 15, 10**15 - 1, "-" + "9" * 15, 1 - 10**15])
def test_a_whole_number_of_fifteen_digits_is_read(raw):
    assert read_whole(raw) == int(raw)


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        ("1" * 16, "any-size"),
        (10**15, "any-size"),
        (-(10**15), "any-size"),
        ("1.0", "any-integer"),
        (True, "any-integer"),
    ],
)
def test_what_is_no_whole_number_is_refused(raw, rule):
    with pytest.raises(Unreadable, match=rule):
        read_whole(raw)
