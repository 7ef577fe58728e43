"""Each account does what its mood's sentence says."""

from __future__ import annotations

import http.client
import socket
import threading

import pytest

from tests.sandbox.wire import HMAC_KEY, Client
from trades.sandbox.api import SandboxApi
from trades.sandbox.moods import ACCOUNTS, Mood
from trades.sandbox.server import serving

# status, error, recorded
ANSWERS = {
    1001: (201, None, True),
    1005: (201, None, True),
    1201: (201, None, True),
    1400: (400, "record_invalid", False),
    1402: (
        429,
        "The request type 'write' is not available with your current subscription "
        "plan. Please upgrade your plan to use this type of request.",
        False,
    ),
    1403: (403, "Forbidden. Unavailable for this account.", False),
    1418: (418, "ip_banned", False),
    1422: (422, "record_invalid", False),
    1423: (422, "invalid_api_key", False),
    1429: (429, "too_many_requests", False),
    1500: (500, "unknown_error", False),
    1501: (500, "unknown_error", True),
}
# The willing ones of the other markets, with a pair of theirs.
WILLING = {
    1002: "USDT_BTCUSDT",
    1003: "USDT_BTC",
    1011: "USD_BTC",
    1012: "USDT_BTCUSDT",
    1013: "BTC_BTCUSD_PERP",
    1014: "USDT_BTC_USDT",
    1015: "USDT_BTC-USDT-SWAP",
    1016: "USDT_BTCUSDT_UMCBL",
    1020: "USDT_BTCUSDT",
}
# What their entity shows is all that is about them.
SHOWING = {1020, 1021, 1022}


def bodies(client: Client) -> list[bytes]:
    return [trade.body for trade in client.server.trades.values()]


@pytest.mark.parametrize("account_id", ANSWERS)
def test_an_account_answers_and_records_as_it_says(account_id, client, ticket):
    status, error, recorded = ANSWERS[account_id]
    reply = client.place(ticket | {"account_id": account_id})
    assert (reply.status, reply.json.get("error")) == (status, error)
    assert len(client.server.trades) == recorded


def test_every_account_has_a_test():
    others = {1002, 1003, 1405, 1502, 1504, 1524, 2001, *WILLING, *SHOWING}
    assert ANSWERS.keys() | others == ACCOUNTS.keys()
    assert {account.mood for account in ACCOUNTS.values()} == set(Mood)


@pytest.mark.parametrize("account_id", WILLING)
def test_every_market_is_traded_in_its_own_pairs(account_id, client, ticket):
    ticket |= {"account_id": account_id, "pair": WILLING[account_id]}
    ticket["position"]["units"]["value"] = "1"
    made = client.place(ticket)
    assert (made.status, made.json["account"]["id"]) == (201, account_id)
    assert made.json["pair"] == WILLING[account_id]
    refused = client.place(ticket | {"pair": "USDT_NONE"})
    assert refused.json["error_attributes"] == {"pair": ["is invalid"]}


def test_an_exchange_without_market_buys_takes_all_other_orders(client, ticket):
    ticket["account_id"] = 1405
    assert client.place(ticket).status == 201
    ticket["position"]["order_type"] = "market"
    refused = client.place(ticket)
    assert refused.status == 422
    assert refused.json["error_attributes"] == {"position.order_type": ["is invalid"]}
    ticket["position"]["type"] = "sell"
    assert client.place(ticket).status == 201


def test_the_two_families_of_errors_have_their_keys(client, ticket):
    brackets = client.place(ticket | {"account_id": 1400}).json["error_attributes"]
    assert brackets == {"position[units][value]": ["is invalid"]}
    dots = client.place(ticket | {"account_id": 1422}).json["error_attributes"]
    assert dots.keys() == {"position", "position.total", "units_to_buy"}


