"""The level ladder word by word."""

from __future__ import annotations

from dataclasses import astuple
from decimal import Decimal

import pytest

from tests.domain.test_levels import BREAKEVEN, ISOLATED, LONG, SHORT, SPOT, without
from trades.domain import ladder_words, levels
from trades.domain.facts import MarketFacts
from trades.domain.findings import Skip
from trades.domain.reading import read

ONE = without(LONG, "take_profit.steps.1.volume", "take_profit.steps.1.price.value") | {
    "take_profit.steps.0.volume": "100"
}
NO_STOP = {"stop_loss.enabled": "false"}
AT_TRIGGER = {
    "position.order_type": "conditional",
    "position.conditional.price.value": "59000",
    "position.conditional.order_type": "limit",
}
TRAILING_ENTRY = AT_TRIGGER | {
    "position.conditional.order_type": "market",
    "position.conditional.trailing.enabled": "true",
    "position.conditional.trailing.percent": "1",
    "stop_loss.conditional.price.percent": "3",
    "take_profit.steps.0.price.percent": "9",
}
LIMIT_STOP = {
    "stop_loss.order_type": "limit",
    "stop_loss.price.value": "57000",
    "stop_loss.timeout.enabled": "true",
    "stop_loss.timeout.value": "90",
}
TRAILING_EXITS = {
    "stop_loss.conditional.trailing.enabled": "true",
    "take_profit.steps.1.trailing.enabled": "true",
    "take_profit.steps.1.trailing.percent": "0.5",
}


def lines(typed, facts=SPOT) -> dict[str, str]:
    ticket = read(typed)
    found = ladder_words.lines(levels.build(ticket, facts), ticket, facts)
    return {n.name: " | ".join(astuple(n)) for n in found}


def results(typed, facts=SPOT) -> list[tuple[str, str, str]]:
    ticket = read(typed)
    found = ladder_words.results(levels.build(ticket, facts), ticket, facts)
    return [(n.name, n.money, n.when) for n in found]


def test_a_long_stands_from_the_highest_target_down_to_its_stop():
    assert list(lines(LONG).values()) == [
        "target | Target 2 | +15 % | at 69,000: sells 50 %, +45.00 USDT | 4.5R",
        "target | Target 1 | +10 % | at 66,000: sells 50 %, +30.00 USDT | 3R",
        "entry | Entry |  | at 60,000: buys 0.01 BTC with a limit order | ",
        "stop | Stop | −3.33 % | at 58,000: sells all that is left at market, "
        "−20.00 USDT | ",
    ]


def test_a_short_stands_the_other_way_round():
    assert list(lines(SHORT | BREAKEVEN).values()) == [
        "stop | Stop | +3.33 % | at 62,000: buys back all that is left at market, "
        "−20.00 USDT | ",
        "entry | Entry |  | at 60,000: sells 0.01 BTC with a limit order | ",
        "target | Target 1 | −10 % | at 54,000: buys back 50 %, +30.00 USDT, the stop "
        "moves to the entry | 3R",
        "target | Target 2 | −15 % | at 51,000: buys back 50 %, +45.00 USDT | 4.5R",
    ]


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        (
            AT_TRIGGER,
            "trigger | Trigger | −1.67 % | at 59,000: places the entry order | ",
        ),
        (
            TRAILING_ENTRY,
            "trigger | Trigger |  | at 59,000: begins to follow the price | ",
        ),
        (
            TRAILING_ENTRY,
            "entry | Entry |  | buys 0.01 BTC at market, once the price has turned; "
            "where that is, nobody knows yet | ",
        ),
        (TRAILING_ENTRY, "target | Target 1 | +9 % | sells 50 % | 3R"),
        (TRAILING_ENTRY, "target | Target 2 |  | sells 50 % | "),
        (
            LIMIT_STOP,
            "stop | Stop | −3.33 % | at 58,000: sells all that is left with a limit "
            "order at 57,000, after 90 s beyond it, −30.00 USDT | ",
        ),
        (
            TRAILING_EXITS,
            "target | Target 2 | +15 % | at 69,000: sells 50 % once the price has "
            "turned back by 0.5 %, +45.00 USDT | 4.5R",
        ),
        (
            TRAILING_EXITS,
            "stop | Stop | −3.33 % | at 58,000: sells all that is left at market, and "
            "follows the price until then, −20.00 USDT | ",
        ),
        (
            ISOLATED,
            "liquidation | Liquidation | −33.33 % | at 40,000: the exchange closes the "
            "position (rough, before fees and maintenance margin) | ",
        ),
        (
            SHORT | {"trade_type": "smart_buy"},
            "entry | Opened |  | at 60,000: the open short of 0.01 BTC counts from "
            "here | ",
        ),
        (
            {"position.order_type": "market"},
            "target | Target 2 | +13.11 % | at 69,000: sells 50 %, about +40.00 USDT "
            "| 2.67R",
        ),
        (
            {"position.order_type": "market"},
            "entry | Entry |  | at 61,000: buys 0.01 BTC at market | ",
        ),
        (
            {"position.units.value": ""},
            "stop | Stop | −3.33 % | at 58,000: sells all that is left at market | ",
        ),
    ],
)
def test_each_level_says_what_happens_there(changes, line):
    assert line in lines(LONG | changes).values()


