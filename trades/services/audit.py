"""The chain of events, walked from its first to its last."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Max

from trades.gateway import journal
from trades.models import Alarm, ChainHead, Event
from trades.models.events import link
from trades.services.alarms import raise_alarm

VERIFIED = "history verified"
_ROWS_AT_ONCE = 2000


@dataclass(frozen=True)
class Verified:
    """How far the chain holds.

    ``head`` is its end, as it may be written down and compared later: number and
    hash. ``bad`` is the number of the first event that is wrong, and ``why`` says
    what is; None and "" where all hold.
    """

    events: int
    head: str
    bad: int | None = None
    why: str = ""

    @property
    def fault(self) -> str:
        """What is wrong, in a sentence."""
        return f"Event {self.bad} of the history: {self.why}"


class BadHead(ValueError):
    """A head to compare with is a number, a space and 64 hex digits."""


def head() -> str:
    """The end of the chain, to go out with every export."""
    return str(_end()).rstrip()


def last_verified() -> Event | None:
    """When somebody last walked the chain, and what came of it."""
    alone = Event.objects.filter(submission=None).order_by("-number")
    return alone.filter(record__contains=f'"new":"{VERIFIED}"').first()


def verify(against: str | None = None) -> Verified:
    """Walk the whole chain, while others go on writing.

    ``against`` is a head that was written down before; left out, it is the latest one
    that the sending journal remembers. Raises ``BadHead``.
    """
    known = _read_head(_remembered() if against is None else against)
    # Read in this order, the end is never behind the last event that we know of.
    last, end = Event.objects.aggregate(n=Max("number"))["n"] or 0, _end()
    place, digest = 0, ""
    for number, submission, record, stored in _rows(max(last, end.number)):
        place += 1
        why = _fault(place, digest, number, submission, record, stored)
        if why or known.get(number, stored) != stored:
            why = why or "It is not the one that was written down."
            return Verified(place - 1, f"{place - 1} {digest}", number, why)
        digest = stored
    found = f"{place} {digest}".rstrip()
    if str(end).rstrip() != found or max(known, default=0) > place:
        return Verified(place, found, place + 1, "The events after it are missing.")
    return Verified(place, found)


def verify_on_record(*, by: str, against: str | None = None) -> Verified:
    """The same as an event, so that all see when it was done last; what is wrong
    raises the alarm. Raises ``BadHead``."""
    found = verify(against)
    with transaction.atomic(durable=True):
        _alarm_if_bad(found)
        Event.append(
            None,
            by=by,
            new=VERIFIED,
            events=found.events,
            wrong_event=found.bad,
        )
    return found


def _alarm_if_bad(found: Verified) -> None:
    if found.bad is not None:
        raise_alarm(Alarm.Kind.CHAIN, found.fault)


def _fault(
    place: int, digest: str, number: int, submission, record: str, stored: str
) -> str:
    """What is wrong with the event that stands at this place; "" if nothing is."""
    row = f'{{"number":{place},"submission":{submission or "null"},'
    if number != place:
        return "The one before it is missing."
    if link(digest, record) != stored:
        return "Its hash does not fit what stands there."
    return "" if record.startswith(row) else "It is filed under another submission."


def _end() -> ChainHead:
    return ChainHead.objects.filter(pk=1).first() or ChainHead()


def _rows(last: int) -> Iterator[tuple]:
    """Without objects: there may be a million events."""
    events = Event.objects.filter(number__lte=last).order_by("number")
    names = ("number", "submission_id", "record", "hash")
    return events.values_list(*names).iterator(chunk_size=_ROWS_AT_ONCE)


def _remembered() -> str | None:
    remembered = None
    for line in journal.read(settings.JOURNAL):
        remembered = line.get("head") or remembered
    return remembered


def _read_head(text: str | None) -> dict[int, str]:
    if text is None:
        return {}
    found = re.fullmatch(r"([0-9]{1,18}) ([0-9a-f]{64})", text.strip())
    if not found:
        raise BadHead(text[:100])
    return {int(found[1]): found[2]}
