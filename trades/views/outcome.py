"""How a submission stands, for its trader's page and for the admins' desk."""

from __future__ import annotations

from collections.abc import Iterable
from operator import attrgetter

from trades.models import Connection, Submission
from trades.services import history, holds, outlook, timeline
from trades.services.holds import Countdown
from trades.views.doors import page_of, reload_in


def context(submission: Submission, *, user, typed: str | None = None) -> dict:
    """What ``_outcome.html`` shows; ``typed`` is what stood where the pair belongs."""
    known = outlook.of(submission)
    next_look = submission.next_look_at
    return {
        "submission": submission,
        "mode": Connection.Mode(submission.mode),
        "amount": history.amount(submission),
        "headline": history.headline(submission),
        "accepted": timeline.accepted(submission.ticked),
        "reason": timeline.reason(submission),
        "vendor_text": history.visible(submission.vendor_text),
        "elsewhere": history.elsewhere(submission),
        "in_note": history.carries_token(submission),
        "hold": holds.of(submission),
        "leaves_by": Countdown(submission.send_by),
        "next_look": Countdown(next_look) if next_look else None,
        "remote": history.remote(submission),
        "outlook": known,
        "twins": list(_linked(known.twins, user)),
        "retries": list(_linked(_retries(submission), user)),
        "declaration": timeline.declaration(submission),
        "typed": typed,
        "timeline": timeline.of(submission),
    }


def tries(submission: Submission, user) -> Iterable[dict[str, object]]:
    """The others that led to it or came of it: of the same draft, and of drafts that
    mend a refused one."""
    mending = Submission.objects.filter(draft__in=submission.followers.all())
    others = {*Submission.objects.filter(draft=submission.draft_id), *mending}
    if submission.draft.follows:
        others.add(submission.draft.follows)
    ordered = sorted(others - {submission}, key=attrgetter("pk"))
    return _linked(ordered, user)


def follow(submission: Submission) -> str:
    """The address of the retry that is under way; "" where there is none."""
    latest = history.last_try(submission)
    under_way = latest != submission and history.watch_s(latest) == 1
    return latest.get_absolute_url() if under_way else ""


def refresh(submission: Submission) -> str:
    """What the page tells a browser without scripts: when to load what, or nothing.

    A page that asks something keeps still, so that nobody clicks beside or loses what
    was typed.
    """
    if url := follow(submission):
        return f"1; url={url}"
    pace_s = history.watch_s(submission)
    if pace_s < 2:
        return reload_in(pace_s) if pace_s else ""
    due = submission.next_look_at
    if due is None or outlook.of(submission).asks:
        return ""
    return reload_in(max(5, Countdown(due).seconds + 2))


def _retries(submission: Submission) -> list[Submission]:
    """The one that it retries, and its own retry."""
    around = (submission.retry_of, getattr(submission, "retry", None))
    return [other for other in around if other]


def _linked(others: Iterable[Submission], user) -> Iterable[dict[str, object]]:
    for other in others:
        yield {"submission": other, "url": page_of(other, user)}
