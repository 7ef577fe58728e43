"""What is at stake, for the header of every page."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from trades.models import Connection

_GRAVEST_FIRST = (Connection.Mode.REAL, Connection.Mode.PAPER, Connection.Mode.SANDBOX)


def mode(request: HttpRequest) -> dict[str, object]:
    """``mode``: the gravest mode that this user may come to see, for templates."""
    return {"mode": SimpleLazyObject(lambda: _gravest(request))}


def _gravest(request: HttpRequest) -> Connection.Mode:
    """Of the accounts and connections that the user has; of all, for one without."""
    kept = Connection.objects.order_by().filter(deleted_at=None, disabled_at=None)
    modes = kept.values_list("mode", flat=True).distinct()
    user = getattr(request, "user", None)
    granted = Q(account__grant__trader=user.pk) if user else Q()
    own = set(modes.filter(granted | Q(owner=user.pk))) if user else set()
    seen = own or set(modes)
    return next((m for m in _GRAVEST_FIRST if m in seen), Connection.Mode.SANDBOX)
