"""Waiting for what happened instead of sleeping: counted moments, and a gate."""

from __future__ import annotations

import threading

from tests.gateway.servers import WAIT_S


class Moment:
    """Something that may happen several times, and that a test can wait for.

    >>> arrived = Moment("a request was read")
    >>> arrived.happens()
    >>> arrived.wait()
    >>> arrived.times
    1
    """

    def __init__(self, what: str) -> None:
        self.what, self.times = what, 0
        self._changed = threading.Condition()

    def happens(self) -> None:
        with self._changed:
            self.times += 1
            self._changed.notify_all()

    def wait(self, times: int = 1, timeout_s: float = WAIT_S) -> None:
        """Return once it has happened so often in all; otherwise the test fails."""
        with self._changed:
            self._changed.wait_for(lambda: self.times >= times, timeout_s)
            seen = f"{self.what}: {self.times} of {times} times in {timeout_s} s"
            assert self.times >= times, seen
