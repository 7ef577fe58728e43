"""The sender's loop: reap, then send what is queued, until it is told to stop."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic

from django.db import connections

from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services import sending

LOOK_EVERY_S = 0.1
REAP_EVERY_S = 10
# So many exchanges may be open at once; a hung one holds up none of the others.
EXCHANGES = 8

log = logging.getLogger(__name__)


def run(stop: Event) -> None:
    """Work until ``stop`` is set; then finish the exchanges in hand and return."""
    in_hand: set[int] = set()
    reap_at = monotonic()
    with ThreadPoolExecutor(EXCHANGES, thread_name_prefix="exchange") as pool:
        while not stop.wait(LOOK_EVERY_S):
            try:
                if monotonic() >= reap_at:
                    sending.reap()
                    reap_at = monotonic() + REAP_EVERY_S
                _send_queued(pool, in_hand)
            except Exception:  # no failed pass may end the sender
                log.exception("this pass failed; trying again")
            finally:
                connections.close_all()


def _send_queued(pool: ThreadPoolExecutor, in_hand: set[int]) -> None:
    """Hand every queued submission to a free exchange, oldest first."""
    queued = Submission.objects.filter(state=State.QUEUED.value).order_by("pk")
    free = EXCHANGES - len(in_hand)
    for pk in queued.exclude(pk__in=in_hand.copy()).values_list("pk", flat=True)[:free]:
        in_hand.add(pk)
        pool.submit(_send, pk, in_hand)


def _send(pk: int, in_hand: set[int]) -> None:
    try:
        sending.send(pk)
    except Exception:
        log.exception("submission %s: left to the reaper", pk)
    finally:
        connections.close_all()
        in_hand.discard(pk)
