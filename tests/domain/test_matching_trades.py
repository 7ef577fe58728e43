"""Which trade is ours: its token, its time, and the trades of every kind."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from tests.domain.listed import (
    DATA,
    FULL,
    GONE,
    SAMPLES,
    TOKEN,
    beside,
    changed,
    listed,
    paths,
)
from trades.domain import payload
from trades.domain.matching import Match, echo, fingerprint
from trades.domain.payload import Difference
from trades.domain.reading import read_json
from trades.domain.strict_json import load
from trades.domain.trade_types import TradeType

REQUESTS = sorted(name for name in SAMPLES if name.startswith("create.request."))
LISTED = [
    pytest.param(entity, id=f"{name}-{entity['id']}")
    for name, shape in sorted(SAMPLES.items())
    for entity in (shape if isinstance(shape, list) else [shape])
    if isinstance(entity, dict) and "skip_enter_step" in entity and "status" in entity
]
CASES = {
    case["id"]: case["input"]
    for case in map(load, (DATA / "cases.jsonl").read_bytes().splitlines())
    if case["valid"]
}
REFUSED = ("cond-17", "sl-37", "mix-05")  # good by the book, not for the sandbox
BOOK = [
    name
    for name in CASES
    if name.startswith(("cond-", "mix-", "sl-", "type-")) and name not in REFUSED
]


@pytest.fixture(scope="module")
def ours() -> dict:
    """The trade that was made of FULL."""
    return listed(FULL)


def placed(trade: dict) -> Match:
    """What a trade comes to beside the body that our own code makes of it."""
    futures = trade["pair"].endswith("USDT")
    ticket = read_json(trade | {"account_id": 1002 if futures else 1001})
    body = payload.decode(payload.encode(payload.body(ticket, token=TOKEN)))
    return beside(body, listed(body))


@pytest.mark.parametrize("name", REQUESTS)
def test_every_example_of_the_vendor_finds_its_own_trade(name):
    trade = SAMPLES[name]
    if trade.get("leverage"):
        trade = changed(trade, "leverage.type", "isolated")
    found = placed(trade)
    assert (found.hard, found.numeric, found.is_candidate) == ((), (), True)
    assert found.has_token
    raw = trade | {"account_id": 1001}
    assert beside(raw, listed(raw)).is_candidate


@pytest.mark.parametrize("name", BOOK)
def test_every_good_trade_of_the_rule_book_finds_its_own(name):
    found = placed(CASES[name])
    assert (found.hard, found.numeric, found.is_candidate) == ((), (), True)


@pytest.mark.parametrize("trade_type", TradeType)
def test_a_trade_of_each_type_finds_its_own_and_no_other(trade_type):
    def of(trade_type: TradeType) -> dict:
        exits = {group: FULL[group] for group in ("take_profit", "stop_loss")}
        position = FULL["position"] | {"type": trade_type.side}
        flags = {
            "instant": trade_type.instant,
            "skip_enter_step": trade_type.skips_entry,
        }
        rest = {} if trade_type.instant else exits
        trade = {"account_id": 1001, "pair": "USDT_BTC", "position": position}
        return payload.body(read_json(trade | flags | rest))

    found = beside(of(trade_type), listed(of(trade_type)))
    assert (found.hard, found.numeric, found.soft) == ((), (), ())
    candidates = [
        t for t in TradeType if beside(of(t), listed(of(trade_type))).is_candidate
    ]
    assert candidates == [trade_type]


def as_body(entity: dict) -> dict:
    """A body that the entity could have been made of."""
    names = ("pair", "instant", "skip_enter_step", "position", "take_profit")
    body = {name: copy.deepcopy(entity[name]) for name in names}
    return body | {
        "account_id": entity["account"]["id"],
        "stop_loss": entity["stop_loss"],
    }


@pytest.mark.parametrize("entity", LISTED)
def test_every_trade_of_the_vendors_samples_is_read(entity):
    made = datetime.fromisoformat(entity["data"]["created_at"])
    found = beside(as_body(entity), entity, since=made, until=made)
    assert (found.remote_id, found.created_at) == (entity["id"], made)
    assert found.status == entity["status"]["title"]
    assert (found.hard, found.numeric, found.is_candidate) == ((), (), True)
    assert (found.has_token, found.reference) == (False, "")
    assert echo(as_body(entity), entity) == ()
    other = beside(FULL, entity)
    assert not other.is_candidate
    assert "account.id" in paths(other.hard)


def test_exits_without_an_entry_are_found_as_the_vendor_shows_them():
    entity = SAMPLES["trade_cancel.200.json"]
    sent = SAMPLES["create.request.smart_sell_tp_1_limit_sl_market.json"] | {
        "account_id": entity["account"]["id"],
        "pair": entity["pair"],
    }
    made = datetime.fromisoformat(entity["data"]["created_at"])
    body = payload.body(read_json(sent))
    found = beside(body, entity, since=made, until=made)
    assert found.is_candidate
    assert paths(found.soft)[0] == "position.price.value"


def test_a_note_that_was_changed_is_shown(ours):
    other = changed(changed(ours, "note", "plan B"), "note_raw", GONE)
    found = beside(FULL, other)
    assert (found.has_token, found.note, found.reference) == (False, "plan B", "")
    assert found.soft == (Difference("note", f"plan A ref:{TOKEN}", "plan B"),)
    body = {name: value for name, value in FULL.items() if name != "note"}
    assert paths(beside(body, other).soft) == ["note"]


@pytest.mark.parametrize(
    ("note", "raw", "reference"),
    [
        (f"plan ref:{TOKEN}", None, TOKEN),
        ("", f"plan ref:{TOKEN}", TOKEN),
        (TOKEN, 7, TOKEN),
        ([], f" {TOKEN}\n", TOKEN),
        (f"was ref:aaaaaaaaaa ref:{TOKEN}, then more", "", TOKEN),
        (f" ref:{TOKEN}", "", TOKEN),
        (f"found:{TOKEN}", None, ""),
    ],
)
def test_our_token_is_found_in_either_note(note, raw, reference, ours):
    entity = changed(changed(ours, "note", note), "note_raw", raw)
    found = beside(FULL, entity)
    assert (found.has_token, found.reference) == (True, reference)
    other = beside(FULL, entity, token="zzzzzzzzzz")
    assert (other.has_token, other.reference) == (False, reference)
    assert not beside(FULL, entity, token="").has_token


@pytest.mark.parametrize(
    "note",
    [
        "",
        "ref:",
        "plan",
        "plan ref:K7M2Q9XA4W",
        "ref:k7m2q9xa4",
        f" ref:{TOKEN}x",
        None,
    ],
)
def test_a_note_without_a_token_carries_none(note, ours):
    entity = changed(changed(ours, "note", note), "note_raw", None)
    assert beside(FULL, entity, token="0000000000").reference == ""


def test_texts_are_fit_to_be_shown(ours):
    long = "\u202e a\x00b\ud800\n" + "c" * 400
    entity = changed(changed(ours, "note", long), "status.title", "\x1b[31m")
    found = beside(FULL, changed(entity, "pair", long))
    assert found.note == "a b  " + "c" * 293
    assert (found.status, found.hard[0].after) == ("[31m", found.note)
    for title in (None, "", 5, GONE):
        assert beside(FULL, changed(ours, "status.title", title)).status == "created"
    assert beside(FULL, changed(ours, "status", None)).status == ""


@pytest.mark.parametrize(
    ("created_at", "is_in"),
    [
        ("2025-08-11T13:28:00.000Z", True),
        ("2025-08-11T13:27:59.999Z", False),
        ("2025-08-11T13:32:00.000Z", True),
        ("2025-08-11T13:32:00.001Z", False),
        ("2025-08-11T15:30:00+02:00", True),
        ("2025-08-11T13:30:00", True),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-31T23:59:59-14:00", False),
        ("yesterday", False),
        (1754919000, False),
        (None, False),
        (GONE, False),
    ],
)
def test_only_a_trade_of_that_time_is_a_candidate(created_at, is_in, ours):
    found = beside(FULL, changed(ours, "data.created_at", created_at))
    assert (found.in_window, found.is_candidate, found.hard) == (is_in, is_in, ())
    assert found.created_at is None or found.created_at.tzinfo is UTC


@pytest.mark.parametrize(
    "entity", [None, [], [{}], "{}", 7, True, {}, {"id": None}, *(
        {"id": number} for number in ("5", True, 0, -1, 5.0, Decimal(5), 2**63, [5])
    )],
)  # fmt: skip
def test_what_has_no_usable_number_is_no_trade(entity):
    assert beside(FULL, entity) is None


def test_a_bare_number_is_a_trade_of_which_nothing_is_known():
    found = beside(FULL, {"id": 2**63 - 1})
    assert (found.remote_id, found.created_at) == (2**63 - 1, None)
    assert (found.status, found.note, found.has_token) == ("", "", False)
    assert len(found.hard) == len(beside({}, {"id": 1}).hard) == 6


def test_the_answer_may_not_name_another_account_pair_or_side(ours):
    assert echo(FULL, ours) == echo(FULL, {}) == echo(FULL, {"account": 7}) == ()
    for path, value in (("account.id", 7), ("pair", "USDT_ETH"), ("position.type", [])):
        shown = "…" if value == [] else str(value)
        before = {"account.id": "1001", "pair": "USDT_BTC", "position.type": "buy"}
        expected = (Difference(path, before[path], shown),)
        assert echo(FULL, changed(ours, path, value)) == expected
        assert echo(FULL, changed(ours, path, None)) == ()
    assert echo(FULL, changed(ours, "position.order_type", "limit")) == ()


def test_look_alikes_have_the_same_fingerprint():
    ours = fingerprint(FULL, mode="real")
    for path, value in (
        ("position.units.value", "0.0123470"),
        ("position.units.value", Decimal("0.012347")),
        ("account_id", "1001"),
        ("note", "another"),
        ("position.price.value", "1"),
    ):
        assert fingerprint(changed(FULL, path, value), mode="real") == ours
    others = [fingerprint(FULL, mode="paper")] + [
        fingerprint(changed(FULL, path, value), mode="real")
        for path, value in (
            ("position.units.value", "0.01234"),
            ("account_id", 1002),
            ("pair", "USDT_ETH"),
            ("position.type", "sell"),
        )
    ]
    assert len({ours, *others}) == 6
    assert all(len(each) == 64 for each in others)
