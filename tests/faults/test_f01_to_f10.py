"""F01 to F10: nothing has left, and everybody knows it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import count
from threading import Barrier

import pytest
from django.db import connection as db
from django.db import connections
from django.test import Client
from django.urls import reverse

from tests.faults.network import BAD_CERTIFICATES
from tests.faults.scripts import (
    close,
    do,
    drop,
    handshake,
    hang,
    hello,
    plain_http,
    reset,
)
from tests.faults.wire import NOT_SENT, Wire
from tests.gateway.servers import WAIT_S
from tests.services.steps import age, state_of
from trades.models import Alarm, Connection, Gate, Submission
from trades.services import sending, stops

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("safe_in_the_end")]

NO_WAY = "3Commas could not be reached; the connection failed before any byte."
RUNS = 100
# Of a click on Cancel: those from which on either may still win.
STATEMENTS = range(2, 6)


@pytest.fixture
def wire(fault_server, client, confirmed, settings) -> Wire:
    return Wire(fault_server, client, confirmed, settings)


def assert_given_up_after_three(wire: Wire) -> None:
    tries = wire.send_until_it_rests()
    assert [state_of(s) for s in tries] == ["not_sent network"] * 3
    assert len({s.body for s in tries}) == 1
    wire.assert_not_sent(tries[-1], NO_WAY)
    for earlier in tries[:-1]:
        page = wire.reads(earlier)
        assert page.first_line == NOT_SENT
        assert "Tried again by itself, with the same bytes" in page.text
        assert "Send again" not in page.text


def test_f01_a_host_without_an_address(wire, settings):
    settings.SANDBOX_URL = "https://3commas.invalid"
    assert_given_up_after_three(wire)
    assert wire.server.connections == 0


def test_f02_a_port_that_is_closed(wire, settings, closed_port):
    settings.SANDBOX_URL = f"https://127.0.0.1:{closed_port}"
    assert_given_up_after_three(wire)


def test_f03_a_listener_that_takes_nobody_in(wire, settings, full_backlog):
    settings.SANDBOX_URL = f"https://127.0.0.1:{full_backlog}"
    settings.CONNECT_S = 0.1
    assert_given_up_after_three(wire)


@pytest.mark.parametrize("certificate", BAD_CERTIFICATES)
def test_f04_a_server_that_can_not_prove_who_it_is(
    wire, bad_certificate, reviewer, certificate
):
    wire.server.tls = bad_certificate(certificate)
    [submission] = wire.send_until_it_rests()
    assert state_of(submission) == "not_sent tls"
    wire.assert_not_sent(submission, "could not prove that it is 3Commas")
    assert [a.kind for a in submission.alarms.all()] == [Alarm.Kind.TLS]
    for user in (reviewer, submission.trader):
        assert "could not prove that it is 3Commas" in wire.is_told(user)
    assert wire.server.connections == 1


@pytest.mark.parametrize("end", [reset, close, drop])
def test_f05_a_handshake_that_is_cut(wire, end):
    wire.server.on_connect(hello, end, always=True)
    assert_given_up_after_three(wire)
    assert wire.server.shaken.times == 0


def test_f05_a_handshake_without_an_answer(wire, settings):
    settings.CONNECT_S = 0.1
    wire.server.on_connect(hello, hang, always=True)
    assert_given_up_after_three(wire)


def test_f06_a_port_that_speaks_plain_http(wire):
    wire.server.on_connect(hello, plain_http, always=True)
    assert_given_up_after_three(wire)
    assert wire.server.shaken.times == 0


@pytest.mark.parametrize("end", ["\n", "\ncanary-two", "\r\nX-Canary: two"])
def test_f07_a_stored_key_with_a_line_break(wire, connection, settings, end):
    submission = wire.confirmed()
    Connection.objects.update(api_key=f"canary-one{end}")
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent config"
    assert not Submission.objects.filter(retry_of=submission).exists()
    wire.assert_not_sent(submission, "The API key of this connection could not be used")
    assert "canary" not in wire.reads(submission).whole.lower()
    assert not settings.JOURNAL.exists()
    assert wire.server.connections == 0


@pytest.mark.django_db(transaction=True)
def test_f08_a_sender_that_is_started_too_late(wire, sender_process, assert_safe):
    late, timely = wire.confirmed(), wire.confirmed()
    age(late, minutes=3)
    sender = sender_process()
    wire.server.arrived.wait()  # it clears up before it sends
    assert state_of(late) == "not_sent expired"
    sender.terminate()
    assert sender.wait() == 0
    assert state_of(timely) == "accepted"
    assert [post.token for post in wire.server.posts] == [timely.token]
    page = wire.reads(late)
    assert (page.first_line, len(wire.server.trades)) == (NOT_SENT, 1)
    assert "It waited longer than allowed" in page.text
    assert "Send again" in page.text
    assert_safe()


def test_f08_a_late_claim_is_refused_as_well(wire):
    submission = wire.confirmed()
    age(submission, minutes=3)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent expired"
    wire.assert_not_sent(submission, "It waited longer than allowed")
    assert wire.server.connections == 0


@pytest.mark.django_db(transaction=True)
def test_f09_a_cancel_that_races_the_claim_wins_or_loses_whole(wire, client, trader):
    ended = [race(wire, started_at=STATEMENTS[run % 4]) for run in range(RUNS)]
    assert {*ended} == {"accepted", "not_sent cancelled"}
    assert len(wire.server.trades) == ended.count("accepted")
    client.force_login(trader)
    assert listed(client) == Counter(state.partition(" ")[0] for state in ended)


def race(wire: Wire, *, started_at: int) -> str:
    """Cancel and send at once: one of them wins, and nothing is left of the other."""
    submission, ready = wire.confirmed(), Barrier(2, timeout=WAIT_S)
    acts = [
        partial(cancel, submission, at_statement(started_at, ready)),
        partial(send, submission, ready),
    ]
    with ThreadPoolExecutor(2) as threads:
        for done in [threads.submit(in_a_thread, act) for act in acts]:
            done.result()
    state, posts = state_of(submission), len(wire.server.posts_of(submission.token))
    assert (state, posts) in [("accepted", 1), ("not_sent cancelled", 0)]
    assert (submission.remote_id in wire.server.trades) == bool(posts)
    age(submission, minutes=30)  # neither a look-alike any more, nor one too many
    Gate.objects.all().delete()
    return state


def listed(client: Client) -> Counter[str]:
    """How many submissions the trader's list shows in each state."""
    states, query = [], ""
    while True:
        page = client.get(reverse("submission-list") + query).content.decode()
        states += re.findall('class="badge state-(.*?)"', page)
        if not (older := re.search(r'href="([^"]*)" rel="next"', page)):
            return Counter(states)
        query = older[1]


