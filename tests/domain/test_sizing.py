"""Amounts from a total or a risk, shares, and levels by multiples of the risk."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.domain.test_levels import LONG, SHORT, without
from trades.domain import sizing
from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.reading import read

FACTS = MarketFacts(
    rates={"instrumentKind": "spot", "lotStep": "0.001", "priceStep": "0.5"}
)
MONEY = st.decimals("0.01", "1000000", places=2)


@given(MONEY, st.sampled_from([LONG, SHORT]))
def test_a_size_never_costs_or_risks_more_and_one_step_more_would(money, typed):
    ticket = read(typed)
    for of, each in ((sizing.units_for_total, 60000), (sizing.units_for_risk, 2000)):
        try:
            units = of(ticket, FACTS, money)
        except Skip:
            assert money < each * Decimal("0.001")
            continue
        assert units % Decimal("0.001") == 0
        assert units * each <= money < (units + Decimal("0.001")) * each


def test_the_size_of_a_risk_is_told_for_both_sides():
    for typed in (LONG, SHORT):
        assert sizing.units_for_risk(read(typed), FACTS, Decimal(50)) == Decimal(
            "0.025"
        )
        assert sizing.risk(read(typed), FACTS) == 20
        assert sizing.total(read(typed), FACTS) == 600


@pytest.mark.parametrize(
    "typed",
    [
        without(LONG, "position.price.value"),
        LONG | {"stop_loss.conditional.price.value": "60000"},
        LONG | {"stop_loss.conditional.price.value": "61000"},
    ],
)
def test_without_a_risk_there_is_no_size_by_it(typed):
    with pytest.raises(Skip):
        sizing.units_for_risk(read(typed), FACTS, Decimal(50))


@given(st.integers(1, 8))
def test_shares_make_100(count):
    shares = sizing.split_evenly(count)
    assert sum(shares) == 100
    assert len(set(shares[:-1])) <= 1
    assert max(shares) - min(shares) < Decimal("0.1")


def test_the_rest_is_what_is_left_or_nothing():
    assert sizing.rest([Decimal("33.3"), Decimal(50)]) == Decimal("16.7")
    with pytest.raises(Skip):
        sizing.rest([Decimal(60), Decimal(40)])


def test_targets_by_the_risk_lie_on_the_gaining_side():
    assert sizing.price_at_r(read(LONG), FACTS, 2) == 64000
    assert sizing.price_at_r(read(SHORT), FACTS, 2) == 56000


@given(st.decimals("0.01", "99", places=2))
def test_a_price_by_percent_is_on_the_tick_and_leads_back(percent):
    for typed in (LONG, SHORT):
        for gaining in (True, False):
            ticket = read(typed)
            price = sizing.price_at_percent(ticket, FACTS, percent, gaining=gaining)
            assume(price > 0)
            assert price % Decimal("0.5") == 0
            back = sizing.percent_at_price(ticket, FACTS, price, gaining=gaining)
            assert abs(back - percent) <= Decimal("0.01")


def test_a_limit_stop_risks_to_its_limit_price():
    limit = {"stop_loss.order_type": "limit", "stop_loss.price.value": "57000"}
    assert sizing.risk(read(LONG | limit), FACTS) == 30
    assert sizing.units_for_risk(read(LONG | limit), FACTS, Decimal(30)) == (
        Decimal("0.01")
    )


def test_contracts_count_by_their_multiple_of_the_base():
    contracts = {"instrumentKind": "linear_futures", "quanto_multiplier": "0.01"}
    facts = MarketFacts(rates=contracts)
    assert sizing.total(read(LONG), facts) == 6
    assert sizing.risk(read(LONG), facts) == Decimal("0.2")
    assert sizing.units_for_total(read(LONG), facts, Decimal(12)) == Decimal("0.02")
    assert sizing.units_for_risk(read(LONG), facts, Decimal(1)) == Decimal("0.05")


def test_a_market_order_counts_from_the_markets_price():
    facts = MarketFacts(rates={"instrumentKind": "spot", "ask": "61000"})
    typed = read(LONG | {"position.order_type": "market"})
    assert (sizing.total(typed, facts), sizing.risk(typed, facts)) == (610, 30)
    assert sizing.units_for_total(typed, facts, Decimal(6100)) == Decimal("0.1")
    assert sizing.units_for_risk(typed, facts, Decimal(300)) == Decimal("0.1")


def test_no_digit_of_a_large_total_or_risk_is_lost():
    units = "123456789012345.123456789012345678"
    typed = read(
        LONG | {"position.units.value": units, "position.price.value": "60000.001"}
    )
    digits = int(units.replace(".", ""))
    total, risk = sizing.total(typed, FACTS), sizing.risk(typed, FACTS)
    assert str(total).replace(".", "") == str(digits * 60000001)
    assert str(risk).replace(".", "") == str(digits * 2000001)


@pytest.mark.parametrize("unknown", ["0", "-1", None])
def test_without_a_step_every_decimal_that_exchanges_count_may_stand(unknown):
    facts = MarketFacts(rates={"lotStep": unknown, "priceStep": unknown})
    assert sizing.lot_step(facts) == sizing.tick(facts) == Decimal("0.00000001")


def test_a_multiple_of_the_risk_counts_from_the_markets_price():
    facts = MarketFacts(rates={"instrumentKind": "spot", "ask": "61000"})
    typed = read(LONG | {"position.order_type": "market"})
    assert sizing.price_at_r(typed, facts, 2) == 67000
