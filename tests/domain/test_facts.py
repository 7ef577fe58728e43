"""What is known of account and market, out of what anybody may hand in."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trades.domain.facts import MarketFacts, read_fact
from trades.domain.findings import Skip

CONTEXT = {
    "account": {"is_locked": True},
    "pairs": ["USDT_BTC"],
    "rates": {"bid": "1"},
    "leverage_data": [{"code": "cross"}, "nonsense"],
}


def test_a_context_is_read_part_by_part():
    assert MarketFacts.read(CONTEXT) == MarketFacts(
        account={"is_locked": True},
        pairs=["USDT_BTC"],
        rates={"bid": "1"},
        leverage_data=[{"code": "cross"}],
    )


def test_an_empty_list_is_known_to_be_empty():
    empty = MarketFacts.read({"pairs": [], "leverage_data": []})
    assert (empty.pairs, empty.leverage_data) == ([], [])


@pytest.mark.parametrize("context", [None, [], "x", dict.fromkeys(CONTEXT, 5), {}])
def test_what_has_another_shape_is_not_known(context):
    assert MarketFacts.read(context) == MarketFacts()


@pytest.mark.parametrize("value", ["1", None, 0])
def test_a_flag_is_a_yes_or_a_no_and_nothing_else(value):
    assert MarketFacts(account={"is_locked": False}).flag("is_locked") is False
    with pytest.raises(Skip):
        MarketFacts(account={"is_locked": value}).flag("is_locked")


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("1" * 60, Decimal("1" * 60)),
        ("1" * 61, None),
        ("1E-60", Decimal("1E-60")),
        ("1E-61", None),
        ("0." + "0" * 40 + "1" * 30, None),
        ("1E60", Decimal("1E60")),
        ("1E61", None),
        ("12E60", None),
        ("0.5", Decimal("0.5")),
        (7, Decimal(7)),
        (Decimal("1.50"), Decimal("1.50")),
        (0.5, None),
        (True, None),
        ([], None),
    ],
)
def test_a_number_of_more_than_sixty_digits_is_no_fact(value, number):
    assert read_fact(value) == number


def test_a_step_is_above_zero():
    assert MarketFacts(rates={"lotStep": "1"}).step("lotStep") == 1
    for wrong in ("0", "-1", None):
        with pytest.raises(Skip):
            MarketFacts(rates={"lotStep": wrong}).step("lotStep")


@pytest.mark.parametrize(
    ("entry", "fixed"),
    [
        ({"code": "cross", "can_set_leverage_value": False}, True),
        ({"code": "cross", "can_set_leverage_value": True}, False),
        ({"code": "cross", "can_set_leverage_value": 0}, False),
        ({"code": "isolated", "can_set_leverage_value": False}, False),
    ],
)
def test_the_exchange_fixes_leverage_where_it_says_so(entry, fixed):
    assert MarketFacts(leverage_data=[entry]).fixes_leverage("cross") is fixed
    assert MarketFacts().fixes_leverage("cross") is False
    assert MarketFacts(leverage_data=[entry | {"code": 5}]).fixes_leverage(5) is False