def test_what_is_not_filled_in_yet_is_left_open():
    bare = {"position.order_type": "limit", "position.price.value": "3"}
    bare |= {"take_profit.enabled": "true", "take_profit.steps.0.price.value": "4"}
    told = lines(bare | {"trade_type": "smart_trade"}, MarketFacts())
    assert "at 3: buys the amount with a limit order |" in told["Entry"]
    assert "| at 4: sells |" in told["Target 1"]
    amount = {"trade_type": "smart_cover", "position.units.value": "1.50"}
    told = lines(bare | amount, MarketFacts())
    assert "| at 3: sells 1.5 with a limit order |" in told["Entry"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            LONG,
            [
                ("Best", "+75.00 USDT", "every target is reached"),
                ("Likely", "+20.00 USDT", "the first target, then the stop"),
                ("Worst", "−20.00 USDT", "the stop is reached before any target"),
            ],
        ),
        (
            SHORT | BREAKEVEN | {"take_profit.steps.1.volume": ""},
            [
                (
                    *("Likely", "+30.00 USDT"),
                    "the first target, then the stop at the entry, where the stop has "
                    "moved",
                ),
                ("Worst", "−20.00 USDT", "the stop is reached before any target"),
            ],
        ),
        (
            ONE,
            [
                ("Best", "+60.00 USDT", "the target is reached"),
                (
                    *("Likely", "−20.00 USDT"),
                    "the stop, which lies nearer than the target",
                ),
                ("Worst", "−20.00 USDT", "the stop is reached before any target"),
            ],
        ),
        (
            ONE | {"take_profit.steps.0.price.value": "60500"},
            [
                ("Best", "+5.00 USDT", "the target is reached"),
                (
                    *("Likely", "+5.00 USDT"),
                    "the target, which lies nearer than the stop",
                ),
                ("Worst", "−20.00 USDT", "the stop is reached before any target"),
            ],
        ),
        (
            ONE | {"take_profit.steps.0.price.value": "62000"} | NO_STOP,
            [
                ("Best", "+20.00 USDT", "the target is reached"),
                ("Worst", "−600.00 USDT", "no stop loss: all of it may be lost"),
            ],
        ),
        (
            SHORT | NO_STOP | {"take_profit.enabled": "false"},
            [("Worst", "no bound", "no stop loss: a short can lose any amount")],
        ),
        (
            LONG | ISOLATED | NO_STOP | {"take_profit.enabled": "false"},
            [
                (
                    *("Worst", "about −200.00 USDT"),
                    "the exchange closes the position first; roughly all of the margin",
                )
            ],
        ),
        (
            LONG | {"take_profit.steps.0.price.value": "60000"},
            [
                (
                    *("Best", "not clear"),
                    "an exit lies on the wrong side of the entry and would close at "
                    "once",
                )
            ],
        ),
        (
            LONG | {"position.order_type": "market", "take_profit.enabled": "false"},
            [("Worst", "about −30.00 USDT", "the stop is reached before any target")],
        ),
    ],
)
def test_the_results_say_what_has_to_happen_for_them(typed, told):
    assert results(typed) == told


def test_as_far_away_as_the_stop_is_not_nearer():
    even = ONE | {"take_profit.steps.0.price.value": "62000"}
    assert results(even)[1][1:] == (
        *("−20.00 USDT", "the stop, which lies nearer than the target"),
    )


@pytest.mark.parametrize(
    ("amount", "told"),
    [("0.5", "about 0.50 X"), ("1.239", "about 1.24 X"), ("-1", "about −1.00 X")],
)
def test_rough_money_has_two_decimals_from_one_on(amount, told):
    assert ladder_words.money(Decimal(amount), "X", rough=True) == told
    assert ladder_words.money(Decimal("0.123"), "X", rough=True) == "about 0.123 X"
    assert ladder_words.money(Decimal("7.5")) == "7.50"


def test_a_price_of_many_decimals_is_told_about():
    third = levels.Level(levels.Kind.TRIGGER, Decimal("0.123456789"))
    told = ladder_words.lines(levels.Ladder((third,)), read({}), MarketFacts())
    assert told[0].words == "at about 0.12345679: places the entry order"


def test_what_can_not_be_reckoned_after_the_first_target_is_not_told():
    gains = levels.Level(levels.Kind.TARGET, gain=Decimal(9))
    unknown = levels.Level(levels.Kind.TARGET)
    loses = levels.Level(levels.Kind.STOP, gain=Decimal(-4))
    for first, stop in ((gains, None), (unknown, loses), (None, loses)):
        ladder = levels.Ladder(targets={0: first} if first else {}, stop=stop)
        assert ladder.after_first(Decimal(50), breakeven=False) is None
    ladder = levels.Ladder(targets={0: gains}, stop=loses)
    assert ladder.after_first(Decimal(25), breakeven=False) == 6
    assert ladder.after_first(Decimal(25), breakeven=True) == 9


def test_what_is_not_known_is_none_and_every_other_error_is_one():
    def fail(error: type[Exception]) -> None:
        raise error

    assert levels.maybe(fail, Skip) is None
    with pytest.raises(KeyError):
        levels.maybe(fail, KeyError)


@pytest.mark.parametrize(("price", "percent"), [("60000", "+0 %"), ("60300", "+0.5 %")])
def test_what_is_not_below_the_entry_has_a_plus(price, percent):
    told = lines(LONG | {"take_profit.steps.0.price.value": price})
    assert f" | {percent} | " in told["Target 1"]
