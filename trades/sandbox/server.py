"""The sandbox behind a socket of this machine: HTTP/1.1, one thread per connection."""

from __future__ import annotations

import json
import re
import socket
import sys
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer

from trades.sandbox.api import SandboxApi
from trades.sandbox.calls import Answer, Refused, Request
from trades.sandbox.trades import Book

HOST = "127.0.0.1"
# Larger bodies are read, thrown away and refused, up to the second figure.
BODY_MAX = 1024 * 1024
_DRAINED_MAX = 64 * 1024 * 1024
_IDLE_S = 60


class SandboxServer(ThreadingHTTPServer):
    """Serves an API until it is stopped; then every open connection ends too."""

    daemon_threads = False
    request_queue_size = 128

    def __init__(self, api: SandboxApi, port: int = 0) -> None:
        self.api = api
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__((HOST, port), _Handler)

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.server_port}"

    @property
    def trades(self) -> Book:
        return self.api.trades

    def server_bind(self) -> None:
        """Without looking up this machine's name, which may take a while."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]

    def stop(self) -> None:
        """End everything: what waits, what is open, and the threads behind it."""
        self.api.closing.set()
        self.shutdown()
        with self._lock:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def process_request(self, request, client_address) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request, client_address) -> None:
        """A client that hung up is no error; anything else is told as usual."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    server: SandboxServer
    protocol_version = "HTTP/1.1"
    # So that even what is no HTTP at all gets an answer with a status line.
    default_request_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = _IDLE_S

    def _exchange(self) -> None:
        try:
            body = self._body()
        except Refused as refused:
            self.close_connection = True
            self._send(refused.answer)
            return
        request = Request(
            method=self.command,
            target=self.path.encode("latin-1"),
            headers={name.lower(): text for name, text in self.headers.items()},
            body=body,
            client=self.client_address[0],
        )
        answer = self.server.api.handle(request)
        if answer is None:
            self.close_connection = True
        else:
            self._send(answer)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _exchange  # noqa: N815

    def _body(self) -> bytes:
        lengths = self.headers.get_all("Content-Length", ["0"])
        if "Transfer-Encoding" in self.headers:
            raise Refused(411, "length_required")
        if len(lengths) != 1 or not re.fullmatch("[0-9]{1,12}", lengths[0]):
            raise Refused(400, "bad_content_length")
        length = int(lengths[0])
        if length > BODY_MAX:
            self._drain(length)
            raise Refused(413, "payload_too_large")
        body = self.rfile.read(length)
        if len(body) < length:
            raise ConnectionError("The client left in the middle of its request.")
        return body

    def _drain(self, length: int) -> None:
        """Read on, so that the client gets to read the answer."""
        left = min(length, _DRAINED_MAX)
        while left and (chunk := self.rfile.read(min(left, 65536))):
            left -= len(chunk)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        self.send_header("X-Request-Id", str(uuid.uuid4()))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)

    def version_string(self) -> str:
        return "sandbox"

    def send_error(self, code, message=None, explain=None) -> None:
        """What http.server itself refuses, as JSON; an odd method is the client's."""
        self.close_connection = True
        status = 405 if code == 501 else int(code)
        self._send(Answer(status, json.dumps({"error": "bad_request"}).encode()))

    def log_message(self, *args: object) -> None:
        """Keeps no log: addresses may hold what is nobody's business."""


@contextmanager
def serving(api: SandboxApi, port: int = 0) -> Iterator[SandboxServer]:
    """The API on a loopback port, any free one for 0, as long as the block lasts."""
    api.closing.clear()
    server = SandboxServer(api, port)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
