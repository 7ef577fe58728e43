"""The connection that commits after the handshake and before the first byte.

Everything before the commit has surely not been sent, even after a crash. Everything
after it may have been, until an answer says more.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from functools import cache, partial
from ipaddress import ip_address
from threading import Lock, Timer
from time import monotonic
from typing import Any

from requests.adapters import DEFAULT_CA_BUNDLE_PATH as PUBLIC_AUTHORITIES
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

# A sender that was stopped between the commit and the first byte may have lost its
# submission to the reaper by the time it wakes up.
STALE_AFTER_S = 2.0


class FenceShut(Exception):
    """Nothing may be written: the commit failed, or was made too long ago."""


class PlainText(Exception):
    """A signed request would have left this machine without TLS."""


class Fence:
    """What has to be on disk before a request's first byte leaves. Crossed once.

    ``passed`` tells what any later failure means: before it nothing has left, after
    it something may have. ``failure`` is what ``commit`` raised. ``commit`` may return
    the ``monotonic()`` time at which it committed, if it worked on after that.
    """

    def __init__(self, commit: Callable[[], float | None]) -> None:
        self._commit = commit
        self._tried = self._open = False
        self.passed = False
        self.failure: Exception | None = None

    def cross(self) -> None:
        """Commit at the first call; raise ``FenceShut`` unless writing is allowed."""
        if not self._tried:
            self._tried = True
            self._open = self._committed_just_now()
        if not self._open:
            raise FenceShut

    def _committed_just_now(self) -> bool:
        # The HTTP library swallows some errors while it writes, and a lost database
        # connection is one of those: so what was raised is kept, never passed through.
        try:
            committed = self._commit()
        except Exception as exc:
            self.failure = exc
            return False
        self.passed = True
        return committed is None or monotonic() - committed <= STALE_AFTER_S


class Deadline:
    """Shuts the watched connection when its seconds are over, whoever waits for it.

    A timeout alone does not end an exchange: a server may send one byte each time
    just before it.
    """

    def __init__(self, seconds: float) -> None:
        self._timer = Timer(seconds, self._strike)
        self._timer.daemon = True
        self._lock = Lock()
        self._lines: list[socket.socket] = []
        self._over = False

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._timer.cancel()
        with self._lock:
            for line in self._lines:
                line.close()
            self._lines.clear()

    def watch(self, sock: socket.socket) -> None:
        """Take a second handle of the connection: TLS replaces the first one."""
        with self._lock:
            self._lines.append(sock.dup())
            if self._over:
                _shut(self._lines[-1])

    def check(self) -> None:
        """Raise once the time is over: what was read last may be cut."""
        if self._over:
            raise TimeoutError("the exchange took too long")

    def _strike(self) -> None:
        with self._lock:
            self._over = True
            for line in self._lines:
                _shut(line)


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # the other side was quicker


class _Fenced:
    """Connects, crosses its fence, and only then writes."""

    # Not the switch on http.client's class: that prints each header it sends.
    debuglevel = 0

    def __init__(self, *args: Any, fence: Fence, deadline: Deadline, **kw: Any) -> None:
        super().__init__(*args, **kw)
        self._fence = fence
        self._deadline = deadline

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        self._deadline.watch(sock)
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()  # TCP and TLS; a failure here is "not sent"
        self._deadline.check()
        self._fence.cross()
        super().send(data)


class FencedHTTP(_Fenced, HTTPConnection):
    """For a server on this machine, such as the sandbox. Anything else needs TLS."""

    def connect(self) -> None:
        if not _is_loopback(self.host):
            raise PlainText
        super().connect()


class FencedHTTPS(_Fenced, HTTPSConnection):
    """For 3Commas."""


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


class _HTTPPool(HTTPConnectionPool):
    ConnectionCls = FencedHTTP


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = FencedHTTPS


@cache
def _trusting(authorities: str) -> ssl.SSLContext:
    """Knows these authorities, and trusts no server that they don't vouch for.

    One for all requests: reading the public authorities takes longer than the rest of
    a handshake.
    """
    context = create_urllib3_context(
        ssl_minimum_version=ssl.TLSVersion.TLSv1_2, cert_reqs=ssl.CERT_REQUIRED
    )
    context.check_hostname = True
    context.load_verify_locations(authorities)
    return context


class FencedAdapter(HTTPAdapter):
    """Carries one request over one new connection, and never tries again.

    ``authorities`` is a PEM file; whatever else is asked for, it is these that are
    trusted.
    """

    def __init__(
        self,
        fence: Fence,
        deadline: Deadline,
        authorities: str = PUBLIC_AUTHORITIES,
    ) -> None:
        self._kept = {"fence": fence, "deadline": deadline}
        self._context = _trusting(authorities)
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kw: Any) -> None:
        super().init_poolmanager(*args, ssl_context=self._context, **kw)
        self.poolmanager.pool_classes_by_scheme = {
            "http": partial(_HTTPPool, **self._kept),
            "https": partial(_HTTPSPool, **self._kept),
        }

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {"cert_reqs": "CERT_REQUIRED"}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """The context has read its authorities; naming a file has it read again."""
        conn.cert_reqs = "CERT_REQUIRED"
