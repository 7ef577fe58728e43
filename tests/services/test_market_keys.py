"""The test of a key: what is asked, what is kept, and when it is tried again."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connections as databases
from django.utils import timezone

from tests.services.markets import ago, in_four_threads, listed, wait_s
from trades.gateway.failures import BadAnswer
from trades.gateway.vault import KeyUnusable
from trades.models import Account, Alarm, Connection, Gate
from trades.services import facts, gates, market
from trades.services.gates import GateShut

pytestmark = pytest.mark.django_db

SIGNATURE = {
    "error": "signature_invalid",
    "error_description": "Provided signature is invalid",
}
NO_RIGHT = {
    "error": "Forbidden",
    "error_description": "Api key not authorized for this action",
}
PLAN = {"error": "Not available with your current subscription plan."}


@pytest.fixture
def wished(connection) -> Connection:
    facts.want_test(connection)
    connection.refresh_from_db()
    return connection


def again(connection: Connection) -> None:
    """Have the next try be due some seconds later, and make it."""
    Gate.objects.all().delete()
    Connection.objects.filter(pk=connection.pk).update(test_wanted_at=ago(1))
    market.test(connection.pk)
    connection.refresh_from_db()


def changed(connection: Connection) -> set[str]:
    """The fields that have changed in the database since it was read."""
    now = Connection.objects.get(pk=connection.pk)
    names = [field.attname for field in Connection._meta.concrete_fields]
    return {name for name in names if getattr(now, name) != getattr(connection, name)}


def test_a_good_key_is_validated_and_its_accounts_are_kept(wished, market_server):
    entity = listed(7, is_locked=True, lock_reason="KYC", api_key="hint", usd="1.5")
    market_server.replies["accounts"] = (200, [listed(1001), entity])
    market.test(wished.pk)
    wished.refresh_from_db()
    assert market_server.asked == ["validate", "accounts"]
    assert (wished.test_wanted_at, wished.test_tries) == (None, 0)
    assert wished.tested_at >= ago(5)
    assert wished.worked_at >= ago(5)
    assert (wished.test_failure, wished.refused_at) == ({}, None)
    account = Account.objects.get(remote_id=7)
    assert (account.name, account.market, account.trouble) == (
        "Spot 7",
        "binance",
        "locked: KYC",
    )
    assert account.flags == {
        "smart_trading_supported": True,
        "is_locked": True,
        "lock_reason": "KYC",
    }


def test_an_account_is_gone_once_a_complete_list_lacks_it(connection, market_server):
    market_server.replies["accounts"] = (200, [listed(1), listed(2)])
    first = market.fetch_accounts(connection)
    assert [a.remote_id for a in first] == [1, 2]
    market_server.replies["accounts"] = (200, [listed(2, name="New name")])
    (left,) = market.fetch_accounts(connection)
    assert (left.name, left.public_id) == ("New name", first[1].public_id)
    gone = Account.objects.get(remote_id=1)
    assert gone.gone_at
    Gate.objects.all().delete()  # some seconds later
    market_server.replies["accounts"] = (200, [listed(1), listed(2)])
    market.fetch_accounts(connection)
    gone.refresh_from_db()
    assert gone.gone_at is None
    assert Account.objects.count() == 2


def test_since_when_an_account_is_gone_stays(connection, market_server, make_account):
    account = make_account(5)
    Account.objects.filter(pk=account.pk).update(gone_at=ago(900))
    market.fetch_accounts(connection)
    account.refresh_from_db()
    assert account.gone_at < ago(800)


def test_a_list_that_breaks_off_makes_no_account_gone(
    connection, market_server, make_account
):
    account, full = make_account(5), [listed(n) for n in range(1001, 1101)]

    def page(peer) -> None:
        market_server.replies["accounts"] = (500, {"error": "unknown_error"})
        peer.answer(200, json.dumps(full).encode())

    market_server.replies["accounts"] = page
    with pytest.raises(BadAnswer):
        market.fetch_accounts(connection)
    account.refresh_from_db()
    assert account.gone_at is None
    assert Account.objects.count() == 1


@pytest.mark.parametrize(
    ("at", "status", "body", "reason", "text"),
    [
        ("validate", 401, SIGNATURE, "key", "Provided signature is invalid"),
        ("accounts", 403, NO_RIGHT, "key", "Api key not authorized for this action"),
        ("accounts", 429, PLAN, "plan", PLAN["error"]),
        ("validate", 404, b"<html>", "refused", ""),
        ("validate", 200, {"valid": False}, "unclear", ""),
        ("validate", 500, b"", "unclear", ""),
        ("accounts", 200, b"<html>", "unclear", ""),
        ("accounts", 200, {"error": "sorry"}, "unclear", ""),
        ("accounts", 200, [{"name": "without a number"}], "unclear", ""),
        ("accounts", 200, b'[{"id": 7', "unclear", ""),
    ],
)
def test_a_failure_is_kept_with_its_step(
    wished, market_server, at, status, body, reason, text
):
    market_server.replies[at] = (status, body)
    market.test(wished.pk)
    wished.refresh_from_db()
    assert wished.test_failure == {
        "step": at,
        "reason": reason,
        "status": status,
        "text": text,
    }
    assert wished.tested_at >= ago(5)
    assert bool(wished.worked_at) == (at == "accounts")
    assert wished.refusal == (f"test: {status} {text}" if reason == "key" else "")
    assert bool(wished.refused_at) == (reason == "key")
    is_no = reason in ("key", "plan", "refused")
    assert wait_s(wished, "test_wanted_at") == (None if is_no else 2)


def test_where_nobody_is_the_failure_has_no_status(wished, settings, market_server):
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    market.test(wished.pk)
    wished.refresh_from_db()
    told = {"step": "validate", "reason": "network", "status": None, "text": ""}
    assert wished.test_failure == told


def test_three_tries_are_made_and_no_more(wished, market_server):
    market_server.replies["validate"] = (502, b"<html>")
    waits = []
    for _ in range(5):
        again(wished)
        waits.append(wait_s(wished, "test_wanted_at"))
    assert waits[:3] == [2, 8, None]
    assert market_server.asked == ["validate"] * 3
    assert wished.test_failure["status"] == 502


def test_a_wish_that_is_not_due_yet_is_left(wished, market_server):
    later = timezone.now() + timedelta(seconds=5)
    Connection.objects.update(test_wanted_at=later)
    market.test(wished.pk)
    assert market_server.asked == []


def test_a_secret_that_opens_nowhere_is_not_tried_again(wished, settings):
    settings.SEALING_KEYS = [b"another key of thirty-two bytes!"]
    market.test(wished.pk)
    wished.refresh_from_db()
    told = {"step": "validate", "reason": "config", "status": None, "text": ""}
    assert (wished.test_failure, wished.test_wanted_at) == (told, None)
    with pytest.raises(KeyUnusable):
        market.fetch_accounts(wished)


def test_a_refusal_for_the_pace_silences_everything(wished, market_server):
    market_server.replies["validate"] = (429, b"")
    market.test(wished.pk)
    until, needs_admin = gates.silent_until()
    assert (until > timezone.now(), needs_admin) == (True, False)
    assert wait_s(wished, "test_wanted_at") is None


def test_a_ban_is_an_alarm_though_there_is_no_submission(wished, market_server):
    market_server.replies["accounts"] = (418, b"")
    for _ in range(2):
        again(wished)
    alarm = Alarm.objects.get()
    assert (alarm.kind, alarm.submission) == (Alarm.Kind.BAN, None)
    assert gates.silent_until()[1]


def test_a_shut_gate_changes_nothing_and_counts_as_no_try(wished, market_server):
    gates.shut("rate")
    with pytest.raises(GateShut):
        market.fetch_accounts(wished)
    assert changed(wished) == set()
    market.test(wished.pk)
    assert changed(wished) == {"test_wanted_at"}
    assert wait_s(wished, "test_wanted_at") == 2
    assert market_server.asked == []


def test_a_test_begins_only_where_both_its_questions_have_a_place(
    wished, market_server
):
    gates.admit(gates.FACTS, wished, 4)
    market.test(wished.pk)
    assert market_server.asked == []
    Gate.objects.all().delete()
    gates.admit(gates.FACTS, wished, 3)
    Connection.objects.update(test_wanted_at=ago(1))
    market.test(wished.pk)
    assert market_server.asked == ["validate", "accounts"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "meanwhile",
    [
        {"sealed_secret": "that of another key", "test_wanted_at": ago(0)},
        {"tested_at": ago(-86_400), "test_failure": {"step": "newer"}},
        {"deleted_at": ago(0)},
    ],
)
def test_an_outcome_that_was_overtaken_is_not_kept(wished, market_server, meanwhile):
    def answer(peer) -> None:
        Connection.objects.update(**meanwhile)
        databases.close_all()
        peer.answer(200, b"[]")

    market_server.replies["accounts"] = answer
    market.test(wished.pk)
    now = Connection.objects.get()
    expected = {"tested_at": None, "test_failure": {}, "worked_at": None}
    for name, value in (expected | meanwhile).items():
        assert getattr(now, name) == value, name


@pytest.mark.django_db(transaction=True)
def test_two_senders_make_one_test(wished, market_server):
    in_four_threads(market.test, wished.pk)
    assert market_server.asked == ["validate", "accounts"]


def test_the_oldest_wish_comes_first_and_a_forgotten_one_never(connection):
    def made(name: str, wanted_s: float, **fields) -> Connection:
        fields |= {"owner": connection.owner, "name": name, "scheme": "hmac"}
        return Connection.objects.create(test_wanted_at=ago(wanted_s), **fields)

    made("late", 1)
    made("early", 100)
    made("disabled", 50, disabled_at=ago(1))
    made("forgotten", 121)
    made("to come", -5)
    made("deleted", 10, deleted_at=ago(1))
    made("tried enough", 10, test_tries=3)
    assert [c.name for c in market.due_tests()] == ["early", "disabled", "late"]


def test_the_clock_of_the_other_end_is_kept(wished, market_server):
    def late(peer) -> None:
        peer.answer(200, b"[]", "Date: Thu, 01 Jan 2026 00:00:00 GMT")

    market_server.replies["accounts"] = late
    again(wished)
    assert wished.skew_s == 900  # as far as one is believed
