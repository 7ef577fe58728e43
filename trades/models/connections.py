"""Connections to 3Commas and the exchange accounts that they reach."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models


class Connection(models.Model):
    """One API key of 3Commas, with the mode that it is used in."""

    class Mode(models.TextChoices):
        SANDBOX = "sandbox", "Sandbox"
        PAPER = "paper", "Paper"
        REAL = "real", "Real"

    class Scheme(models.TextChoices):
        HMAC = "hmac", "HMAC-SHA256"
        RSA = "rsa", "RSA"

    class Joiner(models.TextChoices):
        """What stands between path and JSON body in the signed text."""

        NOTHING = "", "nothing"
        QUESTION_MARK = "?", "a question mark"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    name = models.CharField(max_length=60)
    mode = models.CharField(max_length=8, choices=Mode.choices)
    scheme = models.CharField(max_length=4, choices=Scheme.choices)
    joiner = models.CharField(
        max_length=1, choices=Joiner.choices, default=Joiner.NOTHING, blank=True
    )
    api_key = models.CharField(max_length=200)
    sealed_secret = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)
    # How far the vendor's clock is from ours, by its latest answer.
    skew_s = models.PositiveIntegerField(null=True)
    # When it last said no to the key itself; None once a trade was made with it again.
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="connection_name_once_per_owner", fields=["owner", "name"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_mode_display()})"

    @property
    def binding(self) -> str:
        """What the sealed secret is bound to: it opens in no other row."""
        return f"connection {self.public_id} owner {self.owner_id}"


class Account(models.Model):
    """An exchange account as 3Commas listed it for a connection.

    ``flags`` is the listed entity; rules read the account's abilities from it.

    Source: 3Commas API, "Account info".
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT)
    remote_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    market = models.CharField(max_length=60)
    flags = models.JSONField(default=dict)
    fetched_at = models.DateTimeField()

    class Meta:
        ordering = ["connection", "remote_id"]
        constraints = [
            models.UniqueConstraint(
                name="account_once_per_connection", fields=["connection", "remote_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} {self.name}"


def usable_accounts(user) -> models.QuerySet[Account]:
    """The accounts that a trader may use: those of their own connections.

    Real ones only where the installation's settings say so too.
    """
    own = Account.objects.filter(connection__owner=user).select_related("connection")
    if settings.REAL_TRADING:
        return own
    return own.exclude(connection__mode=Connection.Mode.REAL)


def is_usable(account: Account, user) -> bool:
    """Whether ``usable_accounts`` holds this one, without asking the database."""
    connection = account.connection
    is_real = connection.mode == Connection.Mode.REAL
    return connection.owner_id == user.pk and (settings.REAL_TRADING or not is_real)
