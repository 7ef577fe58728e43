"""What a stop or a cap may be about, for the web: connections, accounts, traders."""

from __future__ import annotations

from django.db.models import QuerySet

from trades.models import Account, Connection
from trades.services import grants
from trades.services.history import visible


def offered(*names: str) -> dict[str, QuerySet]:
    """The rows to choose from, by the scope's name."""
    rows = {
        "connection": _connections,
        "account": grants.grantable,
        "trader": grants.traders,
    }
    return {name: rows[name]() for name in names}


def label(one: object) -> str:
    """What one of them is called on an administrator's page."""
    if isinstance(one, Connection):
        return f"{visible(str(one))} of {one.owner.get_username()}"
    if isinstance(one, Account):
        return f"{visible(str(one))}, {label(one.connection)}"
    return one.get_username()


def named(row: object) -> str:
    """What a stop or a cap is about, with everything that tells it apart."""
    kinds = ("connection", "account", "trader")
    for kind in kinds:
        if one := getattr(row, kind, None):
            return f"{kind} {label(one)}"
    return row.scope


def _connections() -> QuerySet[Connection]:
    kept = Connection.objects.filter(deleted_at=None).select_related("owner")
    return kept.order_by("owner__username", "name")
