"""Beside what was typed stands what follows from it."""

from __future__ import annotations

import pytest

from tests.domain.test_levels import LONG, SHORT, without
from trades.domain.aids import RISK, TOTAL
from trades.domain.facts import MarketFacts
from trades.domain.linked import MASTER, linked
from trades.domain.reading import read
from trades.domain.reference import STOP_PERCENT, STOP_PRICE

FACTS = MarketFacts(
    rates={"instrumentKind": "spot", "lotStep": "0.001", "priceStep": "0.5"}
)


def told(typed, facts=FACTS) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for value in linked(read(typed), facts, typed):
        found.setdefault(value.path, []).append(value.text)
    return found


def fixes(typed, facts=FACTS) -> dict[str, dict[str, str]]:
    found = linked(read(typed), facts, typed)
    return {v.path: dict(v.fix.changes) for v in found if v.fix}


def test_the_amount_shows_its_total_and_its_risk():
    assert told(LONG)[TOTAL] == ["= 600.00 USDT for the amount"]
    assert told(LONG)[RISK] == ["= 20.00 USDT for the amount"]
    assert fixes(LONG) == {}


def test_a_total_and_a_risk_offer_the_amount_rounded_down_to_the_step():
    typed = LONG | {TOTAL: "777", RISK: "50.9"}
    assert fixes(typed) == {
        TOTAL: {"position.units.value": "0.012"},
        RISK: {"position.units.value": "0.025"},
    }
    labels = [v.fix.label for v in linked(read(typed), FACTS, typed) if v.fix]
    assert labels == ["Use 0.012 BTC", "Use 0.025 BTC"]
    assert told(typed)[RISK][1] == "rounded down to steps of 0.001"


def test_an_amount_that_is_the_asked_one_offers_nothing():
    assert fixes(LONG | {TOTAL: "600"}) == {}


def test_what_is_missing_for_a_size_is_said():
    bare = without(LONG, "position.price.value") | {TOTAL: "600", RISK: "x"}
    assert told(bare)[TOTAL] == ["no amount yet: it takes the entry's price"]
    assert told(bare)[RISK] == ["not a number such as 600.50; it is not used"]
    no_stop = LONG | {"stop_loss.enabled": "false", RISK: "5"}
    assert told(no_stop)[RISK] == [
        "no amount yet: it takes the entry's price, and a stop that loses"
    ]


def test_where_the_entry_trails_no_amount_is_known():
    trailing = without(LONG, "position.price.value") | {
        "position.order_type": "conditional",
        "position.conditional.order_type": "market",
        "position.conditional.price.value": "60000",
        "position.conditional.trailing.enabled": "true",
        "position.conditional.trailing.percent": "1",
        TOTAL: "600",
    }
    assert told(trailing) == {
        TOTAL: ["no amount: the entry trails, so its price is not known"]
    }


def test_the_percentage_of_a_market_order_counts_from_the_markets_price():
    target = "take_profit.steps.0.price"
    typed = without(LONG, "position.price.value", f"{target}.value") | {
        "position.order_type": "market",
        f"{target}.percent": "10",
    }
    facts = MarketFacts(rates={**FACTS.rates, "ask": "50000"})
    assert told(typed, facts)[f"{target}.value"] == ["= 55,000"]
    assert told(typed, facts)[f"{target}.percent"] == [MASTER]


def test_beside_a_price_stands_the_percentage_and_the_typed_one_is_marked():
    assert told(LONG)[STOP_PRICE] == [MASTER]
    assert told(LONG)[STOP_PERCENT] == ["= 3.33 %, rounded"]
    assert told(SHORT)["take_profit.steps.0.price.percent"] == ["= 10 %"]


def test_beside_a_percentage_stands_the_price_on_the_tick():
    typed = without(LONG, STOP_PRICE) | {STOP_PERCENT: "3.33"}
    assert told(typed)[STOP_PRICE] == ["= 58,002"]
    typed |= {STOP_PERCENT: "3.331"}
    assert told(typed)[STOP_PRICE] == ["= 58,001.5, rounded to steps of 0.5"]


def test_a_level_on_the_wrong_side_has_a_sign():
    typed = LONG | {STOP_PRICE: "66000"}
    assert told(typed)[STOP_PERCENT] == ["= −10 %"]


def test_neither_or_both_show_nothing():
    both = LONG | {STOP_PERCENT: "3"}
    assert STOP_PRICE not in told(both)
    assert STOP_PRICE not in told(without(LONG, STOP_PRICE))


def test_a_timeout_with_units_is_shown_in_seconds():
    path = "stop_loss.timeout.value"
    on = LONG | {"stop_loss.timeout.enabled": "true"}
    assert told(on | {path: "1m30s"})[path] == ["= 90 s"]
    assert path not in told(on | {path: "90"})


TARGET = "take_profit.steps.0.price"


@pytest.mark.parametrize(
    ("typed", "path", "price", "percent"),
    [
        (LONG, STOP_PRICE, "57,000", "5 %"),
        (LONG, f"{TARGET}.value", "63,000", "5 %"),
        (LONG, f"{TARGET}.value", "60,300", "0.5 %"),
        (SHORT, STOP_PRICE, "63,000", "5 %"),
        (SHORT, f"{TARGET}.value", "57,000", "5 %"),
    ],
)
def test_price_and_percentage_stand_for_each_other(typed, path, price, percent):
    beside = path.replace("value", "percent")
    by_price = typed | {path: price.replace(",", "")}
    assert told(by_price)[beside] == [f"= {percent}"]
    by_percent = without(typed, path) | {beside: percent.removesuffix(" %")}
    assert told(by_percent)[path] == [f"= {price}"]


def test_a_level_at_the_entry_has_no_sign():
    assert told(LONG | {f"{TARGET}.value": "60000"})[f"{TARGET}.percent"] == ["= 0 %"]


def test_a_price_counts_from_the_markets_price_too():
    typed = LONG | {"position.order_type": "market", "position.price.value": ""}
    facts = MarketFacts(rates={**FACTS.rates, "ask": "55000"})
    assert told(typed, facts)[f"{TARGET}.percent"] == ["= 20 %"]
    assert told(typed, facts)[TOTAL] == ["= 550.00 USDT for the amount"]


def test_the_entry_may_be_less_than_one():
    typed = LONG | {"position.price.value": "0.5", f"{TARGET}.value": "0.6"}
    assert told(typed)[f"{TARGET}.percent"] == ["= 20 %"]


def test_what_the_form_did_not_say_is_shown_too():
    typed = {"trade_type": "smart_trade", "stop_loss.enabled": "true"}
    timed = {"stop_loss.timeout.enabled": "true", "stop_loss.timeout.value": "90"}
    (line,) = linked(read(typed | timed), FACTS, {})
    assert (line.path, line.text) == ("stop_loss.timeout.value", "= 90 s")


def test_without_a_pair_a_total_has_no_currency():
    assert told(without(LONG, "pair"))[TOTAL] == ["= 600.00 for the amount"]


def test_beside_an_entry_at_0_nothing_is_reckoned():
    free = told(LONG | {"position.price.value": "0"})
    assert not free.keys() & {STOP_PRICE, STOP_PERCENT}
