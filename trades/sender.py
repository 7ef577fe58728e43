"""The sender's loop: reap, send what is queued, look up what is unknown, fetch."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from queue import SimpleQueue
from threading import Event, Thread
from time import monotonic

from django.db import close_old_connections, connections
from django.db.models import Model, Q, QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.models import Submission, not_paused
from trades.services import (
    alarms,
    gates,
    mailing,
    market,
    reconciliation,
    restoring,
    sending,
)

PASS_EVERY_S = 0.05
FETCH_EVERY_S = 0.2  # a page that waits for a fact asks each second or so
REAP_EVERY_S = 10
# So many exchanges may be open at once; a hung one holds up none of the others, and
# neither a look nor a question about a market holds up an exchange.
EXCHANGES, LOOKS, FACTS, TESTS = 8, 2, 2, 1

log = logging.getLogger(__name__)


class Lane:
    """Threads for one kind of work, and the rows that are in their hands."""

    def __init__(self, threads: int, work: Callable[[int], None]) -> None:
        self._work = work
        self._todo: SimpleQueue[int | None] = SimpleQueue()
        self._threads = [Thread(target=self._serve) for _ in range(threads)]
        self.in_hand: set[int] = set()
        for thread in self._threads:
            thread.start()

    @property
    def free(self) -> int:
        return len(self._threads) - len(self.in_hand)

    def take(self, pks: Iterable[int]) -> None:
        for pk in pks:
            self.in_hand.add(pk)
            self._todo.put(pk)

    def finish(self) -> None:
        """Do what is in hand, and end."""
        for _ in self._threads:
            self._todo.put(None)
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while (pk := self._todo.get()) is not None:
            _try(self._work, pk)
            close_old_connections()
            self.in_hand.discard(pk)
        connections.close_all()


def run(stop: Event) -> None:
    """Work until ``stop`` is set; then finish the exchanges in hand and return."""
    exchanges, looks = Lane(EXCHANGES, sending.send), Lane(LOOKS, look)
    facts, tests = Lane(FACTS, market.fetch), Lane(TESTS, market.test)
    reap_at = fetch_at = monotonic()
    is_ready = False  # nothing is sent before the journal was compared
    try:
        while not stop.wait(PASS_EVERY_S):
            is_ready = is_ready or _try(_get_ready)
            if is_ready and monotonic() >= reap_at:
                _try(_tidy)
                reap_at = monotonic() + REAP_EVERY_S
            if is_ready:
                _try(_send_queued, exchanges)
                _try(_look_up_due, looks)
            if is_ready and monotonic() >= fetch_at:
                _try(_test_wished, tests)
                _try(_fetch_wished, facts, tests)
                fetch_at = monotonic() + FETCH_EVERY_S
            close_old_connections()
    finally:
        for lane in (exchanges, looks, facts, tests):
            lane.finish()
        connections.close_all()


def look(pk: int) -> None:
    reconciliation.look(Submission.objects.get(pk=pk))


def _try(step: Callable[..., object], *args: object) -> bool:
    """Whether it worked; no failed pass may end the sender."""
    try:
        step(*args)
    except Exception:
        log.exception("%s failed", step.__name__)
        return False
    return True


def _get_ready() -> None:
    restoring.compare()
    reconciliation.wake()


def _tidy() -> None:
    sending.reap()
    gates.clamp()
    alarms.watch()
    mailing.mail_alarms()
    market.forget()


def _send_queued(lane: Lane) -> None:
    """Hand what is queued to free exchanges, oldest first, as far as it may leave."""
    waits = Q(wait_until__gt=Now())
    queued = Submission.objects.filter(not_paused(), state=State.QUEUED.value)
    _hand_over(queued.exclude(waits).order_by("pk"), lane, gates.SUBMISSIONS)


def _look_up_due(lane: Lane) -> None:
    _hand_over(reconciliation.due(), lane, gates.LOOKS)


def _test_wished(lane: Lane) -> None:
    _hand_over(market.due_tests(), lane, gates.FACTS, market.TEST_PLACES)


def _fetch_wished(lane: Lane, tests: Lane) -> None:
    """After the tests: one that waits for room gets it before any fact."""
    if not (tests.free and market.due_tests().exists()):
        _hand_over(market.due_facts(), lane, gates.FACTS)


def _hand_over(rows: QuerySet[Model], lane: Lane, pace: str, places: int = 1) -> None:
    """As many as there are free threads for; none where the gate has no room."""
    if not lane.free:
        return
    new = rows.exclude(pk__in=lane.in_hand.copy()).values_list("pk", flat=True)
    pks = list(new[: lane.free])
    if pks and gates.has_room(pace, places):
        lane.take(pks)
