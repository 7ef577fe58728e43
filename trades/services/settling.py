"""Settling what is unknown, for the web: what the looks say, and a person's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.models import Event, Look, Submission

# So many clean looks over so long a time, and all of them empty: then a person may
# be asked.
CLEAN_LOOKS, CLEAN_FOR = 5, timedelta(minutes=15)


class NotOffered(Exception):
    """A person chose what the looks do not offer (any more); nothing was changed."""


@dataclass(frozen=True)
class Standing:
    """What is known of an unknown submission.

    ``candidates`` are those of the latest clean look that nobody has ruled out and
    that no other submission has. Absence is not offered beside the latter either.
    ``twins`` are other submissions of ours that ask for the same thing, told where
    no token can tell them apart.
    """

    looks: Sequence[Look]
    candidates: list[dict]
    absence_offered: bool
    twins: QuerySet[Submission]

    @property
    def clean_looks(self) -> int:
        return sum(look.clean for look in self.looks)


def standing(submission: Submission) -> Standing:
    looks = list(submission.looks.all())
    clean = [look for look in looks if look.clean]
    latest = clean[-1].candidates if clean else []
    left = [c for c in latest if c["id"] not in submission.dismissed]
    others = linked_elsewhere(submission, [c["id"] for c in left])
    return Standing(
        looks,
        [c for c in left if c["id"] not in others],
        not left and _is_long_enough(submission, clean),
        _twins(submission),
    )


def linked_elsewhere(submission: Submission, remote_ids: Sequence[int]) -> set[int]:
    """Which of these trades belong to another submission already."""
    if not remote_ids:
        return set()
    others = Submission.objects.exclude(pk=submission.pk).filter(
        mode=submission.mode, remote_id__in=remote_ids
    )
    return set(others.values_list("remote_id", flat=True))


def pick(submission: Submission, remote_id: int, *, by) -> None:
    """T11: a person says that this candidate is ours. Raises ``NotOffered``."""
    _ensure_unknown(submission)
    offered = {c["id"]: c for c in standing(submission).candidates}
    if remote_id not in offered:
        raise NotOffered
    try:
        with transaction.atomic(durable=True):
            moved = submission.move(
                State.ACCEPTED,
                by=by.get_username(),
                reason="picked",
                remote_id=remote_id,
                remote_status=offered[remote_id]["status"][:60],
                next_look_at=Now(),
            )
    except IntegrityError:  # it belongs to another submission by now
        raise NotOffered from None
    if not moved:
        raise NotOffered


def dismiss(submission: Submission, *, by) -> None:
    """None of the candidates is ours. Raises ``NotOffered`` where there are none."""
    _ensure_unknown(submission)
    ids = [c["id"] for c in standing(submission).candidates]
    if not ids:
        raise NotOffered
    with transaction.atomic(durable=True):
        rows = Submission.objects.filter(pk=submission.pk, state=submission.state)
        if rows.update(dismissed=[*submission.dismissed, *ids]):
            Event.append(
                submission, by=by.get_username(), new="candidates ruled out", trades=ids
            )


def declare_absent(submission: Submission, *, typed: str, by) -> None:
    """T13: a person looked and says that no trade exists.

    ``typed`` must be the pair. Raises ``NotOffered``.
    """
    _ensure_unknown(submission)
    is_meant = typed.strip() == submission.pair
    if not is_meant or not standing(submission).absence_offered:
        raise NotOffered
    with transaction.atomic(durable=True):
        if not submission.move(State.ABSENT, by=by.get_username(), reason=""):
            raise NotOffered


def check_now(submission: Submission) -> None:
    """Leave the wish for a look in the row; the sender makes it as the gate allows."""
    if State(submission.state) in (State.UNKNOWN, State.ABSENT, State.ACCEPTED):
        rows = Submission.objects.filter(
            pk=submission.pk,
            state=submission.state,
            account__connection__deleted_at=None,  # with its key the way is gone
        )
        rows.update(next_look_at=Now())


def _ensure_unknown(submission: Submission) -> None:
    if State(submission.state) is not State.UNKNOWN:
        raise NotOffered


def _is_long_enough(submission: Submission, clean: Sequence[Look]) -> bool:
    if len(clean) < CLEAN_LOOKS or submission.ended_at is None:
        return False
    return clean[-1].at - submission.ended_at >= CLEAN_FOR


def _twins(submission: Submission) -> QuerySet[Submission]:
    alike = Submission.objects.filter(fingerprint=submission.fingerprint)
    around = timedelta(hours=1)
    return alike.exclude(pk=submission.pk).filter(
        sent_at__isnull=False,
        confirmed_at__range=(
            submission.confirmed_at - around,
            submission.confirmed_at + around,
        ),
    )
