"""Opens what was sealed, as the sender would."""

from __future__ import annotations

from django.conf import settings

from trades.gateway.vault import Secret, open_sealed
from trades.models import Connection


def opened(connection: Connection) -> Secret:
    return open_sealed(
        connection.sealed_secret,
        keys=settings.SEALING_KEYS,
        bound_to=connection.binding,
    )
