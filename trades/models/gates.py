"""What can hold sending up: the shared rate limiter, and the switch of the admins."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class Gate(models.Model):
    """How far one scope has used up its rate, and whether it is shut.

    Scopes: the address that we call from, each connection, and the lanes of
    submissions, looks and facts. Times are milliseconds since 1970 by the database's
    clock. ``tat`` is when the next request would be due if all came at an even pace.
    ``strikes`` counts bans; after one the gate stays shut until an admin opens it.
    """

    ADDRESS = "address"

    scope = models.CharField(max_length=60, unique=True)
    tat = models.BigIntegerField(default=0)
    blocked_until = models.BigIntegerField(default=0)
    strikes = models.PositiveIntegerField(default=0)
    needs_admin = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.scope

    def is_shut(self, now: int) -> bool:
        return self.needs_admin or self.blocked_until > now


class Pause(models.Model):
    """Sending is off from ``at`` until it is lifted. Kept, so that all are known."""

    by = models.CharField(max_length=150)
    why = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("stop_sending", "May pause sending and open the gate")]

    def __str__(self) -> str:
        return f"{self.why} ({self.by})"


class Missing(models.Model):
    """What the sending journal knows and the database does not, after a restore.

    ``line`` is the journal's last line of that submission. Sending stays off until
    somebody has looked each of them up at 3Commas.
    """

    submission = models.UUIDField(unique=True)  # its public id; there may be no row
    line = models.JSONField()
    found_at = models.DateTimeField(auto_now_add=True)
    looked_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True
    )
    looked_up_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["pk"]
        verbose_name_plural = "missing"

    def __str__(self) -> str:
        return f"submission {self.submission}"


def not_paused() -> models.Q:
    """Holds while neither an admin nor a restored database keeps sending off."""
    pauses = Pause.objects.filter(lifted_at=None)
    missing = Missing.objects.filter(looked_up_at=None)
    return ~models.Q(models.Exists(pauses)) & ~models.Q(models.Exists(missing))
