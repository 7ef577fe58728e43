"""What was found when a submission was looked up, and what people must be told."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from trades.models.submissions import Submission


class Look(models.Model):
    """One search for a submission among the trades that 3Commas lists.

    Only a clean one counts: every page came, whole. ``why`` says what was wrong with
    any other. ``candidates`` are the listed trades that may be this one, or that
    carry its token: number, time, status, note, and how they differ.
    """

    submission = models.ForeignKey(Submission, models.PROTECT, related_name="looks")
    at = models.DateTimeField(db_default=Now())
    clean = models.BooleanField()
    why = models.CharField(max_length=200, blank=True)
    listed = models.PositiveIntegerField(default=0)
    candidates = models.JSONField(default=list)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"look at {self.submission_id}"


class Alarm(models.Model):
    """A banner for its owner and every admin until one of them acknowledges it.

    It goes out by e-mail too, once. ``submission`` is empty for what concerns all.
    """

    class Kind(models.TextChoices):
        UNKNOWN = "unknown", "Unknown for too long"
        DOUBLE = "double", "Possible double"
        ECHO = "echo", "Not what was sent"
        TLS = "tls", "Not 3Commas at the other end"
        BAN = "ban", "Shut out by 3Commas"
        CHAIN = "chain", "History was changed"
        RESTORE = "restore", "Database older than what was sent"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    submission = models.ForeignKey(
        Submission, models.PROTECT, null=True, related_name="alarms"
    )
    text = models.TextField()
    raised_at = models.DateTimeField(db_default=Now())
    mailed_at = models.DateTimeField(null=True)
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True
    )
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="alarm_once_while_open",
                fields=["kind", "submission"],
                condition=models.Q(acknowledged_at=None),
            ),
            models.UniqueConstraint(  # where there is no submission: NULLs differ
                name="alarm_for_all_once_while_open",
                fields=["kind"],
                condition=models.Q(acknowledged_at=None, submission=None),
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()
