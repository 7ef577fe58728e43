"""Seals the second factors anew, for the exchange of the key that seals them."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction

from smarttrade_ui.second_factor import opened, sealed
from trades.gateway.vault import KeyUnusable
from trades.services.sealing import Seal

# Where each kind keeps its secret.
_SECRET = {
    Authenticator.Type.TOTP: "secret",
    Authenticator.Type.RECOVERY_CODES: "seed",
}


@transaction.atomic
def reseal() -> list[tuple[Authenticator, Seal]]:
    """Seal each with the first of the keys. Running it twice does no harm.

    The rows are locked, so that no code that is used meanwhile is good again.
    """
    rows = Authenticator.objects.select_for_update().order_by("pk")
    return [(row, _reseal(row)) for row in rows]


def _reseal(row: Authenticator) -> Seal:
    name = _SECRET[Authenticator.Type(row.type)]
    if _open(row.data[name], settings.SEALING_KEYS[:1]):
        return Seal.FIRST
    secret = _open(row.data[name], settings.SEALING_KEYS)
    if secret is None:
        return Seal.UNKNOWN
    row.data[name] = sealed(secret)
    row.save(update_fields=["data"])
    return Seal.RENEWED


def _open(text: str, keys: list[bytes]):
    try:
        return opened(text, keys)
    except KeyUnusable:
        return None
