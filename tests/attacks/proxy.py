"""A proxy that ends TLS before the web process, as an installation has one."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

HEAD_END = b"\r\n\r\n"


class Proxy(ThreadingTCPServer):
    """Passes on what it is sent, byte for byte but for where it comes from.

    One request for each connection. Without ``tls`` it speaks plain http.
    """

    daemon_threads = True
    request_queue_size = 100

    def __init__(self, upstream: int, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(("127.0.0.1", 0), PassOn)
        self.upstream, self.tls = ("127.0.0.1", upstream), tls

    @property
    def scheme(self) -> str:
        return "https" if self.tls else "http"

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_address[1]}"


class PassOn(BaseRequestHandler):
    server: Proxy

    def handle(self) -> None:
        with suppress(OSError):  # a browser hangs up as it likes
            self._pass_on(self._open())

    def _open(self) -> socket.socket:
        self.request.settimeout(30)
        if self.server.tls:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        return self.request

    def _pass_on(self, client: socket.socket) -> None:
        with client, socket.create_connection(self.server.upstream, 30) as web:
            head, _, body = self._head(client)
            web.sendall(self._told(head) + HEAD_END + body)
            missing = _length(head) - len(body)
            while missing > 0 and (data := client.recv(65536)):
                web.sendall(data)
                missing -= len(data)
            while data := web.recv(65536):
                client.sendall(data)

    def _head(self, client: socket.socket) -> tuple[bytes, bytes, bytes]:
        read = b""
        while HEAD_END not in read and (data := client.recv(65536)):
            read += data
        return read.partition(HEAD_END)

    def _told(self, head: bytes) -> bytes:
        """The head with the address and the scheme that the request came by.

        An address is added to those that the client wrote, a scheme replaces its.
        """
        first, *lines = head.split(b"\r\n")
        mine = (b"connection:", b"x-forwarded-proto:")
        kept = [line for line in lines if not line.lower().startswith(mine)]
        way = (
            f"X-Forwarded-For: {self.client_address[0]}",
            f"X-Forwarded-Proto: {self.server.scheme}",
            "Connection: close",
        )
        return b"\r\n".join([first, *kept, *(line.encode() for line in way)])


def _length(head: bytes) -> int:
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return int(line.partition(b":")[2])
    return 0


@contextmanager
def passing_on(upstream: int, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    with Proxy(upstream, tls) as proxy:
        thread = Thread(target=proxy.serve_forever, args=[0.05])
        thread.start()
        try:
            yield proxy
        finally:
            proxy.shutdown()
            thread.join(20)
