"""Connections to 3Commas, the accounts that they reach, and who may use those."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q


class Connection(models.Model):
    """One API key of 3Commas, with the mode that it is used in.

    Owner, mode and scheme stay as they were when it was added. Once it is deleted, its
    secret and all but the end of its key are gone; the row stays for the history.
    """

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
    sealed_secret = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    disabled_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    # How far the vendor's clock is from ours, by its latest answer.
    skew_s = models.PositiveIntegerField(null=True)
    # When it last said no to the key itself, in which words; None once it has said yes
    # to the same kind of request again.
    refused_at = models.DateTimeField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    # When it last said yes to anything signed with this key.
    worked_at = models.DateTimeField(null=True)
    # A wish for a test: not before this time. The sender moves it on while it tries.
    test_wanted_at = models.DateTimeField(null=True)
    test_tries = models.PositiveSmallIntegerField(default=0)
    # The end of the latest test, and what failed: step, reason, status and text, as in
    # ``BadAnswer``; empty where nothing did.
    tested_at = models.DateTimeField(null=True)
    test_failure = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="connection_name_once_per_owner",
                fields=["owner", "name"],
                condition=Q(deleted_at=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.get_mode_display()})"

    @property
    def binding(self) -> str:
        """What the sealed secret is bound to: it opens in no other row."""
        return f"connection {self.public_id} owner {self.owner_id}"

    @property
    def key_end(self) -> str:
        """All of the key that a page may show."""
        return f"…{self.api_key[-4:]}"


class Account(models.Model):
    """An exchange account as 3Commas listed it for a connection.

    ``flags`` is what rules and pages ask of the listed entity: its yes and no, and the
    state of its keys, the reason of its lock, its market types, its exchange's name.
    ``gone_at``: since when a complete list lacks it, or the key is another one that has
    not listed it yet.

    Source: 3Commas API, "Account info".
    """

    PAPER_MARKET = "paper_trading"

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    connection = models.ForeignKey(Connection, models.PROTECT)
    remote_id = models.BigIntegerField()
    name = models.CharField(max_length=200)
    market = models.CharField(max_length=60)
    flags = models.JSONField(default=dict)
    fetched_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["connection", "remote_id"]
        constraints = [
            models.UniqueConstraint(
                name="account_once_per_connection", fields=["connection", "remote_id"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} {self.name}"

    @property
    def is_spot(self) -> bool:
        """Whether it surely has no futures, and so no leverage."""
        return self.flags.get("supported_market_types") == ["spot"]

    @property
    def obstacle(self) -> str:
        """Why no trade can be made on it, in words; "" where one can."""
        connection = self.connection
        if connection.mode == Connection.Mode.REAL and not settings.REAL_TRADING:
            return "real trading is switched off in this installation"
        if connection.disabled_at:
            return "its connection is disabled"
        if not connection.owner.is_active:
            return "its owner can't log in any more"
        if self.gone_at:
            return "3Commas does not list it for this key"
        if connection.mode == Connection.Mode.PAPER and not self.is_paper:
            return "it is a real account, and its connection is for paper trading"
        if self.flags.get("smart_trading_supported") is False:
            return "it does not support SmartTrade"
        return ""

    @property
    def is_paper(self) -> bool:
        return self.market == self.PAPER_MARKET

    @property
    def trouble(self) -> str:
        """What may have the exchange refuse a trade, in words; "" for nothing."""
        if self.flags.get("is_locked") is True:
            reason = self.flags.get("lock_reason")
            return f"locked: {reason}" if reason else "locked"
        if self.flags.get("api_key_invalid") is True:
            return "the exchange no longer accepts its API key"
        states = {"expired": "has expired", "expire_soon": "expires soon"}
        state = states.get(str(self.flags.get("api_keys_state")))
        return f"its API key at the exchange {state}" if state else ""


class Grant(models.Model):
    """A trader may use an account of somebody else's connection, said an admin."""

    account = models.ForeignKey(Account, models.PROTECT)
    trader = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants"
    )
    by = models.CharField(max_length=150, editable=False)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="grant_once_per_trader", fields=["account", "trader"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.trader} may use {self.account}"


class Fact(models.Model):
    """What 3Commas last answered about an account's market or a pair, and when.

    ``answer`` is JSON whose decimals are text. ``wanted_at`` is a wish of the web: to
    be fetched, not before this time; the sender moves it on while it tries, and clears
    it. ``failure`` is why the latest try came to nothing, as in ``BadAnswer``.
    """

    class Kind(models.TextChoices):
        PAIRS = "pairs", "Pairs"
        RATES = "rates", "Prices and limits"
        LEVERAGE = "leverage", "Leverage"

    account = models.ForeignKey(Account, models.CASCADE)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    pair = models.CharField(max_length=100, blank=True)  # "" for the pairs themselves
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)
    wanted_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    failure = models.JSONField(default=dict)
    failed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="fact_once_per_account", fields=["account", "kind", "pair"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pair}".strip()


def visible_accounts(user) -> models.QuerySet[Account]:
    """The accounts that a trader may see: own connections' ones, and granted ones."""
    granted = Grant.objects.filter(trader=user).values("account")
    mine = Q(connection__owner=user) | Q(pk__in=granted)
    kept = Account.objects.filter(mine, connection__deleted_at=None)
    return kept.select_related("connection__owner")


def usable_accounts(user) -> models.QuerySet[Account]:
    """Those of them that orders may go to.

    Real ones only where the installation's settings say so too, and only paper
    accounts with a paper connection: 3Commas goes by the account, not by the header.
    """
    modes = Connection.Mode
    real_in_paper = Q(connection__mode=modes.PAPER) & ~Q(market=Account.PAPER_MARKET)
    usable = visible_accounts(user).filter(
        ~real_in_paper,
        gone_at=None,
        connection__disabled_at=None,
        connection__owner__is_active=True,
    )
    if settings.REAL_TRADING:
        return usable
    return usable.exclude(connection__mode=modes.REAL)


def is_usable(account: Account, user) -> bool:
    return usable_accounts(user).filter(pk=account.pk).exists()
