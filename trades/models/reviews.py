"""What reviewers say of submissions, beside the history and never in it."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from trades.models.submissions import Submission


class Verdict(models.Model):
    """How a submission stands with the reviewers: what its remarks have led to.

    Each submission has one from its first moment on, so that what nobody has
    reviewed yet is found as quickly as the rest.
    """

    class Value(models.TextChoices):
        UNREVIEWED = "unreviewed", "Unreviewed"
        FINE = "fine", "Fine"
        FLAGGED = "flagged", "Flagged"
        NEEDS_ANSWER = "needs", "Needs answer"

    submission = models.OneToOneField(
        Submission, models.PROTECT, primary_key=True, related_name="verdict"
    )
    value = models.CharField(
        max_length=10, choices=Value.choices, default=Value.UNREVIEWED
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        indexes = [
            models.Index(fields=["value", "-submission"], name="verdict_by_value"),
            models.Index(
                fields=["assigned_to", "-submission"],
                name="verdict_by_assigned",
                condition=models.Q(assigned_to__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.get_value_display()


class Remark(models.Model):
    """One thing that somebody said: a verdict, a comment, an assignment, an answer.

    Never changed. ``verdict`` is empty where it stays as it was; ``assigns`` where
    nobody new is named.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="remarks")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    verdict = models.CharField(max_length=10, choices=Verdict.Value.choices, blank=True)
    assigns = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    text = models.TextField(blank=True)

    class Meta:
        ordering = ["pk"]
        permissions = [("review_submission", "May give verdicts on submissions")]

    def __str__(self) -> str:
        return self.text or self.get_verdict_display()


class HistoryView(models.Model):
    """Filters of the history under a name. ``filters``: the address's query."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    name = models.CharField(max_length=60)
    filters = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="history_view_name_once_each", fields=["owner", "name"]
            )
        ]

    def __str__(self) -> str:
        return self.name


class DefaultView(models.Model):
    """The view that a reviewer's history opens with."""

    reviewer = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True
    )
    view = models.ForeignKey(HistoryView, models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"{self.reviewer}: {self.view}"
