"""The sender's loop, and two of them at once, against a real sandbox."""

from __future__ import annotations

import threading
from time import monotonic

import pytest
from django.db import connections

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


def run_and_close(stop: threading.Event) -> None:
    try:
        sender.run(stop)
    finally:
        connections.close_all()
