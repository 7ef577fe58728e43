"""Alarms: what somebody must be told, at once and until they say that they know."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.models import Alarm, Event, Submission

UNKNOWN_AFTER_S = 900


def raise_alarm(kind: str, text: str, submission: Submission | None = None) -> None:
    """Raise it, unless the same one is up already. Fits into an open transaction."""
    alarm = Alarm(kind=kind, submission=submission, text=text)
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)


def raise_ban(submission: Submission | None = None) -> None:
    text = "3Commas has shut this address out. An admin must open the gate."
    raise_alarm(Alarm.Kind.BAN, text, submission)


def watch() -> None:
    """Raise an alarm for what has been unknown for too long, once for each."""
    long_ago = Now() - timedelta(seconds=UNKNOWN_AFTER_S)
    late = Submission.objects.filter(
        state=State.UNKNOWN.value, ended_at__lte=long_ago
    ).exclude(alarms__kind=Alarm.Kind.UNKNOWN)
    for submission in late:
        raise_alarm(
            Alarm.Kind.UNKNOWN,
            f"After {UNKNOWN_AFTER_S // 60} minutes it is still not known whether "
            f"3Commas made this trade on {submission.pair}.",
            submission,
        )


def open_for(user) -> QuerySet[Alarm]:
    """The alarms that this user has to see: all for staff, else those of their own."""
    alarms = concerning(user).filter(acknowledged_at=None)
    return alarms.select_related("submission")


def concerning(user) -> QuerySet[Alarm]:
    """The same with those that were acknowledged."""
    alarms = Alarm.objects.all()
    return alarms if user.is_staff else alarms.filter(submission__trader=user)


def acknowledge(alarm: Alarm, *, by) -> None:
    """Take a banner down, on record. Doing it twice changes nothing."""
    with transaction.atomic():
        is_up = Q(pk=alarm.pk, acknowledged_at=None)
        seen = Alarm.objects.filter(is_up).update(
            acknowledged_at=Now(), acknowledged_by=by
        )
        if seen:
            Event.append(
                alarm.submission,
                by=by.get_username(),
                new="alarm acknowledged",
                alarm=alarm.get_kind_display(),
            )
