"""What happens at which price, and what it gains or loses."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.domain import ladder_words, levels, sketch
from trades.domain.facts import MarketFacts
from trades.domain.levels import Kind
from trades.domain.reading import read, read_json

DATA = Path(__file__).parent.parent / "data"
CASES = [
    json.loads(line, parse_float=Decimal)
    for line in (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
SPOT = MarketFacts(rates={"instrumentKind": "spot", "ask": "61000", "bid": "60990"})
LONG = {
    "pair": "USDT_BTC",
    "trade_type": "smart_trade",
    "position.order_type": "limit",
    "position.units.value": "0.01",
    "position.price.value": "60000",
    "take_profit.enabled": "true",
    "take_profit.steps.0.volume": "50",
    "take_profit.steps.0.price.value": "66000",
    "take_profit.steps.1.volume": "50",
    "take_profit.steps.1.price.value": "69000",
    "stop_loss.enabled": "true",
    "stop_loss.conditional.price.value": "58000",
}
SHORT = LONG | {
    "trade_type": "smart_cover",
    "take_profit.steps.0.price.value": "54000",
    "take_profit.steps.1.price.value": "51000",
    "stop_loss.conditional.price.value": "62000",
}
BREAKEVEN = {"stop_loss.breakeven": "true"}
ISOLATED = {
    "leverage.enabled": "true",
    "leverage.type": "isolated",
    "leverage.value": "3",
}


def ladder(typed, facts=SPOT):
    return levels.build(read(typed), facts)


def told(typed, facts=SPOT) -> list[str]:
    ticket = read(typed)
    return [
        line.words
        for line in ladder_words.lines(levels.build(ticket, facts), ticket, facts)
    ]


def results(typed, facts=SPOT) -> dict[str, str]:
    ticket = read(typed)
    found = ladder_words.results(levels.build(ticket, facts), ticket, facts)
    return {result.name: result.money for result in found}


def without(typed, *paths):
    return {path: text for path, text in typed.items() if path not in paths}


@pytest.mark.parametrize("typed", [LONG, SHORT], ids=["long", "short"])
def test_levels_stand_highest_first_with_what_they_gain(typed):
    found = ladder(typed)
    prices = [level.price for level in found.levels]
    assert prices == sorted(prices, reverse=True)
    assert [found.targets[n].gain for n in (0, 1)] == [30, 45]
    assert [found.targets[n].r for n in (0, 1)] == [3, Decimal("4.5")]
    assert (found.stop.gain, found.best, found.worst) == (-20, 75, -20)
    assert found.total == 600


def test_each_level_is_told_in_words():
    assert told(LONG | BREAKEVEN) == [
        "at 69,000: sells 50 %, +45.00 USDT",
        "at 66,000: sells 50 %, +30.00 USDT, the stop moves to the entry",
        "at 60,000: buys 0.01 BTC with a limit order",
        "at 58,000: sells all that is left at market, −20.00 USDT",
    ]
    assert (
        told(SHORT)[0] == "at 62,000: buys back all that is left at market, −20.00 USDT"
    )


def test_the_likely_result_is_the_first_target_and_then_the_stop():
    assert results(LONG) == {
        "Best": "+75.00 USDT",
        "Likely": "+20.00 USDT",  # 30 gained, then half of 20 lost
        "Worst": "−20.00 USDT",
    }
    assert results(LONG | BREAKEVEN)["Likely"] == "+30.00 USDT"


@pytest.mark.parametrize(
    ("target", "likely"), [("60500", "+5.00 USDT"), ("66000", "−20.00 USDT")]
)
def test_with_one_target_the_nearer_level_is_the_likely_one(target, likely):
    one = {path: text for path, text in LONG.items() if ".steps.1." not in path}
    one |= {"take_profit.steps.0.volume": "100"}
    one |= {"take_profit.steps.0.price.value": target}
    assert results(one)["Likely"] == likely


def test_without_a_stop_the_worst_is_said():
    bare = LONG | {"stop_loss.enabled": "false"}
    assert results(bare)["Worst"] == "−600.00 USDT"
    assert results(SHORT | {"stop_loss.enabled": "false"})["Worst"] == "no bound"


def test_isolated_leverage_shows_a_rough_liquidation_and_the_margin():
    found = ladder(LONG | ISOLATED)
    assert found.levels[-1].kind is Kind.LIQUIDATION
    assert (found.levels[-1].price, found.margin) == (40000, 200)
    assert "rough, before fees" in told(LONG | ISOLATED)[-1]
    assert ladder(SHORT | ISOLATED).levels[0].price == 80000
    assert Kind.LIQUIDATION not in {
        level.kind
        for level in ladder(LONG | ISOLATED | {"leverage.type": "cross"}).levels
    }


def test_where_the_exchange_closes_it_first_the_margin_is_at_stake():
    far = LONG | ISOLATED | {"stop_loss.conditional.price.value": "30000"}
    assert results(far)["Worst"] == "about −200.00 USDT"
    none = LONG | ISOLATED | {"stop_loss.enabled": "false"}
    assert results(none)["Worst"] == "about −200.00 USDT"
    assert results(LONG | ISOLATED)["Worst"] == "−20.00 USDT"


def test_a_limit_stop_loses_to_its_limit_price():
    limit = {"stop_loss.order_type": "limit", "stop_loss.price.value": "57000"}
    assert ladder(LONG | limit).stop.gain == -30
    assert ladder(LONG | limit).targets[0].r == 3  # by the stop price, as the rules
    better = limit | {"stop_loss.price.value": "58500"}
    assert ladder(LONG | better).stop.gain == -20


@pytest.mark.parametrize(
    "wrong",
    [
        {"stop_loss.conditional.price.value": "61000"},
        {"take_profit.steps.0.price.value": "59000"},
    ],
)
def test_an_exit_on_the_wrong_side_has_no_best_or_worst(wrong):
    assert results(LONG | wrong) == {"Best": "not clear"}
    assert "Worst" in results(LONG | wrong | {"trade_type": "smart_sell"})


def test_what_hangs_on_the_market_is_about():
    assert results(LONG | {"position.order_type": "market"})["Best"] == (
        "about +65.00 USDT"
    )


def test_a_percentage_counts_from_the_entry():
    percent = {"take_profit.steps.0.price.percent": "10"}
    typed = without(LONG, "take_profit.steps.0.price.value") | percent
    assert ladder(typed).targets[0].price == 66000


def test_a_market_entry_counts_from_the_market():
    found = ladder(LONG | {"position.order_type": "market"})
    assert found.entry == 61000
    assert ladder(LONG | {"position.order_type": "market"}, MarketFacts()).entry is None


def test_a_trailing_entry_has_percentages_and_no_prices():
    typed = LONG | {
        "position.order_type": "conditional",
        "position.conditional.price.value": "60000",
        "position.conditional.order_type": "market",
        "position.conditional.trailing.enabled": "true",
        "position.conditional.trailing.percent": "1",
        "take_profit.steps.0.price.percent": "9",
        "stop_loss.conditional.price.percent": "3",
    }
    found = ladder(typed)
    assert found.targets[0].price is None
    assert (found.targets[0].percent, found.targets[0].r) == (9, 3)
    assert found.best is None
    assert "where that is, nobody knows yet" in " ".join(told(typed))


def test_an_open_position_counts_from_where_it_was_opened():
    typed = LONG | {"trade_type": "smart_sell"}
    assert ladder(typed).targets[0].gain == 30
    assert "at 60,000: the open long of 0.01 BTC counts from here" in told(typed)


def test_on_an_inverse_market_there_is_no_money_but_the_distance():
    facts = MarketFacts(rates={"instrumentKind": "inverse_futures"})
    found = ladder(LONG, facts)
    assert found.targets[0].gain is None
    assert found.targets[0].percent == 10
    assert results(LONG, facts) == {}


@pytest.mark.parametrize("path", [p for p in LONG if p != "pair"])
def test_a_half_filled_ticket_shows_what_is_known(path):
    told(without(LONG, path))
    results(without(LONG, path))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_no_case_of_the_book_breaks_the_ladder(case):
    ticket, facts = read_json(case["input"]), MarketFacts(**case.get("context", {}))
    found = levels.build(ticket, facts)
    lines = ladder_words.lines(found, ticket, facts)
    assert len(lines) == len(found.levels)
    assert all(line.words for line in lines)
    ladder_words.results(found, ticket, facts)
    assert len(sketch.marks(found.levels)) <= len(found.levels)


@given(st.lists(st.integers(1, 10**9), min_size=2, max_size=9, unique=True))
def test_marks_stand_in_order_and_inside_the_drawing(prices):
    found = [
        levels.Level(Kind.TARGET, Decimal(price), number=0)
        for price in sorted(prices, reverse=True)
    ]
    marks = sketch.marks(found)
    places = [mark.x for mark in marks]
    assert places == sorted(places)
    assert 0 < places[0] < places[-1] < sketch.WIDTH


def test_one_price_alone_is_no_drawing():
    assert sketch.marks([levels.Level(Kind.ENTRY, Decimal(1))]) == []


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("30", "+30.00"),
        ("-20.5", "−20.50"),
        ("0", "0.00"),
        ("1234567.891", "+1,234,567.891"),
        ("0.123456789", "about +0.12345679"),
    ],
)
def test_money_has_its_sign_and_says_when_it_was_rounded(amount, text):
    assert ladder_words.money(Decimal(amount), signed=True) == text
