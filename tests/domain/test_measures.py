"""How large an order is and what it may lose."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trades.domain import reading
from trades.domain.facts import MarketFacts
from trades.domain.measures import measure

LONG = {
    "account_id": "1",
    "pair": "USDT_BTC",
    "trade_type": "smart_trade",
    "position.order_type": "limit",
    "position.units.value": "0.01",
    "position.price.value": "60000",
    "take_profit.enabled": "true",
    "take_profit.steps.0.order_type": "limit",
    "take_profit.steps.0.volume": "100",
    "take_profit.steps.0.price.value": "66000",
    "stop_loss.enabled": "true",
    "stop_loss.order_type": "market",
    "stop_loss.conditional.price.value": "58000",
}
SHORT = {
    "trade_type": "smart_cover",
    "take_profit.steps.0.price.value": "54000",
    "stop_loss.conditional.price.value": "62000",
}
NO_STOP = {"stop_loss.enabled": "false"}
ISOLATED = {
    "leverage.enabled": "true",
    "leverage.type": "isolated",
    "leverage.value": "50",
}


def measured(**changes: dict[str, str]):
    typed = dict(LONG)
    for change in changes.values():
        typed |= change
    return measure(reading.read(typed), MarketFacts())


@pytest.mark.parametrize("changes", [{}, SHORT], ids=["long", "short"])
def test_an_order_with_a_stop_may_lose_what_the_stop_loses(changes):
    found = measured(changes=changes)
    assert found.size == Decimal("0.01")
    assert (found.value, found.planned_loss) == (600, 20)
    assert found.planned_r == 3
    assert found.side == ("sell" if changes else "buy")


def test_a_long_without_a_stop_may_lose_all_and_of_a_short_nobody_can_say():
    assert measured(stop=NO_STOP).planned_loss == 600
    assert measured(short=SHORT, stop=NO_STOP).planned_loss is None
    assert measured(stop=NO_STOP).planned_r is None


def test_margin_that_goes_first_is_what_is_lost():
    assert measured(leverage=ISOLATED).planned_loss == 12


def test_a_stop_that_gains_loses_nothing():
    above = {"stop_loss.conditional.price.value": "61000"}
    found = measured(stop=above)
    assert (found.planned_loss, found.planned_r) == (0, None)


def test_a_type_without_entry_puts_nothing_new_at_stake():
    found = measured(sell={"trade_type": "smart_sell"}, stop=NO_STOP)
    assert found.planned_loss == 0


def test_a_market_order_is_worth_what_nobody_knows_yet():
    at_market = {"position.order_type": "market", "position.price.value": ""}
    found = measured(market=at_market)
    assert (found.value, found.planned_loss) == (None, None)


def test_the_currency_is_the_pairs_where_the_market_is_known():
    found = measure(reading.read(LONG), MarketFacts(rates={"instrumentKind": "spot"}))
    assert found.quote == "USDT"
    assert measured().quote == ""


def test_an_amount_that_can_not_be_read_is_no_size():
    assert measured(units={"position.units.value": ""}).size is None


def test_where_the_stop_comes_before_the_liquidation_it_is_the_loss():
    isolated = ISOLATED | {"leverage.value": "5"}
    assert measured(leverage=isolated).planned_loss == 20


@pytest.mark.parametrize(
    ("target", "multiple"),
    [("60000", 0), ("60010", Decimal("0.01")), ("59000", None), ("", None)],
)
def test_what_the_targets_bring_is_a_multiple_of_the_loss(target, multiple):
    changes = {"take_profit.steps.0.price.value": target}
    assert measured(target=changes).planned_r == multiple
