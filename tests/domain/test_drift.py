"""How far the market has moved."""

from __future__ import annotations

import pytest

from trades.domain.drift import drift


@pytest.mark.parametrize(
    ("then", "now", "moved", "notable"),
    [
        ("61204.10", "61510.00", "+0.50 %", False),
        ("100", "99", "−1.00 %", True),
        ("100", "100.996", "+1.00 %", True),
        ("0.00001", "0.00002", "+100.00 %", True),
    ],
)
def test_it_is_told_in_percent(then, now, moved, notable):
    found = drift({"ask": then}, {"ask": now}, is_long=True)
    assert (found.moved, found.is_notable) == (moved, notable)


def test_a_short_goes_by_the_bid():
    prices = {"ask": "1", "bid": "2"}
    assert drift(prices, {"ask": "1", "bid": "3"}, is_long=False).moved == "+50.00 %"


@pytest.mark.parametrize("then", [{}, {"ask": None}, {"ask": "0"}, {"ask": "NaN"}])
def test_what_is_not_known_is_no_drift(then):
    assert drift(then, {"ask": "1"}, is_long=True) is None
    assert drift({"ask": "1"}, {}, is_long=True) is None


def test_a_market_that_stands_still_is_told_with_a_plus():
    assert drift({"ask": "5"}, {"ask": "5.00"}, is_long=True).moved == "+0.00 %"


def test_both_prices_are_shown_as_they_came():
    found = drift({"bid": "61204.10"}, {"bid": "61510.00"}, is_long=False)
    assert (found.name, found.then, found.now) == ("bid", "61,204.10", "61,510.00")


def test_half_a_hundredth_is_rounded_up_and_one_percent_is_notable():
    found = drift({"ask": "100"}, {"ask": "100.995"}, is_long=True)
    assert (found.moved, found.is_notable) == ("+1.00 %", True)
    assert drift({"ask": "-1"}, {"ask": "1"}, is_long=True) is None
