"""The server's end of one connection: what the steps of a script work on."""

from __future__ import annotations

import select
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.faults.seen import Seen
from tests.gateway.servers import Peer
from trades.sandbox.calls import Answer

if TYPE_CHECKING:
    from tests.faults.server import FaultServer

Step = Callable[["Exchange"], object]
NEVER = threading.Semaphore(0)
_POLL_MS = 20
# Tells that the client has closed, though nobody has read what it sent before.
_LEFT = getattr(select, "POLLRDHUP", select.POLLHUP)


class HungUp(ConnectionError):
    """The client left, or the server is being closed."""


class Exchange(Peer):
    """``seen`` is the request as far as it was read, ``made`` the answer that is due
    once a step has had the trade created, ``wire`` the bare connection below TLS.
    """

    server: FaultServer

    def __init__(self, server: FaultServer, sock: socket.socket) -> None:
        super().__init__(server, sock)  # type: ignore[arg-type]
        self.wire = sock.dup()
        self.seen = Seen()
        self.made: Answer | None = None
        self.is_shaken = False

    @property
    def is_over(self) -> bool:
        return self.sock.fileno() == -1

    def play(self, script: Sequence[Step]) -> None:
        for step in script:
            step(self)

    def send(self, data: bytes) -> None:
        assert not self.is_over, "the script has closed it already"
        super().send(data)

    def handshake(self) -> None:
        """TLS, where the server speaks it. Nothing is read of the request yet."""
        if self.server.tls:
            self.sock = self.server.tls.wrap_socket(self.sock, server_side=True)
        self.is_shaken = True
        self.server.shaken.happens()

    def read(self, most: int) -> None:
        """Some more bytes of the request, at most so many."""
        data = self.sock.recv(most)
        if not data:
            raise HungUp
        if not self.seen.raw:
            self.server.notice(self.seen, data)
        self.seen.raw += data

    def read_all(self) -> None:
        """The rest of the request."""
        while b"\r\n\r\n" not in self.seen.raw:
            self.read(65536)
        length = int(self.seen.headers.get("content-length", "0"))
        while len(self.seen.body) < length:
            self.read(65536)
        self.seen.is_whole = True

    def wait(self, permit: threading.Semaphore) -> None:
        """For a permit; ``HungUp`` as soon as the client has left."""
        poll = select.poll()
        poll.register(self.wire, _LEFT)
        while not permit.acquire(blocking=False):
            if poll.poll(_POLL_MS):
                raise HungUp

    def close(self) -> None:
        """Say good-bye as TLS wants it, then close."""
        if isinstance(self.sock, ssl.SSLSocket):
            self.sock.settimeout(0.2)  # for the client's own good-bye
            with suppress(OSError, ValueError):
                self.sock = self.sock.unwrap()
        self.drop()

    def drop(self) -> None:
        """Close without a word, as a line that was cut."""
        self.wire.close()
        self.sock.close()

    def reset(self) -> None:
        self.wire.close()  # the RST leaves with the last handle
        super().reset()

    def abort(self) -> None:
        """From another thread: whatever waits for this connection, wakes up."""
        with suppress(OSError):
            self.wire.shutdown(socket.SHUT_RDWR)
