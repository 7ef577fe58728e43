"""What reviewers say of a submission, and what its trader answers.

Each remark is a row of its own and an event of the chain; the verdict is what they
have led to so far.
"""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet

from trades.models import Event, Remark, Submission, Verdict

REVIEW = "trades.review_submission"
REVIEWED, ANSWERED = "reviewed", "answered"


class NothingSaid(Exception):
    """A remark without verdict, assignment and text."""


class OwnOrder(Exception):
    """Nobody reviews an order of their own."""


def reviewers() -> QuerySet:
    """The staff who may give verdicts."""
    users = get_user_model().objects.with_perm(REVIEW)
    return users.filter(is_staff=True, is_active=True).order_by("username")


def review(
    submission: Submission, *, by, verdict: str = "", assigns=None, text: str = ""
) -> Remark:
    """Say what a reviewer has to say. ``verdict`` "" leaves it as it is, ``assigns``
    None too. Raises ``NothingSaid`` and ``OwnOrder``."""
    if submission.trader_id == by.pk:
        raise OwnOrder
    if not (verdict or assigns or text):
        raise NothingSaid
    return _say(submission, REVIEWED, by, verdict=verdict, assigns=assigns, text=text)


def answer(submission: Submission, *, by, text: str) -> Remark:
    """The trader's answer. What needed it is unreviewed again, so that a reviewer
    comes back to it. Raises ``NothingSaid``."""
    if not text:
        raise NothingSaid
    return _say(submission, ANSWERED, by, text=text)


def _say(submission: Submission, what: str, by, **said) -> Remark:
    with transaction.atomic(durable=True):
        standing, _ = Verdict.objects.select_for_update().get_or_create(
            submission=submission
        )
        if what == ANSWERED and standing.value == Verdict.Value.NEEDS_ANSWER:
            said["verdict"] = Verdict.Value.UNREVIEWED
        standing.value = said.get("verdict") or standing.value
        standing.assigned_to = said.get("assigns") or standing.assigned_to
        standing.save()
        told = {"verdict": said.get("verdict", ""), "text": said["text"]}
        told["assigned_to"] = str(said.get("assigns") or "")
        Event.append(submission, by=by.get_username(), new=what, **told)
        return Remark.objects.create(submission=submission, by=by, **said)
