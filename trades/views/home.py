"""The first page: for everybody the one where their work is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect


@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Traders to their drafts, other staff to the history in the admin."""
    if request.user.has_perm("trades.send_trade"):
        return redirect("draft-list")
    if request.user.is_staff:
        return redirect("admin:index")
    raise PermissionDenied
