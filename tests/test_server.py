"""The HTTP server on real sockets: limits, its own answers, whose word it takes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPResponse
from threading import Thread
from time import monotonic

import pytest
from django.test import override_settings
from waitress import wasyncore

from smarttrade_ui import server
from smarttrade_ui.headers import of_the_server

LARGE = b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999\r\n\r\n"
CLIENT, FORGED = "198.51.100.7", "203.0.113.9"


def mirror(environ: dict, start_response: Callable) -> Iterable[bytes]:
    """An application that says what it is told of where a request comes from."""
    seen = {name: text for name, text in environ.items() if "FORWARDED" in name}
    seen |= {"from": environ["REMOTE_ADDR"], "scheme": environ["wsgi.url_scheme"]}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(seen | {"host": environ["HTTP_HOST"]}).encode()]


@contextmanager
def serving(application: Callable = mirror, hops: int = 0) -> Iterator[int]:
    """Its port."""
    with override_settings(PROXY_HOPS=hops):
        made = server.create(application, 0)
    thread = Thread(target=made.run)
    thread.start()
    try:
        yield made.effective_port
    finally:
        made.trigger.pull_trigger(lambda: wasyncore.close_all(made._map))
        thread.join(20)
        made.task_dispatcher.shutdown()


@contextmanager
def asked(
    port: int, method: str = "GET", source: str = "127.0.0.1", **options: object
) -> Iterator[HTTPResponse]:
    connection = HTTPConnection("127.0.0.1", port, 20, (source, 0))
    try:
        connection.request(method, "/", **options)
        yield connection.getresponse()
    finally:
        connection.close()


def told(port: int, source: str = "127.0.0.1", **forwarded: str) -> dict[str, str]:
    """What the application is told; ``For="x"`` stands for X-Forwarded-For."""
    headers = {f"X-Forwarded-{name}": text for name, text in forwarded.items()}
    headers |= {"Host": "trade.example"}
    with asked(port, source=source, headers=headers) as answer:
        return json.loads(answer.read())


PLAIN = {"from": "127.0.0.1", "scheme": "http", "host": "trade.example"}


def test_without_a_proxy_nobody_is_believed():
    everything = {"For": FORGED, "Proto": "https", "Host": "evil", "Port": "1"}
    with serving() as port:
        assert told(port, **everything, By="evil") == PLAIN


def test_our_proxy_tells_who_asks_and_how():
    with serving(hops=1) as port:
        seen = told(port, For=CLIENT, Proto="https", Host="evil.example", Port="1")
    assert (seen["from"], seen["scheme"]) == (CLIENT, "https")
    assert seen["host"] == "trade.example"  # by the Host header alone
    assert seen.keys() & {"HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"} == set()


def test_what_a_client_wrote_before_our_proxies_changes_nothing():
    with serving(hops=1) as port:
        assert told(port, For=f"{FORGED}, {CLIENT}")["from"] == CLIENT
    with serving(hops=2) as port:
        way = f"{FORGED}, {CLIENT}, 10.0.0.2"
        assert told(port, For=way, Proto="https")["from"] == CLIENT


def test_from_another_address_than_our_proxys_nobody_is_believed():
    with serving(hops=1) as port:
        seen = told(port, source="127.0.0.2", For=FORGED, Proto="https")
    assert seen == PLAIN | {"from": "127.0.0.2"}


@pytest.mark.parametrize("way", [{}, {"For": FORGED}, {"For": f"{FORGED}, "}])
def test_a_way_past_one_of_our_proxies_is_not_believed(way):
    with serving(hops=2) as port:
        assert told(port, Proto="https", **way) == PLAIN


def test_what_is_too_large_is_refused_at_once_and_the_answer_arrives():
    began = monotonic()
    with (
        serving() as port,
        asked(port, "POST", body=b"x" * 10_000_000) as answer,
    ):
        assert answer.status == 413
        assert "Nothing was saved and nothing was sent" in answer.read().decode()
    assert monotonic() - began < 5


def test_what_is_too_large_is_answered_before_it_comes():
    with serving() as port, socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(LARGE)
        assert client.recv(65536).startswith(b"HTTP/1.1 413 ")


class Interrupted(server.Channel):
    """Where the loop takes its turn in the middle of a refusal, and the refusal ends
    in the middle of that turn."""

    def write_soon(self, data: bytes) -> int:
        written = super().write_soon(data)
        if self.hears_out:
            self.handle_write()
        return written

    def _flush_exception(self, flush, do_close=True):
        flushed = super()._flush_exception(flush, do_close)
        if flush is None:
            self.close_when_flushed = True
        return flushed


def test_a_refused_client_is_heard_out_however_threads_take_turns(monkeypatch):
    monkeypatch.setattr(server, "Channel", Interrupted)
    with (
        serving() as port,
        socket.create_connection(("127.0.0.1", port), 20) as client,
    ):
        client.sendall(LARGE)
        answer = HTTPResponse(client)
        answer.begin()
        assert answer.status == 413
        assert b"could not be read" in answer.read()
        answer.close()
        for _ in range(10):
            client.sendall(bytes(1_000_000))


def test_who_never_ends_is_not_heard_out_for_ever(monkeypatch):
    monkeypatch.setattr(server.Channel, "_left_bytes", 1_000_000)
    with serving() as port, socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(LARGE)
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            client.sendall(bytes(100_000_000))


@pytest.mark.parametrize(
    ("request_text", "status"),
    [
        (b"NONSENSE\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost : a\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nA: " + b"a" * 40_000 + b"\r\n\r\n", 431),
        (b"POST / HTTP/1.1\r\nContent-Length: 2000000\r\n\r\n", 413),
        (b"POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b'GET / HTTP/1.1\r\nX-Forwarded-For: a, "\r\n\r\n', 400),
    ],
    ids=["no HTTP", "no header", "long header", "long body", "coding", "proxy"],
)
@pytest.mark.parametrize("https", [False, True])
def test_the_servers_own_answers_are_protected_too(
    settings, request_text, status, https
):
    settings.HTTPS, settings.SECURE_HSTS_SECONDS = https, 31_536_000
    with (
        serving(hops=1) as port,
        socket.create_connection(("127.0.0.1", port), 20) as client,
    ):
        client.sendall(request_text)
        answer = HTTPResponse(client)
        answer.begin()
        headers = dict(answer.headers)
        answer.close()
    assert answer.status == status
    for name in ("X-Content-Type-Options", "Content-Security-Policy", "Cache-Control"):
        assert headers[name] == of_the_server()[name]
    assert of_the_server().items() <= headers.items()
    assert "camera=()" in headers["Permissions-Policy"]
    assert ("Strict-Transport-Security" in headers) == https


def test_an_answer_of_the_application_is_left_as_it_is():
    ours = [("X-Frame-Options", "DENY"), ("Content-Length", "0")]

    def application(environ: dict, start_response: Callable) -> list[bytes]:
        start_response("200 OK", ours)
        return [b""]

    with serving(application) as port, asked(port) as answer:
        assert set(answer.headers) == {"X-Frame-Options", "Content-Length", "Date"}


def test_a_silent_client_is_let_go(monkeypatch):
    monkeypatch.setattr(server, "SILENCE_S", 1)
    with serving() as port, socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(b"GET / HTTP/1.1\r\n")
        assert client.recv(1) == b""
