"""Placing a trade that fails: what is surely not sent, and what nobody knows."""

from __future__ import annotations

from queue import Queue

import pytest

from tests.gateway.conftest import Commit
from tests.gateway.servers import (
    WAIT_S,
    answering,
    drip,
    reset,
    sending,
    silence,
)
from trades.domain.lifecycle import State
from trades.gateway.client import ThreeCommas

BODY = '{"account_id":1001}'
TRADE = b'{"id": 30350494}'
CHUNKED = b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n"


def ok(length: int) -> bytes:
    return f"HTTP/1.1 201 X\r\nContent-Length: {length}\r\n\r\n".encode() + TRADE


BROKEN = {
    "silence": sending(b"", silence),
    "closed without an answer": sending(b""),
    "reset without an answer": sending(b"", reset),
    "reset while answering": sending(ok(99), reset),
    "reset while the request is read": lambda peer: (peer.sock.recv(1), peer.reset()),
    "no HTTP": sending(b"HELLO\r\n\r\n"),
    "no HTTP version": sending(b"HTTP/9.9 hello\r\n\r\n"),
    "100, then silence": sending(b"HTTP/1.1 100 Continue\r\n\r\n", silence),
    "first line cut": sending(b"HTTP/1.1 201 Cre"),
    "first line of a refusal cut": sending(b"HTTP/1.1 400 Ba"),
    "status cut": sending(b"HTTP/1.1 20"),
    "body cut": sending(ok(17)),
    "body of a refusal cut": sending(b"HTTP/1.1 400 X\r\nContent-Length: 9\r\n\r\n{}"),
    "chunk cut": sending(CHUNKED + b"20\r\n" + TRADE),
    "last chunk missing": sending(CHUNKED + b"10\r\n" + TRADE + b"\r\n"),
    "body stalls": sending(ok(17), silence),
    "body drips": sending(ok(9999), drip),
    "head drips": sending(b"HTTP/1.1 201 X\r\nServer: ", drip),
    "body without length drips": sending(
        b"HTTP/1.1 201 X\r\nA: b\r\n\r\n" + TRADE, drip
    ),
    "two lengths": sending(
        ok(16).replace(b"\r\n\r\n", b"\r\nContent-Length: 9\r\n\r\n")
    ),
    "endless head": sending(b"HTTP/1.1 201 X\r\n" + b"A: b\r\n" * 999),
}


@pytest.mark.parametrize(("name", "script"), BROKEN.items(), ids=BROKEN)
def test_without_a_complete_answer_nobody_knows(either, commit, name, script):
    # The whole time only where it decides: a busy machine's handshake counts too.
    whole_s = 2 if "drip" in name else WAIT_S
    server, client = either(script, read_s=0.3, whole_s=whole_s)
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "broken")
    assert (server.connections, commit.calls) == (1, 1)
    assert outcome.duration_ms < WAIT_S * 500


def test_silence_ends_long_before_the_deadline(either, commit):
    _, client = either(sending(b"", silence), read_s=0.2, whole_s=WAIT_S)
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "broken")
    assert 200 <= outcome.duration_ms < WAIT_S * 500


UNCLEAR = {
    "closing cut it": sending(b"HTTP/1.1 201 X\r\nServer: s\r\n\r\n" + TRADE[:-1]),
    "head cut": sending(b"HTTP/1.1 201 Created\r\nServer: s\r\nContent-Le"),
    "103": sending(b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + ok(16)),
    "204": answering(204, b""),
    "201 page": answering(201, b"<html>id: 7</html>", "Content-Type: text/html"),
    "201 empty": answering(201, b""),
    "id true": answering(201, b'{"id": true}'),
    "id text": answering(201, b'{"id": "7"}'),
    "list": answering(200, b'[{"id": 7}]'),
    "502 page": answering(502, b"<html>"),
    "503 later": answering(503, b"", "Retry-After: 0"),
}


@pytest.mark.parametrize("script", UNCLEAR.values(), ids=UNCLEAR)
def test_an_answer_that_proves_nothing_leaves_it_unknown(either, commit, script):
    server, client = either(script)
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "unclear")
    assert (server.connections, commit.calls) == (1, 1)


def unsent(client: ThreeCommas, commit: Commit, reason: str) -> None:
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.NOT_SENT, reason)
    assert (commit.calls, outcome.status) == (0, None)
    assert outcome.duration_ms < WAIT_S * 500


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_closed_port_gets_nothing(client, commit, closed_port, scheme, host):
    unsent(client(f"{scheme}://{host}:{closed_port}"), commit, "network")


def test_a_server_that_nobody_vouches_for_gets_nothing(
    serve, client, commit, authority
):
    server = serve(answering(201, TRADE), authority.context())
    unsent(client(server.url), commit, "tls")
    assert server.requests == []


@pytest.mark.parametrize(
    "wrong", [{"host": "127.0.0.2"}, {"host": "a.test"}, {"days": -1}]
)
def test_a_wrong_or_expired_certificate_gets_nothing(
    serve, client, commit, authority, wrong
):
    server = serve(answering(201, TRADE), authority.context(**wrong))
    unsent(client(server.url, ca_file=authority.ca_file), commit, "tls")
    assert server.requests == []


NO_HANDSHAKE = {
    "plain HTTP": lambda peer: peer.send(
        b"HTTP/1.1 400 X\r\nContent-Length: 0\r\n\r\n"
    ),
    "closed": lambda peer: peer.sock.recv(10),
    "reset": lambda peer: (peer.sock.recv(10), peer.reset()),
    "silence": silence,
    "drip": lambda peer: (
        peer.send(b"\x16\x03\x03\x40\x00\x02\x00\x3f\xfc"),
        drip(peer),
    ),
}


@pytest.mark.parametrize("script", NO_HANDSHAKE.values(), ids=NO_HANDSHAKE)
@pytest.mark.parametrize("patience", [{"connect_s": 0.3}, {"whole_s": 0.3}], ids=str)
def test_without_a_handshake_nothing_leaves(serve, client, commit, script, patience):
    url = f"https://127.0.0.1:{serve(script).port}"
    times = {"connect_s": WAIT_S, "whole_s": WAIT_S} | patience
    unsent(client(url, **times), commit, "network")


def test_tls_below_1_2_is_not_offered(serve, client, commit):
    heard = Queue()
    port = serve(lambda peer: heard.put(peer.sock.recv(65536))).port
    unsent(client(f"https://127.0.0.1:{port}"), commit, "network")
    supported_versions = bytes.fromhex("002b 0005 04 0304 0303")  # 1.3 and 1.2
    assert supported_versions in heard.get(timeout=WAIT_S)


@pytest.mark.parametrize(
    "url", ["ftp://127.0.0.1", "https://", "nonsense", "http://127.0.0.1:port", ""]
)
def test_an_address_that_makes_no_sense_gets_nothing(client, commit, url):
    unsent(client(url), commit, "config")


def test_a_mode_that_no_header_can_carry_is_not_sent(either, commit):
    server, client = either(silence, forced_mode="paper\r\nX: y")
    unsent(client, commit, "config")
    assert server.connections == 0


def test_a_header_that_fails_after_the_handshake_is_not_sent(either, commit):
    heard = Queue()
    server, client = either(lambda peer: heard.put(peer.until_gone()), forced_mode="ж")
    unsent(client, commit, "config")
    assert server.connections == 0 or heard.get(timeout=WAIT_S) == b""


def test_a_body_that_is_no_text_is_not_sent(either, commit):
    _, client = either(silence)
    outcome = client.place("\ud800", commit=commit)
    assert (outcome.state, outcome.reason) == (State.NOT_SENT, "config")
