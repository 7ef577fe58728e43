"""Prices and limits that can be believed, and accounts of both modes."""

from __future__ import annotations

from decimal import Decimal

import pytest

from trades.sandbox.market import MARKETS, quote

PAIRS = [
    pytest.param(market, pair, id=f"{market.code}-{pair.name}")
    for market in MARKETS.values()
    for pair in market.pairs
]


@pytest.mark.parametrize(("market", "pair"), PAIRS)
def test_a_price_walks_in_steps_and_not_far(market, pair):
    step, middle = Decimal(pair.price_step), Decimal(pair.price)
    seen = [quote(pair, minute * 20_000) for minute in range(100)]
    assert len({now.bid for now in seen}) > 10
    for now in seen:
        assert now.ask - now.bid == step
        assert now.bid % step == now.last % step == 0
        assert abs(now.bid - middle) < middle / 20


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
