"""Speaks to 3Commas: places a SmartTrade once, lists what there is, reads markets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import TypeVar
from urllib.parse import urlencode

from trades.domain.classification import is_id
from trades.domain.lifecycle import Outcome
from trades.gateway import answers, market_data
from trades.gateway.exchange import Line
from trades.gateway.failures import BadAnswer, CommitFailed, found
from trades.gateway.fence import Fence
from trades.gateway.signing import Signer

_log = logging.getLogger(__name__)

THREE_COMMAS = "https://api.3commas.io"
_SMART_TRADES = "/v2/smart_trades"
_ACCOUNTS = "/ver1/accounts"
# Of the answer to a GET, to that for all pairs, to that for one pair.
_READ_MOST_BYTES = 4 * 1024 * 1024
_PAIRS_MOST_BYTES = 1024 * 1024
_PAIR_MOST_BYTES = 64 * 1024
_PER_PAGE = 100
_PAGES_MOST = 50

T = TypeVar("T")


def _nothing() -> None:
    """The commit of a question, which changes nothing."""


class ThreeCommas:
    """One API key's way to 3Commas, or to the sandbox at another ``base_url``.

    For one thread. No connection is kept: each request has its own. Times are seconds;
    ``whole_s`` is the limit of one request from beginning to end. ``ca_file`` is
    trusted instead of the public authorities. ``admit`` is called before each GET;
    what it raises goes through, and that request does not leave.
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer,
        *,
        connect_s: float,
        read_s: float,
        whole_s: float,
        forced_mode: str | None = None,
        ca_file: str | None = None,
        admit: Callable[[], None] = _nothing,
    ) -> None:
        self._admit = admit
        self._line = Line(
            base_url,
            signer,
            forced_mode=forced_mode,
            ca_file=ca_file,
            connect_s=connect_s,
            read_s=read_s,
            whole_s=whole_s,
        )

    @property
    def skew_s(self) -> int | None:
        """How far the clock of the latest answer was from ours; see ``Outcome``."""
        return self._line.skew_s

    def place(self, body: str, *, commit: Callable[[], float | None]) -> Outcome:
        """Post one SmartTrade and say what came of it. Never retries.

        ``commit`` runs once, after the TLS handshake and before the first byte. If it
        raises, nothing leaves, and ``CommitFailed`` is the only thing raised here.
        What any other error means depends on whether ``commit`` had run, not on the
        error's name: after it, only a clear answer beats UNKNOWN. ``commit`` may
        return the ``monotonic()`` time of its commit; see ``Fence``.

        Source: 3Commas API, "Create SmartTrade" and "Errors".
        """
        fence = Fence(commit)
        started = monotonic()
        outcome = self._placed(body, fence)
        if fence.failure is not None:
            raise CommitFailed("nothing was sent") from fence.failure
        duration_ms = round((monotonic() - started) * 1000)
        head = self._line.head
        if head is None:
            return replace(outcome, duration_ms=duration_ms)
        return replace(
            outcome,
            duration_ms=duration_ms,
            retry_after_s=head.retry_after_s,
            skew_s=head.skew_s,
        )

    def validate(self) -> None:
        """Raise ``Refused`` unless 3Commas knows the key and accepts its signature."""
        if self._get("/ver1/validate") != {"valid": True}:
            raise BadAnswer("unclear", status=200)

    def accounts(self) -> list[dict]:
        """All accounts that the key reaches, as 3Commas describes them."""
        query = {"page": 1, "per_page": _PER_PAGE}
        pages = self._pages(_ACCOUNTS, query, market_data.lenient_json)
        return [
            account for page in pages for account in _read(market_data.accounts, page)
        ]

    def pairs(self, market_code: str) -> list[str]:
        """The names of all pairs that a market lists."""
        query = urlencode({"market_code": market_code})
        path = f"{_ACCOUNTS}/market_pairs?{query}"
        return self._market(path, _PAIRS_MOST_BYTES, market_data.pairs)

    def rates(self, market_code: str, pair: str) -> dict[str, object]:
        """Prices and limits of a pair; numbers are text wherever they have decimals."""
        query = {"market_code": market_code, "pair": pair, "limit_type": "smart_trade"}
        path = f"{_ACCOUNTS}/currency_rates?{urlencode(query)}"
        return self._market(path, _PAIR_MOST_BYTES, market_data.rates)

    def leverage(self, account_id: int, pair: str) -> list[dict]:
        """What leverage an account may use on a pair, by margin type."""
        query = urlencode({"pair": pair})
        path = f"{_ACCOUNTS}/{account_id:d}/leverage_data?{query}"
        return self._market(path, _PAIR_MOST_BYTES, market_data.leverage)

    def smart_trades(
        self, *, account_id: int, pair: str, since: datetime, until: datetime
    ) -> list[dict]:
        """What was created on this account and pair between two times, newest first.

        Each trade stands there once, though it may have moved to the next page while
        the first was read.

        Source: 3Commas API, "List of SmartTrades".
        """
        query = {
            "account_id": account_id,
            "pair": pair,
            "status": "all",
            "order_by": "created_at",
            "order_direction": "desc",
            "per_page": _PER_PAGE,
            "page": 1,
            "from": _iso(since),
            "to": _iso(until),
        }
        listed: dict[int, dict] = {}
        for page in self._pages(_SMART_TRADES, query):
            if not all(is_id(trade.get("id")) for trade in page):
                raise BadAnswer("unclear", status=200)
            for trade in page:
                listed.setdefault(trade["id"], trade)
            if page and _is_older(page[-1], since):
                break
        return list(listed.values())

    def smart_trade(self, remote_id: int) -> dict:
        """The trade of this number as it stands now."""
        trade = self._get(f"{_SMART_TRADES}/{remote_id}")
        if not isinstance(trade, dict) or not is_id(trade.get("id")):
            raise BadAnswer("unclear", status=200)
        if trade["id"] != remote_id:
            raise BadAnswer("unclear", status=200)
        return trade

    def _placed(self, body: str, fence: Fence) -> Outcome:
        try:
            answer = self._line.exchange(
                "POST", _SMART_TRADES, fence, answers.MOST_BYTES, body
            )
            # Had the hook before the first byte been missed, this is late, but the row
            # then says that something has left, and nobody sends it again.
            fence.cross()
            head = answer.head
            return answers.read_answer(
                head.status, answer.raw, request_id=head.request_id
            )
        except Exception as exc:  # the phase decides, not the class
            return _broken_off(exc, fence)

    def _pages(
        self,
        path: str,
        query: dict[str, object],
        read: Callable[[bytes], object] = answers.exact_json,
    ) -> Iterator[list[dict]]:
        """Each page of a list, the short one last; none after that."""
        for number in range(1, _PAGES_MOST + 1):
            text = urlencode(query | {"page": number}, safe=":")
            page = self._get(f"{path}?{text}", read=read)
            if not _is_list_of_objects(page):
                raise BadAnswer("unclear", status=200)
            yield page
            if len(page) < _PER_PAGE:
                return
        raise BadAnswer("unclear", status=200)

    def _market(self, path: str, most_bytes: int, read: Callable[[object], T]) -> T:
        return _read(read, self._get(path, most_bytes, market_data.lenient_json))

    def _get(
        self,
        path: str,
        most_bytes: int = _READ_MOST_BYTES,
        read: Callable[[bytes], object] = answers.exact_json,
    ) -> object:
        """The JSON of a 200, or ``BadAnswer``."""
        self._admit()
        fence = Fence(_nothing)
        try:
            answer = self._line.exchange("GET", path, fence, most_bytes)
        except Exception as exc:
            reason = _broken_off(exc, fence).reason
        else:
            return found(answer, most_bytes, read)
        # Out here, because the library's exceptions carry the request's headers along.
        head = self._line.head
        raise BadAnswer(reason, retry_after_s=head.retry_after_s if head else None)


def _broken_off(exc: Exception, fence: Fence) -> Outcome:
    """Logs the exception's name alone: its message may quote headers."""
    outcome = answers.broken_off(exc, left=fence.passed)
    _log.info("broken off, %s: %s", outcome.reason, type(exc).__name__)
    return outcome


def _read(read: Callable[[object], T], value: object) -> T:
    """What a reader makes of the JSON of a 200; ``BadAnswer`` where it can't."""
    try:
        return read(value)
    except ValueError:
        raise BadAnswer("unclear", status=200) from None


def _is_list_of_objects(page: object) -> bool:
    return isinstance(page, list) and all(isinstance(item, dict) for item in page)


def _iso(moment: datetime) -> str:
    """As 3Commas writes it: 2025-08-11T13:28:52.548Z."""
    if moment.tzinfo is None:
        raise ValueError("a time without its zone")
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _is_older(trade: dict, since: datetime) -> bool:
    """Whether it was surely created before; of what can't be read nothing is sure."""
    data = trade.get("data")
    created = data.get("created_at") if isinstance(data, dict) else None
    try:
        return datetime.fromisoformat(created) < since
    except (TypeError, ValueError):
        return False
