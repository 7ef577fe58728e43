"""``kill -9`` of the sender at every point of its way: no trade twice, and none lost.

A round queues orders for accounts of every mood, kills the sender that is at work on
several of them, lets another go on, and has looks and the trader settle what is left.
``KILL_ROUNDS`` asks for more rounds than one for each point; each tells its seed, and
``KILL_SEED`` plays that one again. The moments between two processes stay chance.
"""

from __future__ import annotations

import os
import secrets
import signal
from random import Random
from threading import Event

import pytest

from tests.faults.dying import POINTS
from tests.faults.reckoning import reckon
from tests.faults.trader import (
    be_patient,
    end_the_leases,
    look_for_a_while,
    open_the_gates,
    until,
)
from tests.services.steps import look_again
from trades.models import Submission
from trades.services import settling

ANY = "any moment"
MOMENTS = (*POINTS[POINTS.index("after-c2") :], ANY, ANY)
ROUNDS = int(os.environ.get("KILL_ROUNDS") or len(MOMENTS))
SEED = os.environ.get("KILL_SEED")

# Two that answer, one that refuses, one that fails, and three that make the trade and
# lose the answer.
ACCOUNTS = (1001, 1001, 1422, 1500, 1501, 1502, 1504)
UNSETTLED = ("queued", "claimed", "sending")

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("number", range(ROUNDS))
def test_whenever_a_sender_is_killed_no_trade_is_made_twice_and_none_is_lost(
    number, assert_safe, fault_server, orders, sender_process, settings, trader
):
    be_patient(settings)
    point, seed = MOMENTS[number % len(MOMENTS)], SEED or secrets.token_hex(4)
    print(f"round {number}: {point}, KILL_SEED={seed}")  # noqa: T201
    random = Random(seed)
    orders(random)
    first = sender_process(kill_at="" if point == ANY else point)
    if point == ANY:
        kill_at_any_moment(first, fault_server, random)
    assert first.wait() == -signal.SIGKILL, first.output
    assert point == ANY or f"killed: {point}\n" in first.lines
    left = Submission.objects.filter(state__in=UNSETTLED)
    print(f"left behind: {left.count()}")  # noqa: T201
    end_the_leases()
    open_the_gates()
    second = sender_process()
    until(lambda: not left.exists())
    second.terminate()
    assert second.wait() == 0
    settle(fault_server, trader)
    print(dict(reckon(fault_server)))  # noqa: T201
    assert_safe()


@pytest.fixture
def orders(account, make_account, confirmed):
    """Queue an order for each of the accounts, in any order."""

    def queue(random: Random) -> None:
        known = {account.remote_id: account}
        for n, remote_id in enumerate(random.sample(ACCOUNTS, len(ACCOUNTS))):
            if remote_id not in known:
                known[remote_id] = make_account(remote_id)
            to = {"account_id": str(known[remote_id].public_id)}
            confirmed(to | {"position.units.value": f"0.{n + 1}"})

    return queue


def kill_at_any_moment(sender, server, random: Random) -> None:
    """After some event at the server, and up to 50 milliseconds more."""
    moments = [server.connected, server.shaken, server.arrived, server.ended]
    random.choice(moments).wait(random.randint(1, len(ACCOUNTS)), timeout_s=60)
    Event().wait(random.random() / 20)
    sender.kill()


def settle(server, trader) -> None:
    """By a look; where looks find nothing for a while, by the trader's own."""
    server.ended.wait(server.connections, timeout_s=60)
    unknown = Submission.objects.filter(state="unknown")
    open_the_gates()
    for submission in unknown:
        look_again(submission)
    for submission in unknown.all():
        look_for_a_while(submission)
        settling.declare_absent(submission, typed=submission.pair, by=trader)
