"""What happened to a submission: its timeline and its audit log in one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models.functions import Now

if TYPE_CHECKING:
    from trades.models.submissions import Submission

# Who does what no person asked for. No user name has a space.
SENDER, REAPER = "the sender", "the reaper"
# Kept in the row itself; an event says what happened, not everything that is known.
_NOT_TOLD = {"answer", "claim_token", "holds_draft"}


class Event(models.Model):
    """One move of a submission. Written with it, changed by nobody."""

    submission = models.ForeignKey("Submission", models.PROTECT, related_name="events")
    at = models.DateTimeField(db_default=Now())
    by = models.CharField(max_length=150)  # a user name, or one of the above
    old = models.CharField(max_length=8, blank=True)
    new = models.CharField(max_length=8)
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.old or 'draft'} to {self.new}"

    @classmethod
    def append(
        cls, submission: Submission, *, by: str, old: str, new: str, **fields: object
    ) -> None:
        """Write down a move, in the transaction that makes it."""
        told = {k: v for k, v in fields.items() if k not in _NOT_TOLD and v}
        cls.objects.create(submission=submission, by=by, old=old, new=new, details=told)
