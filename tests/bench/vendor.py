"""The vendor of a measurement, as a process: ``python -m tests.bench.vendor FOLDER``.

The fault server does the work, over TLS; what it does with a request is chosen by a
name out of ``SCRIPTS``. Each line of its input is a call, and is answered by a line:
``["play", "hang"]`` by ``null``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import closing
from itertools import count
from pathlib import Path
from time import sleep

from tests.faults.exchange import Exchange, Step
from tests.faults.scripts import answer, create, good, reset, written
from tests.faults.server import FaultServer
from tests.gateway.servers import Authority


class Quick:
    """A step that answers 201 without work: nobody checks it or writes it down.

    The first one is a real trade; after that only its number changes.
    """

    def __init__(self) -> None:
        self._head = self._tail = b""
        self._numbers = count(50_000_001)

    def __call__(self, x: Exchange) -> None:
        if not self._tail:
            create(x)
            number = json.loads(x.made.body)["id"]
            self._head, _, self._tail = x.made.body.partition(str(number).encode())
        number = str(next(self._numbers)).encode()
        x.send(written(x, 201, self._head + number + self._tail))


def think(seconds: float) -> Step:
    """Take so long for it."""
    return lambda x: sleep(seconds)


def hang(x: Exchange) -> None:
    """Until it is released. It wakes nobody in between, or it would be measured too."""
    x.server.hanging.happens()
    x.server.permits.acquire()


quick = Quick()
REFUSAL = {"error": "record_invalid", "error_description": "Invalid parameters"}
SCRIPTS: dict[str, tuple[Step, ...]] = {
    "quick": (quick,),
    "50 ms": (think(0.05), quick),
    "200 ms": (think(0.2), create, good),
    "hang": (hang, answer(422, REFUSAL)),
    "lose": (create, reset),
    "vanish": (reset,),
}


class Vendor:
    """What the measuring process may ask for."""

    def __init__(self, server: FaultServer) -> None:
        self._server = server

    def play(self, name: str) -> None:
        self._server.on_post(*SCRIPTS[name], always=True)

    def hung(self) -> int:
        """How many have hung so far."""
        return self._server.hanging.times

    def release(self, times: int) -> None:
        self._server.release(times)

    def seen(self) -> list[float]:
        """When each request came, whatever it asked, in seconds of ``monotonic()``."""
        both = (*self._server.posts, *self._server.gets)
        return sorted(seen.at for seen in both)

    def posts(self) -> dict[str, float]:
        """When each submission came, by its token."""
        return {post.token: post.at for post in self._server.posts}


def main(folder: Path) -> None:
    authority = Authority(folder)
    book = folder / "sandbox.sqlite3"
    with closing(FaultServer(book, authority.context())) as server:
        vendor = Vendor(server)
        _say({"url": server.url, "ca_file": authority.ca_file})
        for line in sys.stdin:
            name, *arguments = json.loads(line)
            call: Callable[..., object] = getattr(vendor, name)
            _say(call(*arguments))


def _say(value: object) -> None:
    sys.stdout.write(f"{json.dumps(value)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
