"""A 3Commas that answers questions about keys and markets with what a test tells it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from threading import Thread

from django.db import connections as databases
from django.db.models import Model
from django.utils import timezone

from tests.gateway.servers import Peer, Server

ASKED = ("validate", "accounts", "market_pairs", "currency_rates", "leverage_data")
Reply = tuple[int, object] | Callable[[Peer], object]


class Market:
    """The last part of a path names the question; ``replies`` has what is answered.

    A reply is a status and JSON, or bytes, or a script of its own for the connection.
    ``asked`` holds the questions in their order.
    """

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.targets: list[str] = []
        self.replies: dict[str, Reply] = {
            "validate": (200, {"valid": True}),
            "accounts": (200, [listed(1001)]),
            "market_pairs": (200, ["USDT_BTC", "USDT_ETH"]),
            "currency_rates": (200, {"bid": "59999.99", "lotStep": "0.001"}),
            "leverage_data": (200, [{"code": "none", "valid": {}}]),
        }
        self.server = Server(self._serve)

    def close(self) -> None:
        self.server.close()

    def _serve(self, peer: Peer) -> None:
        target = peer.read_request().split()[1].decode()
        name = target.partition("?")[0].rpartition("/")[2]
        self.targets.append(target)
        self.asked.append(name)
        reply = self.replies[name]
        if callable(reply):
            reply(peer)
        else:
            status, body = reply
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            peer.answer(status, raw)


def listed(number: int, **fields: object) -> dict[str, object]:
    """An account as the list has it."""
    known = {"name": f"Spot {number}", "market_code": "binance"}
    return {"id": number, **known, "smart_trading_supported": True, **fields}


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def wait_s(row: Model, field: str) -> int | None:
    """In how many seconds a wish is due, rounded; None where there is none."""
    row.refresh_from_db()
    when = getattr(row, field)
    return None if when is None else round((when - timezone.now()).total_seconds())


def in_four_threads(work: Callable[[int], None], pk: int) -> None:
    """As by four senders at once; returns when all are done."""

    def run() -> None:
        try:
            work(pk)
        finally:
            databases.close_all()

    senders = [Thread(target=run) for _ in range(4)]
    for thread in senders:
        thread.start()
    for thread in senders:
        thread.join()
