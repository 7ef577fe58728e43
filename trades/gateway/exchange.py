"""One request and its answer, over a connection of its own."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime

import requests

from trades.gateway.fence import (
    PUBLIC_AUTHORITIES,
    Deadline,
    Fence,
    FencedAdapter,
)
from trades.gateway.headers import Head, read_head
from trades.gateway.signing import Signer

_ROOT = "/public/api"
_CHUNK = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """A complete answer, of whose body at most one byte too many was read."""

    head: Head
    raw: bytes


class Line:
    """One API key's line to one address. Times are seconds; see ``ThreeCommas``.

    ``head`` is of the exchange at hand, as soon as it came, whether or not a body
    follows. ``skew_s`` is of the latest answer to anything.
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer,
        *,
        forced_mode: str | None,
        ca_file: str | None,
        connect_s: float,
        read_s: float,
        whole_s: float,
    ) -> None:
        self.head: Head | None = None
        self.skew_s: int | None = None
        self._root = base_url.rstrip("/") + _ROOT
        self._signer = signer
        self._mode = {"Forced-Mode": forced_mode} if forced_mode else {}
        self._authorities = ca_file or PUBLIC_AUTHORITIES
        self._timeout = (connect_s, read_s)
        self._whole_s = whole_s

    def exchange(
        self, method: str, path: str, fence: Fence, most_bytes: int, body: str = ""
    ) -> Answer:
        """Raises whatever the libraries do; ``fence.passed`` tells what it means.

        The adapter does without a ``Session``. So nothing here follows a redirect,
        asks the environment for a proxy, or looks for a password in ``.netrc``; and
        nothing reads a redirect's whole body, as a ``Session`` does even where it is
        told not to follow.
        """
        self.head = None
        request = self._signed(method, path, body)
        with (
            Deadline(self._whole_s) as deadline,
            closing(FencedAdapter(fence, deadline, self._authorities)) as adapter,
            adapter.send(request, stream=True, timeout=self._timeout) as response,
        ):
            head = self._heard(response)
            raw = _read(response, most_bytes)
            deadline.check()
            return Answer(head, raw)

    def _signed(self, method: str, path: str, body: str) -> requests.PreparedRequest:
        """Signs the path that stands on the wire, not the one we think we built."""
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "smarttrade-ui",
            **({"Content-Type": "application/json"} if body else {}),
            **self._mode,
        }
        request = requests.Request(
            method, self._root + path, headers, data=body.encode()
        ).prepare()
        request.headers.update(self._signer.headers(request.path_url, body))
        return request

    def _heard(self, response: requests.Response) -> Head:
        """The library takes a first line that was cut for a whole, empty head."""
        if not response.headers:
            raise requests.ConnectionError("cut in its first line")
        head = read_head(response.status_code, response.headers, now=datetime.now(UTC))
        self.head, self.skew_s = head, head.skew_s
        return head


def _read(response: requests.Response, most_bytes: int) -> bytes:
    """The body as it came, not unpacked: few bytes can unpack to very many."""
    raw = bytearray()
    while room := most_bytes + 1 - len(raw):
        chunk = response.raw.read(min(_CHUNK, room), decode_content=False)
        if not chunk:
            break
        raw += chunk
    return bytes(raw)
