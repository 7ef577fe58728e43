"""The list of SmartTrades: each filter, the order, the pages."""

from __future__ import annotations

import pytest

from trades.sandbox.entity import smart_trade


@pytest.fixture
def four(client, ticket, clock):
    """Four trades a minute apart, each of another kind; their numbers, oldest first."""
    short = ticket["position"] | {"type": "sell"}
    bare = {key: ticket[key] for key in ("account_id", "pair", "position")}
    ada = ticket["position"] | {"units": {"value": "20"}, "price": {"value": "0.4"}}
    variants = [
        ticket,
        ticket | {"position": short, "account_id": 1005},
        bare | {"instant": True, "pair": "USDT_ADA", "position": ada},
        ticket | {"account_id": 1201},
    ]
    numbers = []
    for variant in variants:
        numbers.append(client.place(variant).json["id"])
        clock.ms += 60_000
    return numbers


@pytest.fixture
def ask(client, four):
    """The places, 0 to 3, of the trades that a query lists."""

    def ask(query: str) -> list[int]:
        reply = client.get(f"/v2/smart_trades?{query}")
        assert reply.status == 200, reply.raw
        return [four.index(trade["id"]) for trade in reply.json]

    return ask


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("order_by=created_at", [3, 2, 1, 0]),
        ("order_by=created_at&order_direction=asc", [0, 1, 2, 3]),
        ("order_by=created_at&order_direction=DESC", [3, 2, 1, 0]),
        ("order_by=updated_at&order_direction=asc", [0, 1, 2, 3]),
        ("order_by=closed_at", [3, 2, 1, 0]),
        ("order_by=profit", [3, 2, 1, 0]),
        # waiting_position, finished, failed: backwards by the alphabet
        ("", [1, 0, 2, 3]),
        ("status=active", [1, 0]),
        ("status=finished", [2]),
        ("status=successfully_finished", [2]),
        ("status=failed", [3]),
        ("status=cancelled", []),
        ("account_id=1005", [1]),
        ("pair=USDT_ADA", [2]),
        ("quote=USDT&base=ADA", [2]),
        ("quote=BTC", []),
        ("type=smart_cover", [1]),
        ("type=simple_buy", [2]),
        ("order_by=created_at&per_page=3", [3, 2, 1]),
        ("order_by=created_at&per_page=3&page=2", [0]),
        ("per_page=3&page=9", []),
    ],
)
def test_a_query_lists_what_it_asks_for(query, expected, ask):
    assert ask(query) == expected


def test_from_and_to_bound_the_creation(ask, client, four):
    moments = [
        client.get(f"/v2/smart_trades/{number}").json["data"]["created_at"]
        for number in four
    ]
    query = f"order_by=created_at&from={moments[1]}&to={moments[2]}"
    assert ask(query) == ask(query.replace(":", "%3A")) == [2, 1]


def test_ten_are_listed_unless_more_are_asked_for(client, ticket):
    for _ in range(12):
        client.place(ticket)
    assert len(client.get("/v2/smart_trades").json) == 10
    assert len(client.get("/v2/smart_trades?per_page=100").json) == 12


@pytest.mark.parametrize(
    ("query", "name", "text"),
    [
        ("status=successfully_finish", "status", "does not have a valid value"),
        ("status=", "status", "does not have a valid value"),
        ("order_by=id", "order_by", "does not have a valid value"),
        ("order_direction=up", "order_direction", "does not have a valid value"),
        ("type=grid", "type", "does not have a valid value"),
        ("per_page=0", "per_page", "does not have a valid value"),
        ("per_page=101", "per_page", "does not have a valid value"),
        ("page=-1", "page", "is invalid"),
        ("account_id=x", "account_id", "is invalid"),
    ],
)
def test_a_bad_query_is_refused(query, name, text, client):
    reply = client.get(f"/v2/smart_trades?{query}")
    assert (reply.status, reply.json["error"]) == (400, "record_invalid")
    assert reply.json["error_attributes"] == {name: [text]}


def test_a_moment_that_is_none_is_a_500_as_recorded(client):
    reply = client.get("/v2/smart_trades?from=1735689600000")
    assert reply.status == 500
    assert "StatementInvalid" in reply.json["error_description"]


def test_what_is_listed_is_the_whole_entity(client, ticket, clock):
    number = client.place(ticket).json["id"]
    trade = client.server.trades[number]
    listed = client.get("/v2/smart_trades").json[0]
    assert listed.keys() == smart_trade(trade, clock.ms).keys()
    assert listed == client.get(f"/v2/smart_trades/{number}").json
