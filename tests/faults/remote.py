"""What stands behind the fault server's socket: 3Commas when all goes well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from hashlib import sha256
from hmac import HMAC
from pathlib import Path

from tests.faults.seen import Seen
from trades.sandbox.api import SandboxApi, now_ms
from trades.sandbox.calls import Answer, Request
from trades.sandbox.trades import Book

TRADES = "/public/api/v2/smart_trades"


class Remote:
    """The sandbox's keys and book of trades, kept in a file, without its socket.

    ``ahead_s`` puts its clock ahead: the trades' lives and the ``Date`` header follow.
    """

    def __init__(self, book: Path) -> None:
        self._book, self.ahead_s = book, 0
        self.api = self._api()

    @property
    def trades(self) -> Book:
        """Every trade that was made, by its number."""
        return self.api.trades

    @property
    def date(self) -> str:
        """Now, as a ``Date`` header has it."""
        now = datetime.now(UTC) + timedelta(seconds=self.ahead_s)
        return format_datetime(now, usegmt=True)

    def truth(self, seen: Seen) -> Answer | None:
        """What the sandbox does and says; None hangs up, as its silent accounts do."""
        return self.api.handle(_request(seen))

    def create_late(self, post: Seen, *, after_s: int = 0) -> int:
        """Have the trade of a POST appear after all, dated so many seconds from now."""
        return self._create(_request(post), after_s)

    def add_trade(self, body: str | bytes, *, after_s: int = 0) -> int:
        """A trade that somebody else made with the same key, by hand as it were."""
        raw = body.encode() if isinstance(body, str) else body
        key = self.api.keys[0]
        text = TRADES.encode() + raw
        signature = HMAC(key.secret.encode(), text, sha256).hexdigest()
        headers = {"apikey": key.api_key, "signature": signature}
        request = Request("POST", TRADES.encode(), headers, raw, "127.0.0.1")
        return self._create(request, after_s)

    def _create(self, request: Request, after_s: int) -> int:
        known = set(self.trades)
        made = self._api(after_s).handle(request)
        fresh = set(self.trades) - known
        assert len(fresh) == 1, f"the sandbox did not make one trade: {made}"
        return fresh.pop()

    def _api(self, after_s: int = 0) -> SandboxApi:
        def clock() -> int:
            return now_ms() + (self.ahead_s + after_s) * 1000

        return SandboxApi(self._book, clock=clock)


def _request(seen: Seen) -> Request:
    return Request(seen.method, seen.target, seen.headers, seen.body, "127.0.0.1")