def cancel(submission: Submission, wrapper: Callable) -> None:
    """Click on the page's button."""
    client = Client()
    client.force_login(submission.trader)
    with db.execute_wrapper(wrapper):
        assert client.post(cancelling(submission)).status_code == 303


def cancelling(submission: Submission) -> str:
    return reverse("submission-cancel", args=[submission.public_id])


def at_statement(number: int, ready: Barrier) -> Callable:
    """Be ready in front of this statement to the database; go on when all are."""
    before = count(number, -1)

    def wrapper(execute: Callable, *arguments: object) -> object:
        if next(before) == 0:
            ready.wait()
        return execute(*arguments)

    return wrapper


def send(submission: Submission, ready: Barrier) -> None:
    db.ensure_connection()
    ready.wait()
    sending.send(submission.pk)


def in_a_thread(act: Callable[[], None]) -> None:
    try:
        act()
    finally:
        connections.close_all()


@pytest.mark.parametrize("winner", ["the cancel", "the claim"])
def test_f09_a_cancel_before_or_after_the_claim(wire, winner):
    submission = wire.confirmed()
    wire.client.force_login(submission.trader)
    if winner == "the claim":
        assert sending.claim(submission.pk)
        wire.client.post(cancelling(submission))
        assert "Too late to cancel" in wire.reads(submission).whole
        assert state_of(submission) == "claimed"
        return
    wire.client.post(cancelling(submission))
    assert "Cancelled. Nothing was sent." in wire.reads(submission).whole
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent cancelled"
    wire.assert_not_sent(submission, "It was cancelled before it was sent.")


@pytest.mark.django_db(transaction=True)
def test_f10_a_pause_between_the_claim_and_the_first_byte(wire, reviewer):
    def pause() -> None:
        stops.pause(by=reviewer, why="the exchange is on fire")
        connections.close_all()

    wire.server.on_connect(do(pause), handshake)
    submission = wire.send()
    assert state_of(submission) == "not_sent paused"
    assert [e.new for e in submission.events.all()][1:] == ["claimed", "not_sent"]
    assert not Submission.objects.filter(retry_of=submission).exists()
    wire.server.ended.wait()
    assert wire.server.shaken.times == 1
    wire.assert_not_sent(submission, "An administrator has paused sending.")


def test_f10_a_pause_before_the_claim(wire, reviewer):
    submission = wire.confirmed()
    stops.pause(by=reviewer, why="the exchange is on fire")
    sending.send(submission.pk)
    assert state_of(submission) == "queued"
    page = wire.reads(submission)
    assert page.first_line == "Waiting to send. Nothing has left yet."
    assert "has paused sending: the exchange is on fire" in page.text
    age(submission, minutes=3)
    sending.reap()
    assert state_of(submission) == "not_sent expired"
    wire.assert_not_sent(submission, "It waited longer than allowed")
    assert wire.server.connections == 0
