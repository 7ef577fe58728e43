"""A trader's connections, for the web: a key is sealed when it is saved."""

from __future__ import annotations

from django.conf import settings

from trades.gateway.vault import Secret, seal
from trades.models import Connection


def save_key(
    *, owner, name: str, mode: str, scheme: str, api_key: str, secret: Secret
) -> Connection:
    """Keep a new key. Its secret can be opened by the sender only, in this row only."""
    connection = Connection(
        owner=owner, name=name, mode=mode, scheme=scheme, api_key=api_key
    )
    connection.sealed_secret = seal(
        secret, keys=settings.SEALING_KEYS, bound_to=connection.binding
    )
    connection.save()
    return connection
