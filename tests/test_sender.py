"""The sender's loop, and two of them at once, against a real sandbox."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connection, connections
from django.utils.timezone import now

from tests.services.markets import Market
from trades import sender
from trades.models import Account, Connection, Fact, Gate, Submission
from trades.services import facts, gates, sending

pytestmark = pytest.mark.django_db(transaction=True)

PAIR = "USDT_BTC"


def test_the_loop_sends_what_is_queued_and_ends_when_told(confirmed, sandbox):
    stop = threading.Event()
    loop = threading.Thread(target=run_and_close, args=(stop,))
    loop.start()
    pks = [confirmed().pk for _ in range(5)]
    deadline = monotonic() + 20
    while Submission.objects.filter(pk__in=pks).exclude(state="accepted").exists():
        if monotonic() > deadline or stop.wait(0.05):
            break
    stop.set()
    loop.join(20)
    assert not loop.is_alive()
    assert len(sandbox.trades) == 5


def test_a_pass_that_fails_does_not_end_the_sender(confirmed, sandbox, caplog):
    submission, stop = confirmed(), threading.Event()
    failing = FailsOnce()
    loop = threading.Thread(target=run_and_close, args=(stop, failing))
    loop.start()
    assert failing.failed.wait(10)
    deadline = monotonic() + 20
    while not sandbox.trades and monotonic() < deadline:
        stop.wait(0.05)
    stop.set()
    loop.join(20)
    submission.refresh_from_db()
    assert submission.state == "accepted"
    assert "_get_ready failed" in caplog.text


class FailsOnce:
    """A database that fails the first question in a way that nobody foresaw."""

    def __init__(self) -> None:
        self.failed = threading.Event()

    def __call__(self, execute, *arguments):
        if not self.failed.is_set():
            self.failed.set()
            raise RuntimeError("nobody foresaw this")
        return execute(*arguments)


def test_two_senders_make_one_trade_of_each_submission(confirmed, sandbox):
    pks = [confirmed().pk for _ in range(10)]
    senders = [threading.Thread(target=send_all, args=(pks,)) for _ in range(2)]
    for thread in senders:
        thread.start()
    for thread in senders:
        thread.join()
    assert len(sandbox.trades) == 10
    assert Submission.objects.filter(state="accepted").count() == 10


@pytest.fixture
def at_work():
    """A sender, from its first pass until the end of the block."""

    @contextmanager
    def at_work():
        stop = threading.Event()
        loop = threading.Thread(target=run_and_close, args=(stop,))
        loop.start()
        try:
            yield
        finally:
            stop.set()
            loop.join(20)
            assert not loop.is_alive()

    return at_work


def until(is_so: Callable[[], object]) -> None:
    """Return as soon as it is so; the test fails where it never is."""
    tick = threading.Event()
    for _ in range(200):
        if is_so():
            return
        tick.wait(0.05)
    raise AssertionError("it never came about")


def test_a_new_key_is_tested_and_its_markets_are_told(connection, sandbox, at_work):
    facts.want_test(connection)
    with at_work():
        until(Account.objects.filter(remote_id=1001).exists)
        account = Account.objects.get(remote_id=1001)
        until(lambda: facts.want(account, PAIR).pairs)
        until(lambda: facts.want(account, PAIR).rates)
    known = facts.known(account, PAIR)
    assert PAIR in known.pairs
    assert known.rates["lotStep"]
    assert not known.is_pending
    assert known.age_s(Fact.Kind.RATES) < 10
    connection.refresh_from_db()
    assert connection.worked_at
    assert connection.test_wanted_at is None


def test_a_wish_waits_while_there_is_silence(account, settings, at_work):
    fact = Fact.objects.create(
        account=account, kind=Fact.Kind.RATES, pair=PAIR, wanted_at=now()
    )
    with closing(Market()) as market, at_work():
        settings.SANDBOX_URL = market.server.url
        gates.shut("rate")
        facts.want_test(account.connection)
        threading.Event().wait(1)  # that nothing happens takes its time to be seen
        assert market.server.connections == 0
        Gate.objects.update(blocked_until=0)
        until(lambda: {"currency_rates", "accounts"} <= set(market.asked))
    fact.refresh_from_db()
    assert fact.answer == {"bid": "59999.99", "lotStep": "0.001"}


def test_two_senders_fetch_once_and_test_once(account, settings, at_work):
    with closing(Market()) as market:
        settings.SANDBOX_URL = market.server.url
        at = now()
        for pair in ("USDT_BTC", "USDT_ETH"):
            kind = Fact.Kind.RATES
            Fact.objects.create(account=account, kind=kind, pair=pair, wanted_at=at)
        facts.want_test(account.connection)
        with at_work(), at_work():
            until(lambda: len(market.asked) >= 4)
        asked = ["accounts", "currency_rates", "currency_rates", "validate"]
        assert sorted(market.asked) == asked


def test_a_key_to_be_tested_gets_its_places_before_any_fact(account):
    fetched: list[int] = []
    lane, tests = sender.Lane(1, fetched.append), sender.Lane(1, fetched.append)
    try:
        fact = Fact.objects.create(account=account, kind="pairs", wanted_at=now())
        gates.admit(gates.FACTS, account.connection, 4)  # one place is left
        facts.want_test(account.connection)
        sender._test_wished(tests)
        sender._fetch_wished(lane, tests)
        assert not lane.in_hand | tests.in_hand
        Connection.objects.update(test_wanted_at=None)
        sender._fetch_wished(lane, tests)
    finally:
        lane.finish()
        tests.finish()
    assert fetched == [fact.pk]


def test_what_nobody_wants_any_more_is_cleared_away(account, sandbox, at_work):
    fact = Fact.objects.create(
        account=account,
        kind=Fact.Kind.RATES,
        pair=PAIR,
        answered_at=now() - timedelta(days=2),
    )
    with at_work():
        until(lambda: not Fact.objects.filter(pk=fact.pk).exists())


def send_all(pks: list[int]) -> None:
    try:
        for pk in pks:
            sending.send(pk)
    finally:
        connections.close_all()


def run_and_close(stop: threading.Event, *wrappers) -> None:
    try:
        with ExitStack() as wrapped:
            for wrapper in wrappers:
                wrapped.enter_context(connection.execute_wrapper(wrapper))
            sender.run(stop)
    finally:
        connections.close_all()
