"""Names of pairs: found by any part, and said so that people know them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.domain import pairs

NAMES = [
    *("USDT_BTC", "USDT_ETH", "BTC_ETH", "USDT_WBTC", "USDT_BTCST", "BTC_USDT"),
    *("USDT_BTCUSDT", "BTC_BTCUSD_PERP", "USDT_BTC_USDT", "USDT_BTC-USDT-SWAP"),
]


@pytest.mark.parametrize(
    "text",
    ["USDT_BTC", "usdt_btc", " usdt_btc ", "BTC/USDT", "btc usdt", "Btc-Usdt"],
)
def test_a_pair_is_found_in_whatever_writing(text):
    assert "USDT_BTC" in pairs.search(NAMES, text)[:2]


def test_letters_alone_find_it_too():
    assert pairs.search(NAMES, "BTCUSDT")[:3] == [
        "USDT_BTC",
        "BTC_USDT",
        "USDT_BTCUSDT",
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("btc_usdt", ["BTC_USDT", "USDT_BTC"]),
        ("eth", ["BTC_ETH", "USDT_ETH"]),
        ("swap", ["USDT_BTC-USDT-SWAP"]),
        ("wbt", ["USDT_WBTC"]),
        ("perp btc", ["BTC_BTCUSD_PERP"]),
        ("xrp", []),
    ],
)
def test_the_best_comes_first_and_nothing_else_comes(text, found):
    assert pairs.search(NAMES, text)[: len(found) or 1] == found


def test_name_base_beginning_and_part_come_in_this_order():
    names = ["USDT_XBTC", "BTC_XY", "USDT_BTCST", "BTC", "EUR_BTC", "USDT_BTC"]
    assert pairs.search(names, "btc") == [
        *("BTC", "EUR_BTC", "USDT_BTC", "USDT_BTCST", "BTC_XY", "USDT_XBTC"),
    ]


def test_no_more_come_than_asked_for_and_without_text_the_shortest():
    names = [f"USDT_A{number}" for number in range(3000)]
    assert pairs.search(names, "", most=3) == ["USDT_A0", "USDT_A1", "USDT_A2"]
    assert len(pairs.search(names, "usdt")) == 20


@pytest.mark.parametrize("text", ["///", "\0", "x" * 65_536, "(((((", ".*", "💥"])
def test_hostile_text_finds_nothing(text):
    assert pairs.search(NAMES, text) == []


@given(st.text())
def test_whatever_is_typed_only_names_of_the_market_are_found(text):
    assert set(pairs.search(NAMES, text)) <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_every_name_finds_itself_first(name):
    assert pairs.search(NAMES, name)[0] == name


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("USDT_BTC_USDT", ("USDT", "BTC_USDT")),
        ("BTC_BTCUSD_PERP", ("BTC", "BTCUSD_PERP")),
        ("NONSENSE", ("NONSENSE", "")),
    ],
)
def test_a_name_is_parted_at_the_first_underscore_alone(name, parts):
    assert pairs.split(name) == parts


@pytest.mark.parametrize(
    ("name", "words", "underlying"),
    [
        ("USDT_BTC", "BTC/USDT", "BTC"),
        ("BUSD_USDT", "USDT/BUSD", "USDT"),
        ("USDT_BTCUSDT", "USDT_BTCUSDT (BTCUSDT in USDT)", "BTC"),
        ("USDT_BTC_USDT", "USDT_BTC_USDT (BTC_USDT in USDT)", "BTC"),
        (
            "USDT_BTC-USDT-SWAP",
            "USDT_BTC-USDT-SWAP (BTC-USDT-SWAP in USDT)",
            "BTC",
        ),
        ("USDT_BTCUSDT_UMCBL", "USDT_BTCUSDT_UMCBL (BTCUSDT_UMCBL in USDT)", "BTC"),
        ("BTC_BTCUSD_PERP", "BTC_BTCUSD_PERP (BTCUSD_PERP in BTC)", ""),
        ("BNFCR_1INCHUSDT", "BNFCR_1INCHUSDT (1INCHUSDT in BNFCR)", ""),
        ("BTC_XBTC", "BTC_XBTC (XBTC in BTC)", "X"),
        ("BTC_BTCX", "BTC_BTCX (BTCX in BTC)", ""),
        ("NONSENSE", "NONSENSE", ""),
    ],
)
def test_a_name_is_said_with_what_is_sure(name, words, underlying):
    assert pairs.spoken(name) == words
    assert pairs.underlying(name) == underlying


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("btc", ["EURO_BTC", "X_BTCS", "BTC_LONG", "A_XBTC"]),
        ("gbt", ["BTC_LONG"]),
        ("cs", ["X_BTCS"]),
        ("ceu", ["EURO_BTC"]),
        ("obt", ["EURO_BTC"]),
    ],
)
def test_a_better_fit_comes_before_a_shorter_name(text, found):
    assert pairs.search(["A_XBTC", "BTC_LONG", "X_BTCS", "EURO_BTC"], text) == found


def test_parts_are_taken_together_whatever_stands_between_them():
    assert pairs.search(NAMES, "btc usdt")[0] == "USDT_BTC"
    assert pairs.search(NAMES, "btcusdtswap") == ["USDT_BTC-USDT-SWAP"]


def test_a_text_has_a_hundred_characters_at_most():
    names = ["A" * 100, "A" * 101]
    assert pairs.search(names, names[0]) == names
    assert pairs.search(names, names[1]) == []
