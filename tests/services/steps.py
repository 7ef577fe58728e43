"""What the tests of sending and looking up do with a submission."""

from __future__ import annotations

import time
from datetime import timedelta

from django.utils import timezone

from tests.rewriting import rewrite
from trades.domain import payload
from trades.domain.lifecycle import State
from trades.models import Look, Submission
from trades.services import reconciliation

PAST = timedelta(seconds=-1)
_TIMES = ("send_by", "confirmed_at", "sent_at", "ended_at", "next_look_at")


def state_of(submission: Submission) -> str:
    """Its state and the reason, as the database has them now."""
    submission.refresh_from_db()
    return f"{submission.state} {submission.reason}".strip()


def story(submission: Submission) -> list[str]:
    return [event.new for event in submission.events.all()]


def put(submission: Submission, state: State, **fields) -> None:
    """Place a submission where a dead sender may have left it."""
    Submission.objects.filter(pk=submission.pk).update(state=state.value, **fields)


def age(submission: Submission, **passed: int) -> None:
    """Let time pass for a submission and its looks: ``age(submission, minutes=20)``."""
    submission.refresh_from_db()
    by = timedelta(**passed)
    times = {n: t - by for n in _TIMES if (t := getattr(submission, n))}
    rewrite(Submission.objects.filter(pk=submission.pk), **times)
    for look in Look.objects.filter(submission=submission):
        Look.objects.filter(pk=look.pk).update(at=look.at - by)
    submission.refresh_from_db()


def due(submission: Submission) -> Submission:
    """The same, as it stands now, with its next look due."""
    rows = Submission.objects.filter(pk=submission.pk)
    rows.update(next_look_at=timezone.now())
    submission.refresh_from_db()
    return submission


def add_trade(sandbox, submission: Submission, *, note: str, ago_s: int = 0, **group):
    """Make a trade by hand that is like this submission, but for its note."""
    body = payload.decode(submission.body) | {"note": note}
    body["position"] |= group
    return sandbox.trades.add(
        owner=1,
        account_id=submission.account.remote_id,
        mode="real",
        pair=submission.pair,
        kind="smart_trade",
        body=payload.encode(body).encode(),
        created_ms=time.time_ns() // 1_000_000 - ago_s * 1000,
        seen_price="60000",
        settles_as="waiting_position",
    )


def look_again(submission: Submission, times: int = 1) -> Look:
    for _ in range(times):
        reconciliation.look(due(submission))
    return submission.looks.last()
