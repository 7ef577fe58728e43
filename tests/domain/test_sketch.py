"""Where the marks of the level ladder stand."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.domain.test_levels import ISOLATED, LONG, ladder
from trades.domain.levels import Kind, Level
from trades.domain.sketch import Mark, marks

TRIGGERED = {
    "position.order_type": "conditional",
    "position.conditional.price.value": "59000",
    "position.conditional.order_type": "limit",
}


def at(*prices: str | None) -> list[Mark]:
    """Entries at these prices, highest first."""
    found = [Level(Kind.ENTRY, price and Decimal(price)) for price in prices]
    return marks(found)


def test_every_kind_has_its_letter_from_the_lowest_price_up():
    found = marks(ladder(LONG | ISOLATED | TRIGGERED).levels)
    assert [(mark.kind, mark.letter) for mark in found] == [
        ("liquidation", "L"),
        ("stop", "S"),
        ("trigger", "C"),
        ("entry", "E"),
        ("target", "T1"),
        ("target", "T2"),
    ]


def test_a_mark_lies_where_its_price_lies_between_the_ends():
    assert [mark.x for mark in at("4", "3", "2", "1")] == [14, 105, 195, 286]


def test_half_a_pixel_goes_to_the_right():
    assert [mark.x for mark in at("544", "1", "0")] == [14, 15, 286]


@pytest.mark.parametrize(
    ("prices", "rows"),
    [
        (("272", "246", "0"), [18, 18, 18]),
        (("272", "26", "0"), [18, 18, 18]),
        (("272", "25", "0"), [18, 58, 18]),
        (("272", "2", "1", "0"), [18, 58, 8, 18]),
        (("272", "3", "2", "1", "0"), [18, 58, 8, 18, 18]),
    ],
)
def test_letters_that_would_touch_stand_above_and_below_in_turn(prices, rows):
    assert [mark.y for mark in at(*prices)] == rows


def test_what_has_no_price_has_no_mark():
    assert len(at("2", None, "1")) == 2
    assert at("2", None) == at("2", "2") == at() == []
