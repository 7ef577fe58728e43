"""The rate limit: so many requests a minute, then silence for five minutes.

Who keeps calling through the silence is banned, for longer each time.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass, field

from trades.sandbox.calls import banned, too_many

_MINUTE_MS = 60_000
BLOCK_MS = 300_000
FIRST_BAN_MS = 120_000
# Calls that may come in during the silence before it counts as ignored.
PATIENCE = 5


@dataclass
class _Caller:
    calls: deque[int] = field(default_factory=deque)  # times of the last minute
    blocked_until: int = 0
    ignored: int = 0
    banned_until: int = 0
    ban_ms: int = FIRST_BAN_MS


class Limiter:
    """Counts callers by name; ``limit`` calls a minute each, or None for no limit."""

    def __init__(self, limit: int | None) -> None:
        self._limit = limit
        self._callers: dict[str, _Caller] = {}
        self._lock = threading.Lock()

    def admit(self, name: str, now_ms: int) -> None:
        """Count a call. Raises ``Refused``: 429 over the limit, 418 when banned."""
        if self._limit is None:
            return
        with self._lock:
            caller = self._callers.setdefault(name, _Caller())
            _refuse_banned(caller, now_ms)
            _refuse_blocked(caller, now_ms)
            while caller.calls and caller.calls[0] <= now_ms - _MINUTE_MS:
                caller.calls.popleft()
            caller.calls.append(now_ms)
            if len(caller.calls) > self._limit:
                caller.calls.clear()
                caller.blocked_until, caller.ignored = now_ms + BLOCK_MS, 0
                raise too_many()


def _refuse_banned(caller: _Caller, now_ms: int) -> None:
    if now_ms < caller.banned_until:
        raise banned()


def _refuse_blocked(caller: _Caller, now_ms: int) -> None:
    if now_ms >= caller.blocked_until:
        return
    caller.ignored += 1
    if caller.ignored <= PATIENCE:
        raise too_many()
    caller.banned_until = now_ms + caller.ban_ms
    caller.ban_ms *= 2
    raise banned()
