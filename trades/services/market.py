"""Accounts and market facts, for the sender: fetched and kept with their time."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from trades.models import Account, Connection
from trades.services import gates
from trades.services.sending import client_for

NAME_MAX, MARKET_MAX = 200, 60


def fetch_accounts(connection: Connection) -> list[Account]:
    """Keep the accounts that 3Commas lists for this key, as it describes them.

    Raises ``KeyUnusable``, ``BadAnswer`` or ``GateShut``; then nothing is changed.
    """
    admit = partial(gates.admit, gates.LOOKS, connection)
    entities = client_for(connection, mode=connection.mode, admit=admit).accounts()
    now = timezone.now()
    with transaction.atomic():
        return [_keep(connection, entity, now) for entity in entities]


def _keep(connection: Connection, entity: dict, now) -> Account:
    account, _ = Account.objects.update_or_create(
        connection=connection,
        remote_id=entity["id"],
        defaults={
            "name": str(entity.get("name", ""))[:NAME_MAX],
            "market": str(entity.get("market_code", ""))[:MARKET_MAX],
            "flags": {k: v for k, v in entity.items() if isinstance(v, bool)},
            "fetched_at": now,
        },
    )
    return account
