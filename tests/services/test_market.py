"""Facts on their way: fetched when wished for, kept, tried again, and forgotten."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.db import connections as databases
from django.utils import timezone

from tests.services.markets import ago, in_four_threads, wait_s
from trades.models import Account, Alarm, Connection, Fact, Gate
from trades.services import facts, gates, market

pytestmark = pytest.mark.django_db

Kind = Fact.Kind
PAIR = "USDT_BTC"
UNKNOWN_PAIR = (400, {"error": "Unknown pair"})


@pytest.fixture
def wish(account):
    """Somebody wished for it a moment ago."""

    def wish(kind: Kind = Kind.RATES, pair: str = PAIR, **fields) -> Fact:
        pair = "" if kind is Kind.PAIRS else pair
        fields = {"wanted_at": ago(1), "account": account, **fields}
        return Fact.objects.create(kind=kind, pair=pair, **fields)

    return wish


def again(fact: Fact) -> None:
    """Have the next try be due now, and make it."""
    Fact.objects.filter(pk=fact.pk).update(wanted_at=ago(1))
    market.fetch(fact.pk)
    fact.refresh_from_db()


@pytest.mark.parametrize(
    ("kind", "target", "answer"),
    [
        (
            Kind.PAIRS,
            "accounts/market_pairs?market_code=binance",
            ["USDT_BTC", "USDT_ETH"],
        ),
        (
            Kind.RATES,
            "accounts/currency_rates?market_code=binance&pair=USDT_BTC"
            "&limit_type=smart_trade",
            {"bid": "59999.99", "lotStep": "0.001"},
        ),
        (
            Kind.LEVERAGE,
            "accounts/1001/leverage_data?pair=USDT_BTC",
            [{"code": "none", "valid": {}}],
        ),
    ],
)
def test_what_is_wished_for_is_asked_and_kept(
    wish, market_server, kind, target, answer
):
    fact = wish(kind, tries=1, failure={"reason": "broken"}, failed_at=ago(3))
    market.fetch(fact.pk)
    fact.refresh_from_db()
    assert market_server.targets == [f"/public/api/ver1/{target}"]
    assert fact.answer == answer
    assert fact.answered_at >= ago(5)
    assert (fact.wanted_at, fact.tries) == (None, 0)
    assert (fact.failure, fact.failed_at) == ({}, None)


@pytest.mark.parametrize("kind", Kind)
def test_the_sandbox_answers_each_kind(wish, sandbox, kind):
    fact = wish(kind)
    market.fetch(fact.pk)
    fact.refresh_from_db()
    assert fact.answer
    assert fact.failure == {}


def test_nothing_is_asked_twice_for_one_wish(wish, market_server):
    fact = wish()
    for _ in range(2):
        market.fetch(fact.pk)
    assert market_server.asked == ["currency_rates"]


@pytest.mark.parametrize(
    "reply",
    [(500, b""), (200, b"<html>"), (200, []), (200, b'{"bid": "1"'), (302, {})],
)
def test_three_tries_are_made_and_then_the_failure_stays(wish, market_server, reply):
    fact = wish(answer={"bid": "1"}, answered_at=ago(60))
    market_server.replies["currency_rates"] = reply
    waits = []
    for _ in range(5):
        again(fact)
        waits.append(wait_s(fact, "wanted_at"))
    assert market_server.asked == ["currency_rates"] * 3
    assert waits[:3] == [2, 8, None]
    assert fact.failure == {"reason": "unclear", "status": reply[0], "text": ""}
    assert fact.failed_at >= ago(5)
    assert fact.answer == {"bid": "1"}  # the last one there was, with its age
    assert fact.answered_at < ago(50)


def test_a_new_wish_after_three_failures_is_tried_anew(wish, market_server):
    wish(Kind.PAIRS, answer=[PAIR], answered_at=ago(1), wanted_at=None)
    fact = wish(wanted_at=None, tries=3, failed_at=ago(60))
    facts.want(fact.account, PAIR)
    market.fetch(fact.pk)
    assert market_server.asked == ["currency_rates"]


def test_a_refusal_is_not_tried_again(wish, market_server):
    fact = wish()
    market_server.replies["currency_rates"] = UNKNOWN_PAIR
    market.fetch(fact.pk)
    assert wait_s(fact, "wanted_at") is None
    told = {"reason": "refused", "status": 400, "text": "Unknown pair"}
    assert fact.failure == told


def test_a_secret_that_opens_nowhere_is_a_failure_of_ours(wish, settings):
    settings.SEALING_KEYS = [b"another key of thirty-two bytes!"]
    fact = wish()
    market.fetch(fact.pk)
    assert wait_s(fact, "wanted_at") is None
    assert fact.failure == {"reason": "config", "status": None, "text": ""}


def test_a_refusal_of_the_key_marks_it_until_the_same_is_answered(
    wish, connection, market_server
):
    fact, good = wish(Kind.LEVERAGE), market_server.replies["leverage_data"]
    market_server.replies["leverage_data"] = (403, {"error": "Forbidden"})
    market.fetch(fact.pk)
    market.fetch(wish().pk)
    connection.refresh_from_db()
    assert connection.refused_at
    assert connection.refusal == "leverage: 403 Forbidden"
    assert connection.worked_at is None  # prices are told without a key, too
    market_server.replies["leverage_data"] = good
    again(fact)
    connection.refresh_from_db()
    assert (connection.refused_at, connection.refusal) == (None, "")
    assert connection.worked_at


def test_a_refusal_for_the_pace_or_a_ban_silences_everything(wish, market_server):
    market_server.replies["currency_rates"] = (429, b"")
    market.fetch(wish().pk)
    until, needs_admin = gates.silent_until()
    assert (bool(until), needs_admin) == (True, False)
    Gate.objects.all().delete()
    market_server.replies["leverage_data"] = (418, b"")
    market.fetch(wish(Kind.LEVERAGE).pk)
    assert gates.silent_until()[1]
    assert Alarm.objects.get().submission is None


def test_a_shut_gate_counts_as_no_try(wish, market_server):
    fact = wish()
    gates.shut("rate")
    market.fetch(fact.pk)
    assert wait_s(fact, "wanted_at") == 2
    assert (fact.tries, fact.failure, market_server.asked) == (0, {}, [])


@pytest.mark.django_db(transaction=True)
def test_two_senders_make_one_request(wish, market_server):
    fact = wish()
    in_four_threads(market.fetch, fact.pk)
    assert market_server.asked == ["currency_rates"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("late", [(200, b'{"bid": "old"}'), (500, b"")])
def test_what_comes_too_late_covers_nothing_newer(wish, market_server, late):
    fact = wish()

    def answer(peer) -> None:
        newer = {"answer": {"bid": "new"}, "answered_at": ago(0), "wanted_at": None}
        Fact.objects.filter(pk=fact.pk).update(**newer)
        databases.close_all()
        peer.answer(*late)

    market_server.replies["currency_rates"] = answer
    market.fetch(fact.pk)
    fact.refresh_from_db()
    assert fact.answer == {"bid": "new"}
    assert (fact.failure, fact.wanted_at) == ({}, None)


def test_a_try_that_died_is_made_again_after_its_lease(wish, market_server):
    fact = wish()
    market_server.replies["currency_rates"] = lambda peer: peer.reset()
    market.fetch(fact.pk)
    Fact.objects.filter(pk=fact.pk).update(wanted_at=ago(-60), failure={})
    assert not market.due_facts().exists()
    Fact.objects.filter(pk=fact.pk).update(wanted_at=ago(0))
    assert market.due_facts().get().tries == 1


def test_the_oldest_wish_comes_first_and_a_forgotten_one_never(wish):
    for seconds in (1, 100, 50, 121, -5):
        wish(pair=f"USDT_X{seconds}", wanted_at=ago(seconds))
    wish(pair="USDT_TRIED", tries=3)
    wish(pair="USDT_NOBODY", wanted_at=None)
    due = [fact.pair for fact in market.due_facts()]
    assert due == ["USDT_X100", "USDT_X50", "USDT_X1"]


@pytest.mark.parametrize("field", ["disabled_at", "deleted_at"])
def test_of_a_key_out_of_use_nothing_is_fetched(wish, market_server, field):
    fact = wish()
    Connection.objects.update(**{field: ago(1)})
    market.fetch(fact.pk)
    assert not market.due_facts().exists()
    assert market_server.asked == []


def test_of_an_account_that_is_gone_nothing_is_fetched(wish, market_server):
    fact = wish()
    Account.objects.update(gone_at=ago(1))
    market.fetch(fact.pk)
    assert market_server.asked == []


def test_what_nobody_has_asked_of_for_a_day_is_forgotten(wish):
    day = timedelta(days=1, seconds=9)
    old, times = timezone.now() - day, ("wanted_at", "answered_at", "failed_at")
    for name in times:
        wish(pair=f"OLD_{name}", **{"wanted_at": None, name: old})
        wish(pair=f"NEW_{name}", **dict.fromkeys(times, old) | {name: ago(80_000)})
    wish(Kind.LEVERAGE, pair="OLD_LEVERAGE", wanted_at=old)
    wish(Kind.PAIRS, wanted_at=old)
    wish(pair="ABOUT_TO_BE_WISHED_FOR", wanted_at=None)
    market.forget()
    left = set(Fact.objects.values_list("pair", flat=True))
    assert left == {"", "ABOUT_TO_BE_WISHED_FOR", *(f"NEW_{name}" for name in times)}


@pytest.mark.parametrize("status", [200, 401, 500])
def test_no_log_and_no_row_holds_a_secret(
    wish, connection, sandbox, market_server, sandbox_file, caplog, status
):
    key = sandbox.api.keys[0]
    for name in ("validate", "accounts", "leverage_data"):
        market_server.replies[name] = (status, {"error": "no"})
    facts.want_test(connection)
    with caplog.at_level(logging.DEBUG):
        market.test(connection.pk)
        market.fetch(wish(Kind.LEVERAGE).pk)
    assert len(market_server.asked) == 2
    signed = [
        line.partition(b": ")[2].decode()
        for request in market_server.server.requests
        for line in request.split(b"\r\n")
        if line.lower().startswith(b"signature")
    ]
    connection.refresh_from_db()
    rows = [connection.refusal, connection.test_failure, *Fact.objects.values()]
    for secret in (key.secret, key.api_key, *signed):
        assert secret not in caplog.text + str(rows)
    assert "Starting new HTTP" in caplog.text  # it was listening
    assert len(signed) == 2
