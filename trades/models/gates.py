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
    """A stop switch: sending is off from ``at`` until it is lifted. All are kept.

    For one connection, one account or one trader; for everything where none is named.
    """

    connection = models.ForeignKey("Connection", models.PROTECT, null=True)
    account = models.ForeignKey("Account", models.PROTECT, null=True)
    trader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    by = models.CharField(max_length=150)
    why = models.CharField(max_length=300)
    at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("stop_sending", "May pause sending and open the gate")]
        constraints = [
            models.CheckConstraint(
                name="pause_of_one_scope",
                condition=models.Q(connection=None, account=None)
                | models.Q(connection=None, trader=None)
                | models.Q(account=None, trader=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.why} ({self.by})"

    @property
    def is_of_everything(self) -> bool:
        return not (self.connection_id or self.account_id or self.trader_id)

    @property
    def scope(self) -> str:
        """What it keeps from leaving, in words."""
        if self.connection:
            return f"connection {self.connection.name}"
        if self.account:
            return f"account {self.account.remote_id}"
        return f"trader {self.trader.get_username()}" if self.trader else "everything"

    @classmethod
    def concerning(cls, *, account: object, trader: object) -> models.QuerySet[Pause]:
        """What is stopped of this trader's orders with this account, everything too.

        None for either leaves open whose orders, or which account.
        """
        everything = models.Q(connection=None, account=None, trader=None)
        theirs = models.Q(account=account) | models.Q(connection__account=account)
        concerned = everything
        if account is not None:
            concerned |= theirs
        if trader is not None:
            concerned |= models.Q(trader=trader)
        return cls.objects.filter(concerned, lifted_at=None)


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
    """Holds for a submission that neither an admin nor a restored database holds back.

    Without a join of the submissions, so that an UPDATE judges it in one statement.
    """
    pauses = Pause.concerning(
        account=models.OuterRef("account_id"), trader=models.OuterRef("trader_id")
    )
    missing = Missing.objects.filter(looked_up_at=None)
    return ~models.Q(models.Exists(pauses)) & ~models.Q(models.Exists(missing))
