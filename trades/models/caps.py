"""How much may be sent, and who else has to agree: caps, and approvals of orders."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from trades.models.connections import Account
from trades.models.drafts import Draft
from trades.models.fields import ExactDecimalField
from trades.models.submissions import TOKEN_LENGTH


class Cap(models.Model):
    """A limit that holds from ``at`` until it is lifted. Never edited: set anew.

    Of one trader or one account; an approval is asked of one account's orders, or of
    everyone's. ``amount`` is money in ``currency``, or a number of orders.
    """

    class Kind(models.TextChoices):
        VALUE = "value", "Order value"
        ORDERS = "orders", "Orders a day"
        LOSS = "loss", "Planned loss a day"
        APPROVAL = "approval", "Approval above"

    kind = models.CharField(max_length=8, choices=Kind.choices)
    trader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    currency = models.CharField(max_length=20, blank=True)
    amount = ExactDecimalField()
    set_by = models.CharField(max_length=150)
    at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.CharField(max_length=150, blank=True)
    lifted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "pk"]
        permissions = [("set_cap", "May set caps and ask for approval")]
        constraints = [
            models.CheckConstraint(
                name="cap_of_one_scope",
                condition=Q(kind="approval", trader=None)
                | ~Q(kind="approval")
                & (
                    Q(trader=None, account__isnull=False)
                    | Q(trader__isnull=False, account=None)
                ),
            ),
            models.CheckConstraint(
                name="cap_has_its_currency",
                condition=Q(kind="orders", currency="")
                | Q(kind="approval")
                | (Q(kind__in=["value", "loss"]) & ~Q(currency="")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.scope}"

    @property
    def scope(self) -> str:
        """Whose orders it caps, in words."""
        if self.trader:
            return f"trader {self.trader.get_username()}"
        return f"account {self.account.remote_id}" if self.account else "everyone"


class Approval(models.Model):
    """Somebody else is asked to agree to the exact bytes of one order, then or never.

    ``valid_until``: while nobody has decided, when the request runs out; after that,
    when the approval does. ``way`` is as on the review page.
    """

    draft = models.ForeignKey(Draft, models.PROTECT)
    version = models.PositiveIntegerField()
    account = models.ForeignKey(Account, models.PROTECT)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)
    token = models.CharField(max_length=TOKEN_LENGTH, unique=True)
    way = models.CharField(max_length=60)
    sentence = models.TextField()
    ladder = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)  # those that the trader has to accept
    quote = models.CharField(max_length=20, blank=True)
    value = ExactDecimalField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    approved = models.BooleanField(null=True)
    why = models.CharField(max_length=300, blank=True)  # of a refusal
    valid_until = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        permissions = [("approve_order", "May approve orders of others")]
        constraints = [
            models.CheckConstraint(
                name="approval_refused_with_a_reason",
                condition=~Q(approved=False) | ~Q(why=""),
            ),
            models.CheckConstraint(
                name="approval_decided_by_somebody",
                condition=Q(approved=None, decided_by=None, decided_at=None)
                | Q(
                    approved__isnull=False,
                    decided_by__isnull=False,
                    decided_at__isnull=False,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"approval of {self.sentence}"