def test_the_plan_is_told_from_the_rate_by_its_text(client, ticket):
    plan, rate = (
        client.place(ticket | {"account_id": account_id}).raw
        for account_id in (1402, 1429)
    )
    assert b"subscription plan" in plan
    assert b"plan" not in rate


def test_the_edge_answers_with_a_page_after_the_trade_was_made(client, ticket):
    reply = client.place(ticket | {"account_id": 1502})
    assert (reply.status, reply.headers["Content-Type"]) == (502, "text/html")
    assert reply.raw.startswith(b"<html>")
    assert len(bodies(client)) == 1


def test_a_trade_is_in_the_book_after_the_line_went_dead(client, ticket):
    with pytest.raises(http.client.RemoteDisconnected):
        client.place(ticket | {"account_id": 1504})
    assert len(bodies(client)) == 1
    assert len(client.get("/v2/smart_trades").json) == 1


def test_a_failed_trade_was_accepted_first_and_says_why(client, ticket, clock):
    made = client.place(ticket | {"account_id": 1201}).json
    assert made["status"]["type"] == "created"
    clock.settle()
    shown = client.get(f"/v2/smart_trades/{made['id']}").json
    assert shown["status"] == {
        "type": "failed",
        "basic_type": "failed",
        "title": "Failed",
        "error": "You need to pass KYC on the exchange to trade on this pair",
    }


@pytest.mark.parametrize("account_id", [1005, 1524])
def test_no_answer_comes_before_its_time(account_id, tmp_path, ticket):
    """The end of the server cuts the wait short, however long it is."""
    api = SandboxApi(tmp_path / "s.sqlite3", [HMAC_KEY], slow_s=3600)
    with serving(api) as server:
        client = Client(server)
        request = client.written(ticket | {"account_id": account_id})
        with socket.create_connection(server.server_address[:2]) as line:
            line.sendall(request)
            client.wait_until_listed()
            line.settimeout(0.2)
            with pytest.raises(TimeoutError):
                line.recv(1)
            ending = threading.Thread(target=server.stop)
            ending.start()
            line.settimeout(20)
            answered = line.recv(65536) != b""
            ending.join(20)
            assert not ending.is_alive()
            assert not (answered and account_id == 1524)


def test_a_foreign_trade_is_not_subject_to_moods(neighbour, ticket):
    assert neighbour.place(ticket | {"account_id": 1500}).status == 403


def test_the_accounts_say_what_is_special_about_them(client):
    usual = client.get("/ver1/accounts/1001").json
    special = {}
    for entity in client.get("/ver1/accounts").json:
        special[entity["id"]] = {n for n in entity if entity[n] != usual.get(n, n)}
    named = {"id", "name", "market_code", "exchange_name", "pretty_display_type"}
    expected = {
        1403: {"smart_trading_supported", "smart_selling_supported"},
        1405: {"market_buy_supported"},
        1423: {"is_locked", "lock_reason", "api_key_invalid", "api_keys_state"},
        1020: {"hedge_mode_available", "hedge_mode_enabled", "supported_market_types"},
        1021: {"api_keys_state"},
        1002: {"hedge_mode_available", "supported_market_types"},
    }
    for account_id, names in expected.items():
        assert special[account_id] - named - {"auto_balance_portfolio"} == names
    assert not special[1500] - named


def test_one_account_is_described_as_no_page_says(client):
    [odd] = [a for a in client.get("/ver1/accounts").json if a["id"] == 1022]
    assert odd["usd_profit_percentage"] == "Infinity"
    assert odd["api_keys_state"] not in ("ok", "expired", "expire_soon")
    usual = client.get("/ver1/accounts/1001").json
    assert odd.keys() - usual.keys() == {"risk_profile", "tags"}
    assert (odd["total_btc_profit"], usual["total_btc_profit"]) == (0, "0.0")


def test_every_mood_is_one_sentence_of_its_own():
    sentences = [mood.value for mood in Mood]
    assert len(set(sentences)) == len(Mood)
