from __future__ import annotations

import logging
import socket
import ssl
from http.client import HTTPException
from queue import Queue
from threading import Event
from time import monotonic

import pytest
import urllib3

from tests.gateway.servers import WAIT_S, Peer, answering
from trades.domain.lifecycle import State
from trades.gateway.failures import CommitFailed
from trades.gateway.fence import Deadline, Fence, FencedAdapter, FencedHTTP, FenceShut

BODY = '{"pair":"USDT_BTC"}'


class Commit:
    """Counts its calls and does what it is told to."""

    def __init__(self, then=lambda: None) -> None:
        self.calls, self._then = 0, then

    def __call__(self) -> float | None:
        self.calls += 1
        return self._then()


def raising(exc: BaseException) -> Commit:
    def fail() -> None:
        raise exc

    return Commit(fail)


def listener(heard: Queue):
    """A script that keeps every byte of a request that should never come."""
    return lambda peer: heard.put(peer.until_gone())


def test_the_commit_runs_after_the_handshake_and_before_the_first_byte(either):
    committing, looked, early = Event(), Event(), []

    def script(peer: Peer) -> None:  # with TLS it starts when the handshake is over
        assert committing.wait(WAIT_S)
        peer.sock.settimeout(0.2)
        try:
            early.append(peer.sock.recv(1))
        except TimeoutError:
            early.append(b"")
        looked.set()
        peer.sock.settimeout(WAIT_S)
        peer.read_request()
        peer.answer(201, b'{"id": 7}')

    def commit() -> None:
        committing.set()
        assert looked.wait(WAIT_S)

    server, client = either(script)
    counted = Commit(commit)
    outcome = client.place(BODY, commit=counted)
    assert (outcome.state, outcome.remote_id) == (State.ACCEPTED, 7)
    assert (early, counted.calls, len(server.requests)) == ([b""], 1, 1)


# The HTTP library swallows some of these when they come up while it writes.
@pytest.mark.parametrize(
    "exc",
    [
        RuntimeError("no row changed"),
        BrokenPipeError(32, "database gone"),
        ConnectionResetError(104, "database gone"),
        TimeoutError("database locked"),
        ssl.SSLError("database's own TLS"),
        HTTPException("odd"),
        urllib3.exceptions.ProtocolError("odd"),
    ],
    ids=lambda exc: type(exc).__name__,
)
def test_when_the_commit_raises_no_byte_leaves(either, exc):
    heard = Queue()
    server, client = either(listener(heard))
    commit = raising(exc)
    with pytest.raises(CommitFailed, match=r"^nothing was sent$") as failed:
        client.place(BODY, commit=commit)
    assert failed.value.__cause__ is exc
    assert heard.get(timeout=WAIT_S) == b""
    assert (commit.calls, server.connections) == (1, 1)


def test_an_interrupt_while_committing_sends_nothing_and_goes_on(either):
    heard = Queue()
    _, client = either(listener(heard))
    with pytest.raises(KeyboardInterrupt):
        client.place(BODY, commit=raising(KeyboardInterrupt()))
    assert heard.get(timeout=WAIT_S) == b""


def test_more_than_2_seconds_after_the_commit_nothing_is_sent(either):
    heard = Queue()
    _, client = either(listener(heard))
    outcome = client.place(BODY, commit=Commit(lambda: monotonic() - 2.1))
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "broken")
    assert heard.get(timeout=WAIT_S) == b""


def test_within_2_seconds_it_is_sent(either):
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.answer(201, b'{"id": 7}')

    _, client = either(script)
    outcome = client.place(BODY, commit=Commit(lambda: monotonic() - 1.5))
    assert outcome.state == State.ACCEPTED


def test_a_fence_commits_once_however_often_it_is_crossed():
    commit = Commit()
    fence = Fence(commit)
    assert not fence.passed
    fence.cross()
    fence.cross()
    assert (commit.calls, fence.passed, fence.failure) == (1, True, None)


def test_a_fence_that_failed_stays_shut():
    exc = RuntimeError()
    commit = raising(exc)
    fence = Fence(commit)
    for _ in range(3):
        with pytest.raises(FenceShut):
            fence.cross()
    assert (commit.calls, fence.passed, fence.failure) == (1, False, exc)


def test_a_fence_crossed_too_late_stays_shut_though_it_was_passed():
    fence = Fence(lambda: monotonic() - 60)
    for _ in range(3):
        with pytest.raises(FenceShut):
            fence.cross()
    assert fence.passed


def test_the_adapter_has_no_try_left_after_the_first():
    with Deadline(1) as deadline:
        retries = FencedAdapter(Fence(lambda: None), deadline).max_retries
    assert (retries.total, retries.read) == (0, False)


def test_a_deadline_ends_a_wait_that_no_timeout_would():
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.1) as deadline:
        deadline.watch(ours)
        deadline.check()
        assert ours.recv(1) == b""  # without the deadline: for ever
        with pytest.raises(TimeoutError, match=r"^the exchange took too long$"):
            deadline.check()


def test_a_connection_that_opens_after_the_deadline_is_shut_at_once():
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.05) as deadline:
        deadline.watch(ours)
        assert ours.recv(1) == b""
        for late, other in (socket.socketpair(), socket.socketpair()):
            with late, other:
                late.settimeout(WAIT_S)
                deadline.watch(late)
                assert late.recv(1) == b""


def test_after_the_deadline_nothing_is_committed_any_more(serve):
    heard, commit = Queue(), Commit()
    server = serve(listener(heard))
    ours, theirs = socket.socketpair()
    with ours, theirs, Deadline(0.05) as deadline:
        deadline.watch(ours)
        assert ours.recv(1) == b""  # it is over
        fenced = FencedHTTP(
            "127.0.0.1", server.port, fence=Fence(commit), deadline=deadline
        )
        with pytest.raises(TimeoutError):
            fenced.send(b"x")
        fenced.close()
    assert heard.get(timeout=WAIT_S) == b""
    assert commit.calls == 0


def test_a_deadline_that_was_kept_leaves_the_connection_alone():
    ours, theirs = socket.socketpair()
    with ours, theirs:
        with Deadline(WAIT_S) as deadline:
            deadline.watch(ours)
        theirs.sendall(b"x")
        assert ours.recv(1) == b"x"


@pytest.mark.parametrize("host", ["192.0.2.1:9", "example.invalid", "[2001:db8::1]:9"])
def test_without_tls_nothing_leaves_this_machine(client, caplog, host):
    commit = Commit()
    with caplog.at_level(logging.INFO):
        outcome = client(f"http://{host}").place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.NOT_SENT, "config")
    assert commit.calls == 0
    assert caplog.messages == ["broken off, config: PlainText"]


def test_an_answer_without_the_hook_still_makes_the_commit(serve, client, monkeypatch):
    """A library may bypass it one day: that is late, but nothing is sent again."""
    monkeypatch.delattr("trades.gateway.fence._Fenced.send")
    commit = Commit()
    outcome = client(serve(answering(201, b'{"id": 7}')).url).place(BODY, commit=commit)
    assert (outcome.state, outcome.remote_id) == (State.ACCEPTED, 7)
    assert commit.calls == 1
