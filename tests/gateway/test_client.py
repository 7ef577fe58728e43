"""Placing a trade: what arrives, and how a complete answer is read."""

from __future__ import annotations

import gzip
import tracemalloc
from pathlib import Path

import pytest

from tests.gateway.conftest import API_KEY, SECRET
from tests.gateway.servers import WAIT_S, Peer, answering, sending, silence
from trades.domain.lifecycle import State
from trades.gateway.answers import MOST_BYTES
from trades.gateway.signing import HmacSigner
from trades.gateway.vault import Secret

TARGET = "/public/api/v2/smart_trades"
BODY = '{"account_id":1001, "pair":"USDT_BTC",  "note":"caf\\u00e9"}'
TRADE = b'{"id": 30350494}'


def test_exactly_the_given_bytes_arrive_once(either, commit):
    server, client = either(answering(201, TRADE, "X-Request-Id: r-77"))
    outcome = client.place(BODY, commit=commit)
    (request,) = server.requests
    head, _, body = request.decode().partition("\r\n\r\n")
    first, *lines = head.split("\r\n")
    signer = HmacSigner(API_KEY, Secret(SECRET.encode()))
    assert body == BODY
    assert first == f"POST {TARGET} HTTP/1.1"
    assert dict(line.split(": ", 1) for line in lines) == {
        "Host": f"127.0.0.1:{server.port}",
        "User-Agent": "smarttrade-ui",
        "Accept": "application/json",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "Content-Type": "application/json",
        "Content-Length": str(len(BODY)),
        **signer.headers(TARGET, BODY),
    }
    assert (server.connections, commit.calls) == (1, 1)
    assert (outcome.state, outcome.remote_id) == (State.ACCEPTED, 30350494)
    assert (outcome.answer, outcome.request_id) == (TRADE.decode(), "r-77")
    assert 0 <= outcome.duration_ms < WAIT_S * 1000


def test_the_mode_is_forced_only_when_it_is_given(either, commit):
    server, client = either(answering(201, TRADE), forced_mode="paper")
    client.place(BODY, commit=commit)
    assert b"\r\nForced-Mode: paper\r\n" in server.requests[0]


def test_an_address_may_end_with_a_slash(serve, client, commit):
    server = serve(answering(201, TRADE))
    client(f"{server.url}/").place(BODY, commit=commit)
    assert server.requests[0].startswith(f"POST {TARGET} HTTP/1.1\r\n".encode())


def test_each_trade_has_a_connection_of_its_own(either, commit):
    server, client = either(answering(201, TRADE, "Connection: keep-alive"))
    for _ in range(3):
        assert client.place(BODY, commit=commit).state == State.ACCEPTED
    assert (server.connections, len(server.requests), commit.calls) == (3, 3, 3)


def test_proxies_and_passwords_of_the_environment_are_ignored(
    either, commit, serve, monkeypatch, tmp_path
):
    proxy = serve(answering(201, TRADE))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, proxy.url)
        monkeypatch.setenv(name.lower(), proxy.url)
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password secret")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "netrc"))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(tmp_path / "netrc"))
    server, client = either(answering(201, TRADE))
    assert client.place(BODY, commit=commit).state == State.ACCEPTED
    assert (proxy.connections, server.connections) == (0, 1)
    assert b"authorization" not in server.requests[0].lower()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_never_followed(either, commit, serve, status):
    second = serve(answering(201, TRADE))
    to = f"Location: {second.url}{TARGET}"
    server, client = either(answering(status, TRADE, to))
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.status) == (State.UNKNOWN, status)
    assert (server.connections, second.connections) == (1, 0)


# Complete answers.


def test_a_refusal_arrives_with_its_fields(either, commit):
    sample = (
        Path(__file__).parent.parent / "data/samples/create.422.position_total.json"
    )
    _, client = either(answering(422, sample.read_bytes()))
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.REJECTED, "refused")
    assert outcome.errors["position"] == ["is invalid"]


CHUNKED = b"HTTP/1.1 201 X\r\nTransfer-Encoding: chunked\r\n\r\n"
COMPLETE = {
    "chunked": CHUNKED
    + b"8\r\n"
    + TRADE[:8]
    + b"\r\n8\r\n"
    + TRADE[8:]
    + b"\r\n0\r\n\r\n",
    "ended by closing": b"HTTP/1.1 201 X\r\nServer: s\r\n\r\n" + TRADE,
    "after 100": b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 X\r\nA: b\r\n\r\n" + TRADE,
}


@pytest.mark.parametrize("raw", COMPLETE.values(), ids=COMPLETE)
def test_a_complete_answer_is_read_in_each_framing(either, commit, raw):
    _, client = either(sending(raw))
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.answer) == (State.ACCEPTED, TRADE.decode())


@pytest.mark.parametrize("status", [201, 307, 400])
def test_an_answer_that_would_unpack_to_50_mb_is_not_unpacked(either, commit, status):
    bomb = gzip.compress(bytes(50_000_000))
    headers = ["Content-Encoding: gzip", "Location: /elsewhere"]
    _, client = either(answering(status, bomb, *headers))
    tracemalloc.start()
    outcome = client.place(BODY, commit=commit)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcome.state == (State.REJECTED if status == 400 else State.UNKNOWN)
    assert peak < 5_000_000


@pytest.mark.parametrize(
    ("status", "state"), [(201, State.UNKNOWN), (400, State.REJECTED)]
)
def test_of_an_endless_answer_1_mib_is_kept(either, commit, status, state):
    def endless(peer: Peer) -> None:
        while True:  # until the client hangs up
            peer.send(b" " * 65536)

    start = f"HTTP/1.1 {status} X\r\nServer: s\r\n\r\n".encode() + TRADE
    _, client = either(sending(start, endless))
    outcome = client.place(BODY, commit=commit)
    assert outcome.state == state
    assert outcome.reason != "broken"  # what the deadline would make of it
    assert outcome.answer == TRADE.decode().ljust(MOST_BYTES)


def test_beyond_1_mib_nobody_waits_for_more(either, commit):
    start = b"HTTP/1.1 201 X\r\nServer: s\r\n\r\n" + TRADE.ljust(MOST_BYTES + 1)
    _, client = either(sending(start, silence))
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "unclear")


def test_an_answer_packed_against_our_wish_proves_nothing(either, commit):
    _, client = either(answering(201, gzip.compress(TRADE), "Content-Encoding: gzip"))
    outcome = client.place(BODY, commit=commit)
    assert (outcome.state, outcome.reason) == (State.UNKNOWN, "unclear")


def test_a_request_id_is_kept_as_plain_short_text(either, commit):
    _, client = either(answering(201, TRADE, "X-Request-Id: a\x01b é" + "x" * 500))
    request_id = client.place(BODY, commit=commit).request_id
    assert request_id.startswith("ab")
    assert request_id.isascii()
    assert len(request_id) == 100
