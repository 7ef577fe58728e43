"""The restore guard, for the sender: the journal against the database.

A database that was restored from a copy has forgotten the latest submissions, or
believes that they have not left yet. The journal, a file of its own, has not.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from itertools import islice

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.gateway import journal
from trades.models import Alarm, Missing, Submission
from trades.services.alarms import raise_alarm
from trades.services.recording import FIRST_LOOK_S

GUARD = "the restore guard"
_AT_ONCE = 500
# The journal knows a submission only once it was sending.
_ONWARD = {
    State.QUEUED: (State.CLAIMED, State.SENDING, State.UNKNOWN),
    State.CLAIMED: (State.SENDING, State.UNKNOWN),
}
_OPEN = (State.SENDING, State.UNKNOWN)
_CLEAR = (State.ACCEPTED, State.REJECTED)

log = logging.getLogger(__name__)


def compare() -> int:
    """Note what the journal knows better, and return how much that is.

    Nothing is sent until somebody has looked each of those up. What the database
    believes unsent becomes unknown, so that it can't be sent again.
    """
    lines = _lines()
    while some := dict(islice(lines, _AT_ONCE)):
        for public_id in _better_known(some):
            Missing.objects.get_or_create(
                submission=public_id, defaults={"line": some[public_id]}
            )
    missing = Missing.objects.filter(looked_up_at=None).count()
    if missing:
        raise_alarm(
            Alarm.Kind.RESTORE,
            "The sending journal knows more than the database. Nothing is sent until "
            "each missing submission has been looked up at 3Commas.",
        )
    return missing


def _lines() -> Iterator[tuple[uuid.UUID, dict]]:
    for line in journal.read(settings.JOURNAL):
        try:
            yield uuid.UUID(str(line.get("submission"))), line
        except ValueError:
            log.warning("a line of the journal names no submission")


def _better_known(lines: Mapping[uuid.UUID, Mapping]) -> Iterable[uuid.UUID]:
    """Which of these submissions the database has lost, or believes unsent."""
    rows = Submission.objects.filter(public_id__in=list(lines))
    known = {row.public_id: row for row in rows}
    for public_id, line in lines.items():
        row = known.get(public_id)
        if row is None or State(row.state) is State.NOT_SENT:
            yield public_id
        elif State(row.state) in _ONWARD:
            _bring_to_unknown(row)
            yield public_id
        elif State(row.state) in _OPEN:
            _settle(row, line)


def _bring_to_unknown(row: Submission) -> None:
    with transaction.atomic(durable=True):
        for state in _ONWARD[State(row.state)]:
            last = state is State.UNKNOWN
            fields = {"reason": "restored", "ended_at": Now()} if last else {}
            row.move(state, by=GUARD, **fields)
    look_at = Now() + timedelta(seconds=FIRST_LOOK_S)
    Submission.objects.filter(pk=row.pk).update(next_look_at=look_at)


def _settle(row: Submission, line: Mapping) -> None:
    """T8 to T12: an answer that came, but did not get into the database."""
    found = [state for state in _CLEAR if line.get("state") == state.value]
    if not found:
        return
    try:
        with transaction.atomic(durable=True):
            row.move(
                found[0],
                by=GUARD,
                reason=line.get("reason") or "journal",
                status=line.get("status"),
                remote_id=line.get("remote_id"),
                next_look_at=Now() if found[0] is State.ACCEPTED else None,
            )
    except IntegrityError:
        log.error("submission %s: its trade is another's", row.public_id)
