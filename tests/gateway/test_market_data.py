"""Asking for pairs, rates and leverage: the question word for word, and its values."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.gateway.conftest import API_KEY, SECRET
from tests.gateway.servers import answering, pages
from trades.domain.facts import MarketFacts
from trades.gateway import market_data
from trades.gateway.failures import BadAnswer, Refused
from trades.gateway.signing import HmacSigner
from trades.gateway.vault import Secret

TEXTS = {
    "api_keys_state": 60,
    "lock_reason": 300,
    "exchange_name": 200,
    "pretty_display_type": 200,
}
SAMPLES = Path(__file__).parent.parent / "data" / "samples"
MARKET = "/public/api/ver1/accounts/"
TARGETS = {
    "pairs": MARKET + "market_pairs?market_code=binance_us",
    "rates": MARKET
    + "currency_rates?market_code=binance_us&pair=USDT_BTC&limit_type=smart_trade",
    "leverage": MARKET + "1001/leverage_data?pair=USDT_BTC",
}
EMPTY = {"pairs": b"[]", "rates": b"{}", "leverage": b"[]"}


def ask(client, kind: str, *, market="binance_us", account_id=1001, pair="USDT_BTC"):
    match kind:
        case "pairs":
            return client.pairs(market)
        case "rates":
            return client.rates(market, pair)
        case "leverage":
            return client.leverage(account_id, pair)


@pytest.mark.parametrize("kind", TARGETS)
def test_the_question_is_asked_and_signed_word_for_word(either, kind):
    server, client = either(pages(EMPTY[kind]), forced_mode="paper")
    assert ask(client, kind) == json.loads(EMPTY[kind])
    head, _, body = server.requests[0].decode().partition("\r\n\r\n")
    assert head.startswith(f"GET {TARGETS[kind]} HTTP/1.1\r\n")
    signer = HmacSigner(API_KEY, Secret(SECRET.encode()))
    for name, value in signer.headers(TARGETS[kind]).items():
        assert f"\r\n{name}: {value}" in head
    assert "\r\nForced-Mode: paper" in head
    assert body == ""


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("text", ["A B&pair=C", "a%2fb", "é_{x}", "%zz", "#_?", "~_+"])
def test_a_value_is_encoded_once_and_signed_as_it_is_sent(either, kind, text):
    server, client = either(pages(EMPTY[kind]))
    ask(client, kind, market=text, pair=text)
    target = server.requests[0].split()[1].decode()
    assert (target.count("pair="), target.count("market_code=")) == {
        "pairs": (0, 1),
        "rates": (1, 1),
        "leverage": (1, 0),
    }[kind]
    assert not set(target) & set("é {}#")
    signature = HmacSigner(API_KEY, Secret(SECRET.encode())).headers(target)
    assert f"Signature: {signature['Signature']}" in server.requests[0].decode()


def test_rates_keep_every_digit_and_every_key(either):
    body = b"""{"bid": 0.10, "ask": 61204.2000000000000000000000001, "lotStep": 1e-8,
        "minTotal": 5, "minPrice": "0.01", "new": {"deep": [1.50, null, true]}}"""
    _, client = either(pages(body))
    assert client.rates("binance", "USDT_BTC") == {
        "bid": "0.10",
        "ask": "61204.2000000000000000000000001",
        "lotStep": "1e-8",
        "minTotal": 5,
        "minPrice": "0.01",
        "new": {"deep": ["1.50", None, True]},
    }


@pytest.mark.parametrize("number", ["Infinity", "-Infinity", "NaN"])
def test_a_number_without_sense_is_text_and_no_number_to_the_rules(either, number):
    for there in (number, f'"{number}"'):
        _, client = either(pages(f'{{"maxTotal": {there}, "bid": "7"}}'.encode()))
        rates = client.rates("binance", "USDT_BTC")
        assert rates == {"maxTotal": number, "bid": "7"}
        assert MarketFacts(rates=rates).number_or_none("maxTotal") is None


def test_a_whole_number_of_any_length_is_read(either):
    digits = "9" * 5000
    _, client = either(pages(f'{{"maxTotal": {digits}, "lotStep": 10}}'.encode()))
    rates = client.rates("binance", "USDT_BTC")
    assert rates == {"maxTotal": digits, "lotStep": 10}
    assert MarketFacts(rates=rates).number_or_none("maxTotal") is None


@pytest.mark.parametrize(
    ("there", "low"), [("1", 1), ('"1.0"', "1.0"), ("1.0", "1.0"), ("null", None)]
)
def test_leverage_may_have_numbers_and_text_alike(either, there, low):
    entry = f'{{"code": "cross", "valid": {{"min": {there}}}, "new": 1}}'
    _, client = either(pages(f"[{entry}]".encode()))
    assert client.leverage(1001, "USDT_BTCUSDT") == [
        {"code": "cross", "valid": {"min": low}, "new": 1}
    ]


@pytest.mark.parametrize("status", [400, 404])
@pytest.mark.parametrize("kind", ["rates", "leverage"])
def test_an_unknown_pair_is_a_refusal_with_its_text(either, status, kind):
    sample = SAMPLES / "error.status-unknown.unknown_pair.json"
    _, client = either(answering(status, sample.read_bytes()))
    with pytest.raises(Refused) as refused:
        ask(client, kind)
    told = refused.value
    assert (told.reason, told.status, told.text) == ("refused", status, "Unknown pair")


def test_names_that_no_pair_can_have_are_left_out(either):
    names = ["USDT_BTC", "", "X", "x" * 100, "x" * 101, "A\0B", "A\ud800", "B_É"]
    _, client = either(pages(json.dumps(names).encode()))
    assert client.pairs("binance") == ["USDT_BTC", "X", "x" * 100, "B_É"]


@pytest.mark.parametrize(("count", "is_read"), [(20_000, True), (20_001, False)])
def test_a_market_has_twenty_thousand_pairs_at_most(either, count, is_read):
    names = [f"USDT_{n}" for n in range(count)]
    _, client = either(pages(json.dumps(names).encode()))
    if is_read:
        assert client.pairs("binance") == names
    else:
        with pytest.raises(BadAnswer, match=r"^unclear 200$"):
            client.pairs("binance")


def test_what_no_database_keeps_is_taken_out(either):
    body = rb'{"a\u0000b": "c\u0000d", "e\ud800": ["f\udfff"], "g": {"h": "\u0000"}}'
    _, client = either(pages(body))
    assert client.rates("binance", "USDT_BTC") == {
        "ab": "cd",
        "e?": ["f?"],
        "g": {"h": ""},
    }


def test_an_account_keeps_what_rules_and_pages_ask_for():
    (entity,) = json.loads((SAMPLES / "accounts.list.200.json").read_bytes())[:1]
    account = market_data.account(entity)
    assert (account.remote_id, account.name) == (entity["id"], entity["name"])
    assert account.market == entity["market_code"]
    yes_and_no = {k: v for k, v in entity.items() if isinstance(v, bool)}
    assert len(yes_and_no) > 15
    assert account.flags == yes_and_no | {
        "api_keys_state": entity["api_keys_state"],
        "exchange_name": entity["exchange_name"],
        "pretty_display_type": entity["pretty_display_type"],
        "supported_market_types": entity["supported_market_types"],
    }


def test_an_account_keeps_neither_its_key_nor_its_balances():
    entity = json.loads((SAMPLES / "accounts.entity.paper.json").read_bytes())
    kept = str(market_data.account(entity))
    for name in ("api_key", "usd_amount", "btc_amount", "customer_id"):
        assert entity.keys() >= {name}
        assert f"'{name}'" not in kept
    for secret in (entity["api_key"], entity["usd_amount"]):
        assert secret not in kept


def test_an_account_of_odd_values_is_read():
    flags = {"api_keys_state": 7, "lock_reason": "x" * 999, "is_locked": "yes"}
    types = {"supported_market_types": ["spot", 7, None, "futures\0"]}
    odd = {"id": 5, "name": None, "market_code": ["binance"], "a\0b": True}
    account = market_data.account(odd | flags | types)
    assert (account.name, account.market) == ("", "")
    assert account.flags == {
        "ab": True,
        "lock_reason": "x" * 300,
        "supported_market_types": ["spot", "futures"],
    }


def test_what_an_account_says_of_itself_is_cut():
    long = dict.fromkeys(("name", "market_code", *TEXTS), "x" * 999)
    types = {"supported_market_types": ["t" * 61] * 21}
    account = market_data.account({"id": 5} | long | types)
    assert (len(account.name), len(account.market)) == (200, 60)
    assert {name: len(account.flags[name]) for name in TEXTS} == TEXTS
    assert account.flags["supported_market_types"] == ["t" * 60] * 20


@pytest.mark.parametrize(
    ("read", "found", "told"),
    [
        (market_data.lenient_json, b"[" * 500_000, "nested too deeply"),
        (market_data.accounts, [{"id": 0}], "an account without a number"),
        (market_data.accounts, {"id": 1}, "no list of objects"),
        (market_data.leverage, [7], "no list of objects"),
        (market_data.pairs, {}, "no list of pairs"),
        (market_data.pairs, ["A_B", 7], "a pair that is no text"),
        (market_data.rates, [], "no rates"),
        (market_data.rates, {"error": ""}, "no rates"),
    ],
)
def test_what_has_another_shape_says_which_it_lacks(read, found, told):
    with pytest.raises(ValueError, match=f"^{told}$"):
        read(found)


def test_a_whole_number_of_sixty_digits_is_one_and_a_longer_one_is_text():
    longest = 10**60 - 1
    found = market_data.lenient_json(f"[{longest}, {longest}9]".encode())
    assert found == [longest, f"{longest}9"]


def test_thirty_lists_within_each_other_are_kept_and_no_more():
    nested: object = "x"
    for _ in range(29):
        nested = [nested]
    assert market_data.rates({"a": nested}) == {"a": nested}
    with pytest.raises(ValueError, match=r"^nested too deeply$"):
        market_data.rates({"a": [[nested]]})
    assert market_data.leverage([{"a": nested[0]}]) == [{"a": nested[0]}]
    with pytest.raises(ValueError, match=r"^nested too deeply$"):
        market_data.leverage([{"a": [nested]}])
