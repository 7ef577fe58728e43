"""The API itself: who may call, which route it is, and an answer in every case.

A request goes through the steps that 3Commas takes: the key is known, the signature is
its own, the rate is kept, the route exists; then the parameters. ``server`` puts
this behind a socket.
"""

from __future__ import annotations

import logging
import os
import re
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from trades.sandbox import accounts, market
from trades.sandbox.calls import (
    Answer,
    Call,
    Refused,
    Request,
    answer,
    not_found,
    unknown_error,
)
from trades.sandbox.keys import Key, signed_texts, unknown_key
from trades.sandbox.limiter import Limiter
from trades.sandbox.smart_trades import SmartTrades
from trades.sandbox.trades import Book

_BASE = "/public/api"
_MODES = ("real", "paper")
_NOBODY = 0
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Route:
    method: str
    pattern: str  # N stands for an id
    handler: Callable[[Call], Answer | None]
    signed: bool = True

    def match(self, method: str, path: str) -> re.Match[str] | None:
        pattern = self.pattern.replace("N", "([0-9]{1,18})")
        return re.fullmatch(pattern, path) if method == self.method else None


def now_ms() -> int:
    return time.time_ns() // 1_000_000


class SandboxApi:
    """Everything behind the socket: keys, trades, routes, and the limit.

    ``keys`` are the registered ones; left out, they are the file's own throw-away
    keys. ``limit`` is requests a minute for each key, None for no limit. ``clock``
    gives milliseconds since 1970; a trade's life follows it.
    """

    def __init__(
        self,
        db_path: str | os.PathLike[str],
        keys: Iterable[Key] | None = None,
        *,
        limit: int | None = None,
        slow_s: float = 5,
        clock: Callable[[], int] = now_ms,
    ) -> None:
        self.trades = Book(db_path)
        self.keys = list(self.trades.own_keys() if keys is None else keys)
        self.closing = threading.Event()
        self._by_api_key = {key.api_key: key for key in self.keys}
        self._limiter = Limiter(limit)
        self._clock = clock
        self._routes = self._routed(SmartTrades(self.trades, self.closing, slow_s))

    def handle(self, request: Request) -> Answer | None:
        """The answer to a request; None hangs up without one. Never raises."""
        try:
            return self._handle(request)
        except Refused as refused:
            return refused.answer
        except Exception as bug:
            _log.exception("The sandbox failed to answer.")
            return unknown_error(type(bug).__name__).answer

    def _handle(self, request: Request) -> Answer | None:
        raw_path, _, raw_query = request.target.partition(b"?")
        path = raw_path.decode("ascii", "replace")
        route, match = self._route(request.method, path)
        key = None
        if route is None or route.signed:
            key = self._signer(request, raw_path, raw_query)
        caller = key.api_key if key else request.client
        moment = self._clock()
        self._limiter.admit(caller, moment)
        if key and (refused := key.refusal_of(request.method, path)):
            raise refused
        if route is None or match is None:
            raise not_found()
        call = Call(
            owner=key.owner if key else _NOBODY,
            mode=_mode(request),
            query=dict(parse_qsl(raw_query.decode("ascii", "replace"), True)),
            number=int(match[1]) if match.lastindex else 0,
            body=request.body,
            now_ms=moment,
        )
        return route.handler(call)

    def _route(
        self, method: str, path: str
    ) -> tuple[Route | None, re.Match[str] | None]:
        for route in self._routes:
            if match := route.match(method, path):
                return route, match
        return None, None

    def _signer(self, request: Request, path: bytes, query: bytes) -> Key:
        """Whose signature it is, judged over the bytes as they came."""
        key = self._by_api_key.get(request.headers.get("apikey", ""))
        if refused := key.refusal() if key else unknown_key():
            raise refused
        signature = request.headers.get("signature", "")
        if not key.accepts(signature, signed_texts(path, query, request.body)):
            raise Refused(401, "signature_invalid", "Provided signature is invalid")
        return key

    def _routed(self, smart: SmartTrades) -> list[Route]:
        account, trade = f"{_BASE}/ver1/accounts", f"{_BASE}/v2/smart_trades"
        return [
            Route("GET", f"{_BASE}/ver1/ping", _ping, signed=False),
            Route("GET", f"{_BASE}/ver1/time", _time, signed=False),
            Route("GET", f"{_BASE}/ver1/validate", _validate),
            Route("GET", account, accounts.listed),
            Route("GET", f"{account}/N", accounts.one),
            Route("GET", f"{account}/N/leverage_data", accounts.leverage_data),
            *(
                Route("GET", f"{account}/{name}", handler, signed=False)
                for name, handler in _MARKET_DATA.items()
            ),
            Route("POST", trade, smart.create),
            Route("GET", trade, smart.listed),
            Route("GET", f"{trade}/N", smart.one),
            Route("DELETE", f"{trade}/N", smart.cancel),
            Route("POST", f"{trade}/N/close_by_market", smart.close_by_market),
        ]


_MARKET_DATA = {
    "market_list": market.market_list,
    "market_pairs": market.market_pairs,
    "currency_rates": market.currency_rates,
    "currency_rates_with_leverage_data": market.currency_rates_with_leverage,
}


def _mode(request: Request) -> str:
    """Which of the two worlds the lists show; without the header, the real one."""
    mode = request.headers.get("forced-mode", "real")
    if mode not in _MODES:
        text = "Forced mode is not included in the ['real', 'paper']"
        raise Refused(400, "forced_mode_invalid", text)
    return mode


def _ping(call: Call) -> Answer:
    return answer(200, {"pong": "pong"})


def _time(call: Call) -> Answer:
    return answer(200, {"server_time": call.now_ms // 1000})


def _validate(call: Call) -> Answer:
    return answer(200, {"valid": True})
