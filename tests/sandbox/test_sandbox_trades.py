"""The life of SmartTrades: made, listed, cancelled, kept, and whose they are."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from tests.sandbox.wire import RSA_KEY, Client
from trades.sandbox.trades import Book

NOT_FOUND = {"error": "Not found", "error_description": "Smart Trade not found"}


def at_market(ticket: dict) -> dict:
    position = ticket["position"] | {"order_type": "market"}
    return ticket | {"position": position}


def simple(ticket: dict) -> dict:
    groups = ("take_profit", "stop_loss")
    rest = {key: value for key, value in ticket.items() if key not in groups}
    return rest | {"instant": True}


def status(client: Client, number: int) -> str:
    return client.get(f"/v2/smart_trades/{number}").json["status"]["type"]


def test_the_book_keeps_the_very_bytes(client, ticket):
    body = b' {"account_id" : 1001,\r\n' + json.dumps(ticket).encode()[1:] + b"\n\t"
    number = client.place(body).json["id"]
    assert client.server.trades[number].body == body


def test_another_process_can_read_the_book(client, ticket):
    number = client.place(ticket).json["id"]
    book = Book(client.server.trades.path)
    assert {n: trade.body for n, trade in book.items()} == {
        number: json.dumps(ticket).encode()
    }


def test_equal_posts_make_two_trades(client, ticket):
    first, second = client.place(ticket).json, client.place(ticket).json
    assert list(client.server.trades) == [first["id"], second["id"]]


def test_numbers_do_not_fit_into_32_bits(client, ticket):
    assert client.place(ticket).json["id"] > 2**31


@pytest.mark.parametrize(
    ("shape", "settled"),
    [
        (dict, "waiting_position"),
        (at_market, "waiting_targets"),
        (simple, "finished"),
    ],
)
def test_a_new_trade_settles_after_three_seconds(shape, settled, client, ticket, clock):
    made = client.place(shape(ticket)).json
    assert made["status"]["type"] == "created"
    clock.ms += 2999
    assert status(client, made["id"]) == "created"
    clock.ms += 1
    assert status(client, made["id"]) == settled


def test_a_cancelled_trade_is_first_about_to_be(client, ticket, clock):
    number = client.place(ticket).json["id"]
    clock.settle()
    path = f"/v2/smart_trades/{number}"
    assert client.send("DELETE", path).json["status"]["type"] == "cancellation_pending"
    clock.ms += 2999
    assert status(client, number) == "cancellation_pending"
    clock.ms += 1
    shown = client.send("DELETE", path).json
    assert shown["status"]["type"] == "cancelled"
    assert shown["data"]["closed_at"] == shown["data"]["updated_at"]


def test_what_was_bought_stays_after_cancelling(client, ticket, clock):
    number = client.place(at_market(ticket)).json["id"]
    clock.settle()
    client.send("DELETE", f"/v2/smart_trades/{number}")
    clock.settle()
    shown = client.get(f"/v2/smart_trades/{number}").json
    assert shown["is_position_not_filled"] is False
    assert shown["data"]["closed_amount"] == "0.0"


def test_what_was_cancelled_at_once_was_never_bought(client, ticket, clock):
    number = client.place(at_market(ticket)).json["id"]
    client.send("DELETE", f"/v2/smart_trades/{number}")
    clock.ms += 60_000
    shown = client.get(f"/v2/smart_trades/{number}").json
    assert shown["status"]["type"] == "cancelled"
    assert shown["is_position_not_filled"] is True


def test_a_finished_trade_cannot_be_cancelled(client, ticket, clock):
    number = client.place(simple(ticket)).json["id"]
    clock.settle()
    reply = client.send("DELETE", f"/v2/smart_trades/{number}")
    assert (reply.status, reply.json["error"]) == (400, "Wrong param(s)")
    assert status(client, number) == "finished"


def test_a_trade_can_be_closed_at_market(client, ticket, clock):
    number = client.place(at_market(ticket)).json["id"]
    clock.settle()
    reply = client.send("POST", f"/v2/smart_trades/{number}/close_by_market")
    assert (reply.status, reply.json["status"]["type"]) == (201, "panic_sell_pending")
    clock.settle()
    assert status(client, number) == "panic_sold"


def test_numbers_come_back_exactly(client, ticket):
    units = "0.12345"
    ticket["position"] |= {"units": {"value": units}, "price": {"value": "60000.10"}}
    position = client.place(ticket).json["position"]
    assert position["units"]["value"] == units
    assert position["price"]["value"] == "60000.1"
    assert position["total"]["value"] == "7407.012345"


def test_a_number_in_json_is_not_rounded(client, ticket):
    body = json.dumps(ticket).replace('"0.01"', "0.01000")
    assert client.place(body.encode()).json["position"]["units"]["value"] == "0.01"


def test_the_amount_is_cut_to_the_lot(client, ticket):
    ticket["position"]["units"]["value"] = "0.123459999"
    assert client.place(ticket).json["position"]["units"]["value"] == "0.12345"


def test_the_fee_comes_off_what_was_bought_on_spot(client, ticket, clock):
    ticket["pair"], ticket["position"]["units"]["value"] = "USDT_DOGE", "15"
    ticket["take_profit"] = ticket["stop_loss"] = {"enabled": False}
    made = client.place(at_market(ticket)).json["position"]
    clock.settle()
    filled = client.get("/v2/smart_trades?status=all").json[0]["position"]
    assert filled["units"]["value"] == "14.985"
    assert filled["total"] == made["total"]
    bare = Decimal(filled["price"]["value_without_commission"])
    assert Decimal(filled["price"]["value"]) == (bare / Decimal("0.999")).quantize(
        Decimal("0.00001"), "ROUND_DOWN"
    )


def test_the_note_comes_back(client, ticket):
    ticket["note"] = "caf\u00e9 \u20ac \U0001f600 ref:k7m2q9xa4w"
    made = client.place(ticket).json
    assert made["note"] == made["note_raw"] == ticket["note"]


def test_a_trade_of_somebody_else_is_not_there(client, neighbour, ticket):
    number = client.place(ticket).json["id"]
    path = f"/v2/smart_trades/{number}"
    for method, address in [
        ("GET", path),
        ("DELETE", path),
        ("POST", f"{path}/close_by_market"),
    ]:
        reply = neighbour.send(method, address)
        assert (reply.status, reply.json) == (404, NOT_FOUND)
    assert neighbour.get("/v2/smart_trades").json == []
    assert client.server.trades[number].ended_ms is None


def test_an_account_of_somebody_else_is_refused(client, neighbour, ticket):
    reply = neighbour.place(ticket)
    assert (reply.status, reply.json) == (
        403,
        {
            "error": "Forbidden",
            "error_description": "Account not owned by current user.",
        },
    )
    assert neighbour.place(ticket | {"account_id": 2001}).status == 201
    assert client.place(ticket | {"account_id": 2001}).status == 403


def test_both_keys_of_an_owner_see_the_same_trades(client, server, ticket):
    number = client.place(ticket).json["id"]
    listed = Client(server, RSA_KEY).get("/v2/smart_trades").json
    assert [trade["id"] for trade in listed] == [number]


@pytest.mark.parametrize("number", ["1", "999999999999999999"])
def test_an_unknown_trade_is_not_found(number, client):
    reply = client.get(f"/v2/smart_trades/{number}")
    assert (reply.status, reply.json) == (404, NOT_FOUND)


def test_paper_and_real_are_separate_lists(client, ticket):
    real = client.place(ticket).json["id"]
    paper = client.place(ticket | {"account_id": 1003}).json["id"]

    def listed(**headers):
        return [t["id"] for t in client.get("/v2/smart_trades", **headers).json]

    assert listed() == listed(Forced_Mode="real") == [real]
    assert listed(Forced_Mode="paper") == [paper]


def test_the_account_decides_the_mode_whatever_the_header_says(client, ticket):
    body = json.dumps(ticket).encode()
    client.send("POST", "/v2/smart_trades", body, Forced_Mode="paper")
    assert len(client.get("/v2/smart_trades", Forced_Mode="real").json) == 1


def test_a_mode_that_does_not_exist_is_refused(client):
    reply = client.get("/v2/smart_trades", Forced_Mode="demo")
    assert (reply.status, reply.json["error"]) == (400, "forced_mode_invalid")
