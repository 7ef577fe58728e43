"""The sender's loop, and two of them at once, against a real sandbox."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from time import monotonic

import pytest
from django.db import connection, connections

from trades import sender
from trades.models import Submission
from trades.services import sending

pytestmark = pytest.mark.django_db(transaction=True)


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
