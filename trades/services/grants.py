"""Which trader may use an account of somebody else's connection; said by an admin.

Each change is an event of the audit log, in the same commit.
"""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import QuerySet

from trades.models import Account, Event, Grant


def traders() -> QuerySet[User]:
    """Who may send trades at all."""
    return User.objects.with_perm(
        "trades.send_trade", backend="django.contrib.auth.backends.ModelBackend"
    ).order_by("username")


def grantable() -> QuerySet[Account]:
    """The accounts of connections that are kept."""
    kept = Account.objects.filter(connection__deleted_at=None, gone_at=None)
    return kept.select_related("connection__owner")


def give(grant: Grant, *, by) -> None:
    grant.by = by.get_username()
    with transaction.atomic():
        grant.save()
        _tell("grant given", grant, by)


def take_back(grant: Grant, *, by) -> None:
    """What the trader has queued with the account is not sent any more."""
    with transaction.atomic():
        deleted, _ = Grant.objects.filter(pk=grant.pk).delete()
        if deleted:
            _tell("grant taken back", grant, by)


def _tell(what: str, grant: Grant, by) -> None:
    Event.append(
        None,
        by=by.get_username(),
        new=what,
        connection=str(grant.account.connection.public_id),
        account=str(grant.account),
        trader=grant.trader.get_username(),
    )
