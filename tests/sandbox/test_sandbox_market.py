"""Prices and limits that can be believed, and accounts of both modes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trades.sandbox.market import quote
from trades.sandbox.markets import MARKETS

EACH_MARKET = pytest.mark.parametrize("market", MARKETS.values(), ids=list(MARKETS))
RATES = "/ver1/accounts/currency_rates"


@EACH_MARKET
def test_a_price_walks_in_steps_and_not_far(market):
    for pair in market.pairs:
        step, middle = Decimal(pair.price_step), Decimal(pair.price)
        seen = [quote(pair, minute * 20_000) for minute in range(100)]
        assert len({now.bid for now in seen}) > 10
        for now in seen:
            assert now.ask - now.bid == step
            assert now.bid % step == now.last % step == 0
            assert abs(now.bid - middle) < middle / 20


@EACH_MARKET
def test_what_is_told_of_a_pair_hangs_together(market, anonymous):
    names = anonymous(f"/ver1/accounts/market_pairs?market_code={market.code}").json
    assert len(set(names)) == len(names) > 10
    for name in names:
        rates = anonymous(f"{RATES}?market_code={market.code}&pair={name}").json
        told = {n: Decimal(text) for n, text in rates.items() if text[0].isdigit()}
        for step, multiples in STEPS.items():
            assert not [n for n in multiples if told[n] % told[step]], (name, rates)
        assert told["minPrice"] < told["bid"] < told["maxPrice"]
        assert told["minLotSize"] < told["maxMarketBuyAmount"] < told["maxLotSize"]
        assert 0 <= told.get("minTotal", 0) < told.get("maxTotal", 1000)


# What must be a multiple of the first.
STEPS = {
    "priceStep": ("bid", "ask", "minPrice", "maxPrice"),
    "lotStep": ("minLotSize", "maxLotSize", "maxMarketBuyAmount"),
}


def test_there_is_something_to_search_in(anonymous):
    names = anonymous("/ver1/accounts/market_pairs?market_code=binance").json
    assert len(names) > 55
    quotes = {name.partition("_")[0] for name in names}
    assert quotes == {"USDT", "USDC", "BTC", "ETH", "EUR"}


@pytest.mark.parametrize(
    ("market", "pair", "kind", "multiplier"),
    [
        ("binance", "USDT_BTC", "spot", None),
        ("binance_futures", "USDT_BTCUSDT", "linear_futures", None),
        ("binance_futures_coin", "BTC_BTCUSD_PERP", "inverse_futures", None),
        ("gate_io_usdt_perpetual", "USDT_BTC_USDT", "linear_futures", "0.0001"),
        ("okex_futures", "USDT_BTC-USDT-SWAP", "linear_futures", None),
    ],
)
def test_a_market_says_what_kind_it_is(market, pair, kind, multiplier, anonymous):
    rates = anonymous(f"{RATES}?market_code={market}&pair={pair}").json
    assert rates["instrumentKind"] == kind
    assert rates.get("quanto_multiplier") == multiplier
    if kind == "inverse_futures":
        assert not rates.keys() & {"minTotal", "minMarketTotal", "maxTotal"}


def test_two_answers_of_one_moment_agree(anonymous):
    path = "/ver1/accounts/currency_rates?market_code=binance&pair=BTC_ETH"
    assert anonymous(path).raw == anonymous(path).raw


def test_a_trade_at_market_is_reckoned_at_the_ask(client, anonymous, ticket):
    path = "/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC"
    ask = Decimal(anonymous(path).json["ask"])
    ticket["position"] |= {"order_type": "market"}
    position = client.place(ticket).json["position"]
    assert Decimal(position["price"]["value"]) == ask
    assert Decimal(position["total"]["value"]) == ask * Decimal("0.01")


@pytest.mark.parametrize(
    ("path", "attributes"),
    [
        ("market_pairs", {"market_code": ["is missing"]}),
        (
            "market_pairs?market_code=nowhere",
            {"market_code": ["does not have a valid value"]},
        ),
        ("currency_rates?market_code=binance", {"pair": ["is missing"]}),
    ],
)
def test_market_data_needs_its_parameters(path, attributes, anonymous):
    reply = anonymous(f"/ver1/accounts/{path}")
    assert reply.status == 400
    assert reply.json["error_attributes"] == attributes


def test_leverage_is_for_futures(client):
    def modes(account: int, pair: str) -> list[str]:
        path = f"/ver1/accounts/{account}/leverage_data?pair={pair}"
        return [mode["code"] for mode in client.get(path).json]

    assert modes(1002, "USDT_BTCUSDT") == ["none", "cross", "isolated"]
    assert modes(1001, "USDT_BTC") == ["none"]
    assert client.get("/ver1/accounts/1002/leverage_data").status == 400
    assert client.get("/ver1/accounts/1002/leverage_data?pair=X").status == 400


@pytest.mark.parametrize(
    ("account", "pair", "expected"),
    [
        (
            1014,
            "USDT_DOGE_USDT",
            {"isolated": (True, "20.0", 6, {"min": "1.0", "max": "20.0"})},
        ),
        (
            1015,
            "USDT_BTC-USDT-SWAP",
            {
                "cross": (True, None, 0, {"min": "1.0", "max": None}),
                "isolated": (True, None, 0, {"min": "1.0", "max": None}),
            },
        ),
        (
            1016,
            "USDT_BTCUSDT_UMCBL",
            {
                "cross": (False, "20.0", 0, {}),
                "isolated": (True, "100.0", 0, {"min": "1.0", "max": "100.0"}),
            },
        ),
    ],
)
def test_leverage_is_another_matter_at_each_exchange(account, pair, expected, client):
    path = f"/ver1/accounts/{account}/leverage_data?pair={pair}"
    unset, *modes = client.get(path).json
    assert unset["code"] == "none"
    found = {
        mode["code"]: (
            mode["can_set_leverage_value"],
            mode["max_leverage"],
            len(mode["available_leverage_values"]),
            mode["valid"],
        )
        for mode in modes
    }
    assert found == expected


def test_the_lowest_leverage_is_a_number_beside_the_rates(client, anonymous):
    rates = f"{RATES}_with_leverage_data?market_code=binance_futures&pair=USDT_BTCUSDT"
    beside = anonymous(rates).json["leverage_data"]
    path = "/ver1/accounts/1002/leverage_data?pair=USDT_BTCUSDT"
    alone = client.get(path).json[1:]
    assert [mode["valid"]["min"] for mode in beside] == [1, 1]
    assert [mode["valid"]["min"] for mode in alone] == ["1.0", "1.0"]


def test_accounts_are_listed_by_owner_and_mode(client, neighbour):
    def ids(who, **headers):
        return {a["id"] for a in who.get("/ver1/accounts", **headers).json}

    assert ids(neighbour) == {2001}
    assert ids(client, Forced_Mode="paper") == {1003}
    assert {1001, 1002} <= ids(client)
    assert not {1003, 2001} & ids(client)


def test_an_account_of_somebody_else_is_not_found(client, neighbour):
    for path in ("/ver1/accounts/1001", "/ver1/accounts/1001/leverage_data?pair=X"):
        assert neighbour.get(path).status == 404
    assert client.get("/ver1/accounts/1001").json["id"] == 1001


def test_accounts_come_in_pages(client):
    assert len(client.get("/ver1/accounts?per_page=2&page=1").json) == 2
    assert client.get("/ver1/accounts?page=2").json == []
