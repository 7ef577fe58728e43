"""What differs, field by field, between the texts that a submission went through."""

from __future__ import annotations

from collections.abc import Mapping

from trades.domain import payload
from trades.models import Account, Submission
from trades.services import copying, story
from trades.services.history import Changed, compared, first_try
from trades.services.submissions import digest

CONFIRMED, SENT = "confirmed", "sent"


def stages(submission: Submission) -> dict[str, str]:
    """What can be compared, oldest first, by the word that stands for it."""
    versions = story.versions(submission)
    named = {f"v{v.number}": f"Version {v.number} of the draft" for v in versions}
    return {**named, CONFIRMED: "What was confirmed", SENT: "What was sent"}


def differences(submission: Submission, before: str, after: str) -> list[Changed]:
    """From one of ``stages`` to another. Raises ``KeyError`` for what is none."""
    texts = (_text(submission, before), _text(submission, after))
    return compared(payload.differences(*texts))


def is_intact(submission: Submission) -> bool:
    """Whether the bytes are those whose hash stands in the event that queued them."""
    event = submission.events.first()
    hashes = {submission.sha256, event and event.details.get("sha256")}
    return hashes == {digest(submission.body)}


def _text(submission: Submission, stage: str) -> Mapping[str, str]:
    if stage == SENT:
        return _named(copying.sent(submission))
    if stage == CONFIRMED:
        return _named(copying.sent(first_try(submission)))
    versions = {f"v{v.number}": v.typed for v in story.versions(submission)}
    return _named(versions[stage])


def _named(typed: Mapping[str, str]) -> dict[str, str]:
    """With the account by its name in place of its public id, and nothing blank."""
    filled = {path: text for path, text in typed.items() if text.strip()}
    if public_id := filled.get("account_id"):
        known = Account.objects.filter(public_id=public_id).first()
        filled["account_id"] = str(known) if known else public_id
    return filled
