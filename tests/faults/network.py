"""Faults below HTTP that no script can play: certificates, and full listeners."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from tests.gateway.servers import Authority

# Each makes a server's side of TLS that a client of this authority must refuse.
BAD_CERTIFICATES: dict[str, Callable[[Authority, Path], ssl.SSLContext]] = {
    "untrusted": lambda authority, folder: Authority(folder).context(),
    "another host's": lambda authority, folder: authority.context("127.0.0.2"),
    "expired": lambda authority, folder: authority.context(days=-1),
}


@contextmanager
def full_backlog() -> Iterator[int]:
    """The port of a listener that takes no more connections: theirs time out."""
    with ExitStack() as kept, socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        with suppress(TimeoutError):
            while True:
                waiting = kept.enter_context(socket.socket())
                waiting.settimeout(0.2)
                waiting.connect(("127.0.0.1", port))
        yield port
