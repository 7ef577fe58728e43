"""The whole story of a submission: versions of its draft, its moves, looks, reviews."""

from __future__ import annotations

from collections.abc import Iterator

from trades.models import Approval, DraftVersion, Look, Submission
from trades.models.events import RECONCILER
from trades.services import timeline
from trades.services.history import first_try, visible
from trades.services.timeline import Entry


def of(submission: Submission) -> list[Entry]:
    """From the first version that led to it on, each with person and time."""
    entries = [*_versions(submission), *_approvals(submission)]
    entries += [*timeline.of(submission), *_looks(submission)]
    return sorted(entries, key=lambda entry: entry.at)


def versions(submission: Submission) -> list[DraftVersion]:
    """The versions up to the confirmed one; what the draft says since is the trader's
    alone."""
    found = submission.draft.versions.filter(number__lte=confirmed_version(submission))
    return list(found.order_by("number"))


def confirmed_version(submission: Submission) -> int:
    """The number of the confirmed version; of a retry that of the first try."""
    event = first_try(submission).events.first()
    number = event.details.get("draft_version") if event else None
    return number if isinstance(number, int) else 0


def _versions(submission: Submission) -> Iterator[Entry]:
    owner = submission.draft.owner.get_username()
    for version in versions(submission):
        how = ("Automatically",) if version.is_automatic else ()
        what = f"Draft saved: version {version.number}"
        yield Entry(version.saved_at, owner, what, how)


def _approvals(submission: Submission) -> Iterator[Entry]:
    """Who asked for the approval of these very bytes, and who decided."""
    for one in Approval.objects.filter(sha256=submission.sha256):
        asked_by = one.asked_by.get_username()
        yield Entry(one.asked_at, asked_by, "Approval asked for", ())
        if one.decided_by and one.decided_at:
            what = "Approved" if one.approved else "Approval refused"
            why = (f"“{visible(one.why)}”",) if one.why else ()
            yield Entry(one.decided_at, one.decided_by.get_username(), what, why)


def _looks(submission: Submission) -> Iterator[Entry]:
    for look in submission.looks.all():
        yield Entry(look.at, RECONCILER, "Looked at 3Commas", (visible(_found(look)),))


def _found(look: Look) -> str:
    if not look.clean:
        return f"Does not count: {look.why}"
    return f"{look.listed} listed, {len(look.candidates)} that may be this one"
