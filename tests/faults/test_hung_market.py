"""A market's answer that never comes holds up no order, no look and no end."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from django.db import connections
from django.utils import timezone

from tests.faults.scripts import create, handshake, hang, reset
from trades import sender
from trades.models import Connection, Fact, Submission

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("safe_in_the_end"),
]
HUNG = sender.FACTS + sender.TESTS


@contextmanager
def at_work() -> Iterator[Callable[[], None]]:
    """A sender; what is yielded ends it, and waits until it has ended."""
    stop = threading.Event()

    def run() -> None:
        try:
            sender.run(stop)
        finally:
            connections.close_all()

    def end() -> None:
        stop.set()
        loop.join(20)
        assert not loop.is_alive()

    loop = threading.Thread(target=run)
    loop.start()
    try:
        yield end
    finally:
        end()


@pytest.fixture
def all_hung(fault_server, account, settings) -> Iterator[Callable[[], None]]:
    """Every thread that asks of markets and keys waits for an answer.

    What is yielded releases them and ends the sender.
    """
    settings.READ_S, settings.EXCHANGE_S = 15, 20
    for _ in range(HUNG):
        fault_server.on_connect(handshake, hang)
    now, kind = timezone.now(), Fact.Kind.RATES
    for pair in ("USDT_BTC", "USDT_ETH", "USDT_ADA"):
        Fact.objects.create(account=account, kind=kind, pair=pair, wanted_at=now)
    Connection.objects.update(test_wanted_at=now)
    with at_work() as end:
        fault_server.hanging.wait(HUNG)

        def release() -> None:
            fault_server.release(HUNG)
            end()

        yield release
        fault_server.release(HUNG)


def told() -> list[str]:
    """The pairs of which something came."""
    nothing = {"answered_at": None, "failed_at": None}
    return list(Fact.objects.exclude(**nothing).values_list("pair", flat=True))


def until(submission: Submission, state: str) -> None:
    tick = threading.Event()
    for _ in range(200):
        submission.refresh_from_db()
        if submission.state == state:
            return
        tick.wait(0.05)
    raise AssertionError(f"{submission.state}, not {state}")


def test_an_order_goes_its_way_beside_hung_markets(all_hung, confirmed):
    until(confirmed(), "accepted")
    assert told() == []


def test_a_look_goes_its_way_beside_hung_markets(all_hung, fault_server, confirmed):
    fault_server.on_post(create, reset)
    submission = confirmed()
    until(submission, "unknown")
    Submission.objects.update(next_look_at=timezone.now())
    until(submission, "accepted")
    assert told() == []


def test_who_is_told_to_end_finishes_the_questions_in_hand(all_hung):
    assert told() == []
    all_hung()
    assert len(told()) >= sender.FACTS
    connection = Connection.objects.get()
    assert (connection.test_wanted_at, connection.test_failure) == (None, {})
    assert connection.tested_at
