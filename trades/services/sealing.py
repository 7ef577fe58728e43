"""Seals the kept secrets anew, for the exchange of the key that seals them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from django.conf import settings

from trades.gateway.vault import KeyUnusable, Secret, open_sealed, seal
from trades.models import Connection


class Seal(Enum):
    """Under which key a secret stands in the end."""

    FIRST = "it already stood under the first key"
    RENEWED = "it was sealed anew"
    UNKNOWN = "none of the keys opens it"


@dataclass(frozen=True)
class Rotation:
    """How many secrets were sealed anew, how many needn't be, and which don't open."""

    renewed: int
    first: int
    unknown: list[Connection]


def rotate() -> Rotation:
    """Seal each secret with the first of the keys. Running it twice does no harm.

    Deleted connections have no secret any more, and are passed over.
    """
    kept = Connection.objects.exclude(sealed_secret="").select_related("owner")
    seals = [(c, _rotate(c)) for c in kept.order_by("pk")]
    ends = [end for _, end in seals]
    return Rotation(
        renewed=ends.count(Seal.RENEWED),
        first=ends.count(Seal.FIRST),
        unknown=[c for c, end in seals if end is Seal.UNKNOWN],
    )


def _rotate(connection: Connection) -> Seal:
    """Compare-and-set on the old seal: a secret replaced meanwhile is not lost."""
    while True:
        sealed = connection.sealed_secret
        if not sealed or _opened(connection, settings.SEALING_KEYS[:1]):
            return Seal.FIRST
        secret = _opened(connection, settings.SEALING_KEYS)
        if secret is None:
            return Seal.UNKNOWN
        anew = seal(secret, keys=settings.SEALING_KEYS, bound_to=connection.binding)
        row = Connection.objects.filter(pk=connection.pk, sealed_secret=sealed)
        if row.update(sealed_secret=anew):
            return Seal.RENEWED
        connection.refresh_from_db()


def _opened(connection: Connection, keys: list[bytes]) -> Secret | None:
    try:
        return open_sealed(
            connection.sealed_secret, keys=keys, bound_to=connection.binding
        )
    except KeyUnusable:
        return None
