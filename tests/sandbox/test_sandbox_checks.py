"""The parameter check and the market's limits: what is refused, and how it is said."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.wire import DATA

SAMPLES = DATA / "samples"
MISSING, INVALID, EMPTY = ["is missing"], ["is invalid"], ["is empty"]
NOT_LISTED = ["does not have a valid value"]
STEP = "take_profit[steps][0]"
STOP = "stop_loss[conditional][price]"
GONE = object()
SETTLED = ("waiting_position", "waiting_targets", "finished")
# Nothing about them is refused; the account is another one's.
REQUESTS = sorted(path.name for path in SAMPLES.glob("create.request.*.json"))


def change(ticket: dict, path: str, value: object) -> None:
    *groups, last = path.split(".")
    for group in groups:
        ticket = ticket[int(group) if group.isdigit() else group]
    if value is GONE:
        del ticket[last]
    else:
        ticket[last] = value


@pytest.mark.parametrize("name", REQUESTS)
def test_every_example_of_the_vendor_is_accepted(name, client):
    example = json.loads((SAMPLES / name).read_text())
    foreign = client.place(example)
    assert (foreign.status, foreign.json["error"]) == (403, "Forbidden")
    made = client.place(example | {"account_id": 1001})
    assert made.status == 201, made.raw


@pytest.mark.parametrize("name", REQUESTS)
def test_every_example_of_the_vendor_lives_and_ends(name, client, clock):
    example = json.loads((SAMPLES / name).read_text())
    path = f"/v2/smart_trades/{client.place(example | {'account_id': 1001}).json['id']}"
    clock.settle()
    shown = client.get(path).json
    client.send("DELETE", path)
    clock.settle()
    last = client.get(path).json["status"]["type"]
    expected = "finished" if shown["instant"] else "cancelled"
    assert (shown["status"]["type"] in SETTLED, last) == (True, expected)


def test_the_vendor_has_this_many_examples():
    assert len(REQUESTS) == 25


ONE_FAULT = [
    ("account_id", GONE, {"account_id": MISSING}),
    ("account_id", "1001x", {"account_id": INVALID}),
    ("account_id", True, {"account_id": INVALID}),
    ("account_id", 0, {"account_id": NOT_LISTED}),
    ("pair", "", {"pair": EMPTY}),
    ("pair", 7, {"pair": INVALID}),
    ("instant", "yes", {"instant": INVALID}),
    ("instant", 1, {"instant": INVALID}),
    ("note", "x" * 301, {"note": ["too long. Max is 300 symbols"]}),
    ("note", "", {"note": EMPTY}),
    ("leverage", None, {"leverage": INVALID, "leverage[enabled]": MISSING}),
    ("leverage", {}, {"leverage[enabled]": MISSING}),
    (
        "leverage",
        {"enabled": True, "type": "cros"},
        {"leverage[type]": NOT_LISTED, "leverage[value]": MISSING},
    ),
    (
        "position",
        GONE,
        {
            "position": MISSING,
            "position[type]": MISSING,
            "position[order_type]": MISSING,
            "position[units]": MISSING,
            "position[units][value]": MISSING,
        },
    ),
    ("position.type", "BUY", {"position[type]": NOT_LISTED}),
    (
        "position.units",
        [],
        {"position[units]": INVALID, "position[units][value]": MISSING},
    ),
    ("position.units.value", "0", {"position[units][value]": NOT_LISTED}),
    ("position.units.value", "-1", {"position[units][value]": NOT_LISTED}),
    ("position.units.value", "1e3", {"position[units][value]": INVALID}),
    ("position.units.value", "0,01", {"position[units][value]": INVALID}),
    ("position.units.value", "٣", {"position[units][value]": INVALID}),
    ("position.units.value", None, {"position[units][value]": EMPTY}),
    ("position.units.value", False, {"position[units][value]": INVALID}),
    ("position.units.value", "9" * 61, {"position[units][value]": INVALID}),
    (
        "position.price",
        GONE,
        {"position[price]": MISSING, "position[price][value]": MISSING},
    ),
    (
        "position",
        {
            "type": "buy",
            "order_type": "conditional",
            "units": {"value": "0.01"},
            "conditional": {
                "order_type": "limit",
                "price": {"value": "60000", "type": "mid"},
                "trailing": {"enabled": True, "percent": "99.01"},
            },
        },
        {
            "position[price]": MISSING,
            "position[price][value]": MISSING,
            "position[conditional][price][type]": NOT_LISTED,
            "position[conditional][trailing][enabled]": NOT_LISTED,
            "position[conditional][trailing][percent]": NOT_LISTED,
        },
    ),
    (
        "take_profit",
        GONE,
        {"take_profit": MISSING, "take_profit[enabled]": MISSING},
    ),
    ("take_profit.steps", GONE, {"take_profit[steps]": MISSING}),
    ("take_profit.steps", [], {"take_profit[steps]": EMPTY}),
    ("take_profit.steps", {}, {"take_profit[steps]": INVALID}),
    ("take_profit.steps", [{}] * 9, {"take_profit[steps]": NOT_LISTED}),
    ("take_profit.steps.0.order_type", GONE, {f"{STEP}[order_type]": MISSING}),
    ("take_profit.steps.0.volume", "100.01", {f"{STEP}[volume]": NOT_LISTED}),
    ("take_profit.steps.0.price.type", GONE, {f"{STEP}[price][type]": MISSING}),
    (
        "take_profit.steps.0.price.value",
        GONE,
        {
            f"{STEP}[price][value],{STEP}[price][percent]": [
                "are missing, exactly one parameter must be provided"
            ]
        },
    ),
    (
        "take_profit.steps.0.price.percent",
        "5",
        {f"{STEP}[price][value],{STEP}[price][percent]": ["are mutually exclusive"]},
    ),
    (
        "take_profit.steps.0.trailing",
        {"enabled": True, "percent": "1"},
        {f"{STEP}[trailing][enabled]": NOT_LISTED},
    ),
    ("stop_loss.enabled", GONE, {"stop_loss[enabled]": MISSING}),
    ("stop_loss.order_type", GONE, {"stop_loss[order_type]": MISSING}),
    (
        "stop_loss.order_type",
        "limit",
        {"stop_loss[price]": MISSING, "stop_loss[price][value]": MISSING},
    ),
    ("stop_loss.conditional.price.type", "mid", {f"{STOP}[type]": NOT_LISTED}),
    ("stop_loss.breakeven", "true", {"stop_loss[breakeven]": NOT_LISTED}),
    (
        "stop_loss.timeout",
        {"enabled": True, "value": "1.5"},
        {"stop_loss[timeout][value]": INVALID},
    ),
    ("instant", True, {"take_profit": INVALID, "stop_loss": INVALID}),
]


@pytest.mark.parametrize(("path", "value", "attributes"), ONE_FAULT)
def test_a_wrong_parameter_is_refused_by_its_name(
    path, value, attributes, client, ticket
):
    change(ticket, path, value)
    reply = client.place(ticket)
    assert (reply.status, reply.json["error"]) == (400, "record_invalid")
    assert reply.json["error_attributes"] == attributes
    assert len(client.server.trades) == 0


def test_the_ticket_of_these_tests_is_right(client, ticket):
    assert client.place(ticket).status == 201


def test_what_is_no_object_lacks_everything(client):
    reply = client.place(b"[1]")
    assert reply.status == 400
    assert reply.json["error_attributes"]["account_id"] == MISSING


def test_a_step_that_is_no_object_is_named(client, ticket):
    ticket["take_profit"]["steps"] = [7]
    assert client.place(ticket).json["error_attributes"][STEP] == INVALID


def test_only_the_last_step_may_trail(client, ticket):
    first, last = (
        {
            "order_type": "market",
            "price": {"value": "70000", "type": "bid"},
            "volume": "50",
            "trailing": {"enabled": True, "percent": "1"},
        }
        for _ in range(2)
    )
    ticket["take_profit"]["steps"] = [first, last]
    reply = client.place(ticket)
    assert reply.json["error_attributes"] == {f"{STEP}[trailing][enabled]": NOT_LISTED}
    del first["trailing"]
    assert client.place(ticket).status == 201


def test_a_trade_cannot_be_simple_and_skip_its_entry(client, ticket):
    for name in ("take_profit", "stop_loss"):
        del ticket[name]
    ticket |= {"instant": True, "skip_enter_step": True}
    attributes = client.place(ticket).json["error_attributes"]
    assert attributes == {"instant,skip_enter_step": ["are mutually exclusive"]}


@pytest.mark.parametrize(
    ("path", "which"),
    [("take_profit.steps.0.price", "TP"), ("stop_loss.conditional.price", "SL")],
)
def test_a_percentage_needs_a_trailing_entry(path, which, client, ticket):
    change(ticket, path, {"percent": "5", "type": "bid"})
    reply = client.place(ticket)
    assert (reply.status, reply.json) == (
        400,
        {
            "error": "Wrong param(s)",
            "error_description": (
                f"{which} percentage condition available only with TrailingBuy"
            ),
        },
    )


def test_unknown_keys_are_ignored(client, ticket):
    assert client.place(ticket | {"trading_plan_id": 7}).status == 201


def test_the_parameters_are_checked_before_the_account(client, ticket):
    ticket |= {"account_id": 2001, "pair": ""}
    assert client.place(ticket).status == 400


@pytest.mark.parametrize(
    ("path", "value", "attributes"),
    [
        (
            "position.units.value",
            "10000",
            {
                "position": INVALID,
                "position.total": ["must be less than or equal to 9000000.0"],
                "units_to_buy": ["must be less than or equal to 9000.0"],
            },
        ),
        (
            "position.units.value",
            "0.00001",
            {
                "position": INVALID,
                "position.total": ["must be greater than or equal to 5.0"],
            },
        ),
        ("pair", "USDT_NONE", {"pair": INVALID}),
        (
            "take_profit.steps.0.volume",
            "99.999999999999999999999999999999",
            {"take_profit.steps": ["total volume must be equal to 100.0"]},
        ),
    ],
)
def test_the_market_refuses_what_is_too_much_or_too_little(
    path, value, attributes, client, ticket
):
    change(ticket, path, value)
    reply = client.place(ticket)
    assert (reply.status, reply.json["error"]) == (422, "record_invalid")
    assert reply.json["error_attributes"] == attributes


def test_leverage_is_limited_on_futures_and_ignored_on_spot(client, ticket):
    ticket["leverage"] = {"enabled": True, "type": "cross", "value": "126"}
    assert client.place(ticket).json["leverage"] == {"enabled": False}
    ticket |= {"account_id": 1002, "pair": "USDT_BTCUSDT"}
    attributes = client.place(ticket).json["error_attributes"]
    assert attributes == {"leverage.value": ["must be less than or equal to 125.0"]}
