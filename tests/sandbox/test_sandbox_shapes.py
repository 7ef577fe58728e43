"""Answers have the very keys of the vendor's samples, and the same kinds of values."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.wire import DATA, Client, exchange

# A number at some exchanges and text at others, in the samples too.
MIXED = ".commission"


def sample(name: str):
    return json.loads((DATA / "samples" / f"{name}.json").read_text())


def shape(value, path: str = "") -> dict[str, str | None]:
    """Every path in a value with the kind of what is there; lists by their items."""
    if isinstance(value, dict):
        found = {path: "object"}
        for key, item in value.items():
            found |= shape(item, f"{path}.{key}")
        return found
    if isinstance(value, list):
        found = {path: "list"}
        for item in value:
            found |= shape(item, f"{path}[]")
        return found
    if value is None or path.endswith(MIXED):
        return {path: None}
    if isinstance(value, bool):
        return {path: "flag"}
    return {path: "text" if isinstance(value, str) else "number"}


def assert_same_shape(ours, theirs, *, without: str | None = None) -> None:
    """Null may stand for anything; ``without`` is a key their sample lacks."""
    mine, other = shape(ours), shape(theirs)
    if without:
        del mine[without]
    assert mine.keys() == other.keys()
    for path, kind in mine.items():
        if kind and other[path]:
            assert (path, kind) == (path, other[path])


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("ping.200", "/ver1/ping"),
        ("time.200", "/ver1/time"),
        ("market_pairs.200", "/ver1/accounts/market_pairs?market_code=binance"),
        (
            "currency_rates.200",
            "/ver1/accounts/currency_rates?market_code=binance&pair=USDT_BTC"
            "&limit_type=smart_trade",
        ),
        ("market_list.200", "/ver1/accounts/market_list"),
        ("validate.200", "/ver1/validate"),
        ("accounts.list.200", "/ver1/accounts?per_page=4"),
        ("accounts.get.200", "/ver1/accounts/1001"),
        ("accounts.404.not_found", "/ver1/accounts/1"),
        (
            "accounts.leverage_data.200",
            "/ver1/accounts/1002/leverage_data?pair=USDT_BTCUSDT",
        ),
        ("error.404.not_found_generic", "/ver1/bots/1"),
        ("error.404.smart_trade_not_found", "/v2/smart_trades/1"),
    ],
)
def test_an_answer_has_the_shape_of_its_sample(name, path, client):
    reply = client.get(path)
    assert reply.status == int(name.split(".")[-2 if "404" in name else -1])
    assert_same_shape(json.loads(reply.raw), sample(name))


def test_rates_with_leverage_have_the_shape_of_their_sample(client):
    path = "/ver1/accounts/currency_rates_with_leverage_data"
    reply = client.get(f"{path}?market_code=binance_futures&pair=USDT_BTCUSDT")
    name = "currency_rates_with_leverage_data.200"
    assert_same_shape(json.loads(reply.raw), sample(name))


@pytest.fixture
def shown(client: Client, ticket, clock):
    """The entity of a trade at the moment that a sample was taken."""

    def shown(settled: bool = False, end: tuple[str, str] | None = None, **changes):
        made = client.place(ticket | changes)
        assert made.status == 201, made.raw
        path = f"/v2/smart_trades/{json.loads(made.raw)['id']}"
        if not settled:
            return json.loads(made.raw)
        clock.settle()
        if end:
            method, action = end
            return json.loads(client.send(method, path + action).raw)
        return json.loads(client.get(path).raw)

    return shown


OFF = {"enabled": False}
MARKET = {"type": "buy", "order_type": "market", "units": {"value": "0.01"}}
SIMPLE = {
    "instant": True,
    "take_profit": OFF,
    "stop_loss": OFF,
    "position": MARKET,
}
FUTURES = {
    "account_id": 1002,
    "pair": "USDT_BTCUSDT",
    "leverage": {"enabled": True, "type": "isolated", "value": "1"},
    "position": MARKET | {"type": "sell"},
    "take_profit": OFF,
    "stop_loss": OFF,
}
CONDITIONAL = MARKET | {
    "order_type": "conditional",
    "conditional": {"order_type": "market", "price": {"value": "60000"}},
}


def test_a_new_simple_trade_has_the_shape_of_its_samples(shown):
    ours = shown(**SIMPLE)
    assert_same_shape(ours, sample("create.201.simple_buy_spot"))
    assert_same_shape(ours, sample("create.201.simple_buy_kucoin.production"))


def test_a_new_futures_trade_has_the_shape_of_its_sample(shown):
    ours = shown(**FUTURES)
    assert_same_shape(ours, sample("create.201.smart_cover_futures.production"))


def test_a_waiting_trade_has_the_shape_of_the_entity(shown):
    ours = shown(settled=True)
    assert ours["version"] == 2
    assert_same_shape(ours, sample("entity.smart_trade"), without=".version")


def test_a_trade_that_is_being_cancelled_has_the_shape_of_its_sample(shown):
    ours = shown(settled=True, end=("DELETE", ""), stop_loss=OFF, position=MARKET)
    assert_same_shape(ours, sample("cancel.200"))


def test_a_trade_that_is_being_closed_has_the_shape_of_its_samples(shown):
    how = ("POST", "/close_by_market")
    exits = {"take_profit": OFF, "stop_loss": OFF}
    ours = shown(settled=True, end=how, position=CONDITIONAL, **exits)
    assert_same_shape(ours, sample("close_by_market.201"))
    ours = shown(settled=True, end=how, **FUTURES)
    assert_same_shape(ours, sample("close_by_market.201.futures.production"))


def test_a_cancelled_and_a_failed_trade_have_the_shape_of_their_samples(
    shown, client, clock
):
    number = shown(settled=True, end=("DELETE", ""), stop_loss=OFF)["id"]
    clock.settle()
    ours = json.loads(client.get(f"/v2/smart_trades/{number}").raw)
    assert_same_shape(ours, sample("get.200.cancelled"))
    ours = shown(settled=True, account_id=1201, stop_loss=OFF)
    assert_same_shape([ours], sample("list.200.failed"))


def test_open_trades_have_the_shape_of_the_recorded_list(shown):
    recorded = {
        trade["account"]["type"]: trade
        for trade in sample("list.200.active.production")
    }
    ours = shown(settled=True, **FUTURES)
    assert_same_shape(ours, recorded["binance_futures"])
    ours = shown(settled=True, take_profit=OFF, stop_loss=OFF, position=MARKET)
    assert_same_shape(ours, recorded["binance"])


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("create.403.account_not_owned", {"account_id": 2001}),
        ("create.422.position_total", {"account_id": 1422}),
        ("error.403.unavailable_for_account", {"account_id": 1403}),
        ("error.422.exchange_api_key_invalid", {"account_id": 1423}),
        ("set_note.400.too_long", {"note": "x" * 301}),
    ],
)
def test_a_refusal_is_word_for_word_the_sample(name, changes, client, ticket):
    reply = client.place(ticket | changes)
    assert reply.status == int(name.split(".")[1])
    assert json.loads(reply.raw) == sample(name)


@pytest.mark.parametrize(
    ("name", "path", "headers"),
    [
        (
            "error.401.api_key_invalid_or_expired",
            "/ver1/validate",
            {"Apikey": "nobody"},
        ),
        ("error.401.signature_invalid", "/ver1/validate", {"Signature": "00"}),
        (
            "error.status-unknown.forced_mode_invalid",
            "/ver1/validate",
            {"Forced-Mode": "demo"},
        ),
        (
            "error.status-unknown.unknown_pair",
            "/ver1/accounts/currency_rates?market_code=binance&pair=USDT_NONE",
            {},
        ),
    ],
)
def test_a_refused_request_is_word_for_word_the_sample(name, path, headers, client):
    reply = client.get(path, **headers)
    assert reply.status == (401 if "401" in name else 400)
    assert json.loads(reply.raw) == sample(name)


@pytest.mark.parametrize("name", ["ping", "time", "accounts/market_list"])
def test_public_data_needs_no_key(name, server):
    assert exchange(server, "GET", f"/public/api/ver1/{name}").status == 200
