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


def bodies(client: Client) -> list[bytes]:
    return [trade.body for trade in client.server.trades.values()]


@pytest.mark.parametrize("account_id", ANSWERS)
def test_an_account_answers_and_records_as_it_says(account_id, client, ticket):
    status, error, recorded = ANSWERS[account_id]
    reply = client.place(ticket | {"account_id": account_id})
    assert (reply.status, reply.json.get("error")) == (status, error)
    assert len(client.server.trades) == recorded


def test_every_account_has_a_test():
    others = {1002, 1003, 1502, 1504, 1524, 2001}
    assert ANSWERS.keys() | others == ACCOUNTS.keys()
    assert {account.mood for account in ACCOUNTS.values()} == set(Mood)


@pytest.mark.parametrize(
    ("account_id", "pair"), [(1002, "USDT_BTCUSDT"), (1003, "USDT_BTC")]
)
def test_futures_and_paper_are_willing(account_id, pair, client, ticket):
    reply = client.place(ticket | {"account_id": account_id, "pair": pair})
    assert (reply.status, reply.json["account"]["id"]) == (201, account_id)


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


def test_the_accounts_say_what_is_wrong_with_them(client):
    listed = {a["id"]: a for a in client.get("/ver1/accounts").json}
    unsupported = {n for n, a in listed.items() if not a["smart_trading_supported"]}
    locked = {n for n, a in listed.items() if a["is_locked"] and a["lock_reason"]}
    assert (unsupported, locked) == ({1403}, {1423})


def test_every_mood_is_one_sentence_of_its_own():
    sentences = [mood.value for mood in Mood]
    assert len(set(sentences)) == len(Mood)
