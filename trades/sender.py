"""The sender's loop: reap, send what is queued, look up what is unknown, warn."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

from django.db import connections
from django.db.models import Q
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.models import Submission, not_paused
from trades.services import alarms, gates, mailing, reconciliation, restoring, sending

LOOK_EVERY_S = 0.1
REAP_EVERY_S = 10
# So many exchanges may be open at once; a hung one holds up none of the others, and
# no look holds up an exchange.
EXCHANGES, LOOKS = 8, 2

log = logging.getLogger(__name__)


class Lane:
    """Threads for one kind of work, and the rows that are in their hands."""

    def __init__(self, threads: int, work: Callable[[int], None]) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix=work.__name__)
        self._work = work
        self._threads = threads
        self.in_hand: set[int] = set()

    @property
    def free(self) -> int:
        return self._threads - len(self.in_hand)

    def take(self, pks: Iterable[int]) -> None:
        for pk in pks:
            self.in_hand.add(pk)
            self._pool.submit(self._run, pk)

    def finish(self) -> None:
        """Wait for what is in hand."""
        self._pool.shutdown()

    def _run(self, pk: int) -> None:
        try:
            self._work(pk)
        except Exception:
            log.exception("submission %s: %s failed", pk, self._work.__name__)
        finally:
            connections.close_all()
            self.in_hand.discard(pk)


def run(stop: Event) -> None:
    """Work until ``stop`` is set; then finish the exchanges in hand and return."""
    exchanges, looks = Lane(EXCHANGES, sending.send), Lane(LOOKS, look)
    reap_at = monotonic()
    is_ready = False  # nothing is sent before the journal was compared
    while not stop.wait(LOOK_EVERY_S):
        is_ready = is_ready or _try(_get_ready)
        if is_ready and monotonic() >= reap_at:
            _try(_tidy)
            reap_at = monotonic() + REAP_EVERY_S
        if is_ready:
            _try(_send_queued, exchanges)
            _try(_look_up_due, looks)
        connections.close_all()
    exchanges.finish()
    looks.finish()


def look(pk: int) -> None:
    reconciliation.look(Submission.objects.get(pk=pk))


def _try(step: Callable[..., object], *args: object) -> bool:
    """Whether it worked; no failed pass may end the sender."""
    try:
        step(*args)
    except Exception:
        log.exception("this pass failed; trying again")
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


def _send_queued(lane: Lane) -> None:
    """Hand what is queued to free exchanges, oldest first, as far as it may leave."""
    if not lane.free or not gates.has_room(gates.SUBMISSIONS):
        return
    waits = Q(wait_until__gt=Now())
    queued = Submission.objects.filter(not_paused(), state=State.QUEUED.value)
    queued = queued.exclude(waits).exclude(pk__in=lane.in_hand.copy()).order_by("pk")
    lane.take(queued.values_list("pk", flat=True)[: lane.free])


def _look_up_due(lane: Lane) -> None:
    if not lane.free or not gates.has_room(gates.LOOKS):
        return
    due = reconciliation.due().exclude(pk__in=lane.in_hand.copy())
    lane.take(due.values_list("pk", flat=True)[: lane.free])
