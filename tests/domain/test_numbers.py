"""Exact decimals, from text to text."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from trades.domain.numbers import (
    Unreadable,
    ceiling_to,
    floor_to,
    median,
    nearest,
    plain,
    quotient,
    read_number,
    read_whole,
    round_to,
    sortable,
)

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


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", f"{'0' * 30}.{'0' * 18}"),
        ("-0.0", f"{'0' * 30}.{'0' * 18}"),
        ("1E-18", f"{'0' * 30}.{'0' * 17}1"),
        ("1E-19", f"{'0' * 30}.{'0' * 17}1"),
        (f"{'9' * 30}.{'9' * 18}", f"{'9' * 30}.{'9' * 18}"),
    ],
)
def test_texts_sort_as_their_numbers_do_and_what_is_finer_is_rounded_up(number, text):
    assert sortable(Decimal(number)) == text


@pytest.mark.parametrize("number", ["-1E-18", "-1", "1E30", f"{'9' * 30}.{'9' * 19}"])
def test_what_is_negative_or_too_large_can_not_be_sorted(number):
    told = "^not a number that can be sorted as text$"
    with pytest.raises(ValueError, match=told):
        sortable(Decimal(number))


@pytest.mark.parametrize(
    ("numbers", "middle"),
    [
        ([5], 5),
        ([1, 9], 5),
        ([9, 1, 2], 2),
        ([1, 2, 4, 9], 3),
        ([1, 2, 3, 8, 9], 3),
        ([1, 2, 3, 5, 8, 9], 4),
        ([1, 2, 3, 4, 8, 9, 9], 4),
    ],
)
def test_as_many_lie_below_the_median_as_above(numbers, middle):
    assert median(Decimal(number) for number in numbers) == middle


@pytest.mark.parametrize(
    ("number", "floor", "near", "ceiling"),
    [
        ("7.5", 5, 10, 10),
        ("7.4", 5, 5, 10),
        ("-7.5", -10, -10, -5),
        ("10", 10, 10, 10),
        ("0", 0, 0, 0),
    ],
)
def test_a_multiple_lies_below_near_or_above(number, floor, near, ceiling):
    multiples = [
        of(Decimal(number), Decimal(5)) for of in (floor_to, nearest, ceiling_to)
    ]
    assert multiples == [floor, near, ceiling]


def test_a_multiple_of_many_digits_is_exact():
    number = Decimal(f"{'9' * 40}.{'9' * 40}")
    assert str(floor_to(number, Decimal("1E-30"))) == f"{'9' * 40}.{'9' * 30}"
    assert str(round_to(number, 40)) == str(number)


@pytest.mark.parametrize(
    ("number", "by", "decimals", "result"),
    [
        ("1", "8", 2, "0.13"),
        ("-1", "8", 2, "-0.13"),
        ("1", "3", 40, f"0.{'3' * 40}"),
        ("5", "2", 0, "3"),
    ],
)
def test_a_quotient_is_rounded_half_up(number, by, decimals, result):
    assert str(quotient(Decimal(number), Decimal(by), decimals)) == result


@pytest.mark.parametrize(
    ("raw", "number"),
    [
        (" 1.5 ", "1.5"),
        (Decimal("1E+14"), "1" + "0" * 14),
        (Decimal("1E-18"), "0." + "0" * 17 + "1"),
        ("-" + "9" * 15 + "." + "9" * 18, "-" + "9" * 15 + "." + "9" * 18),
        ("1." + "1" * 18 + "0" * 44, "1." + "1" * 18 + "0" * 44),
        ("-" + "9" * 15 + "." + "1" * 18 + "0", "-" + "9" * 15 + "." + "1" * 18 + "0"),
        (".5", "0.5"),
        ("-0", "-0"),
        (7, "7"),
    ],
)
def test_a_number_may_fill_its_places(raw, number):
    assert format(read_number(raw), "f") == number


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (True, "any-number"),
        (None, "any-number"),
        ("1." + "1" * 18 + "0" * 45, "any-size"),
        ("-" + "1" * 16, "any-size"),
        (Decimal("1E+15"), "any-size"),
        (Decimal("1E-19"), "any-size"),
        (Decimal("1E+64"), "any-size"),
        (Decimal("1E+65"), "any-size"),
    ],
)
def test_beyond_its_places_there_is_no_number(raw, rule):
    with pytest.raises(Unreadable) as refused:
        read_number(raw)
    assert refused.value.rule == str(refused.value) == rule
