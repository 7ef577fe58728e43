"""The first page: for everybody the one where their work is."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from trades.views.doors import READ_HISTORY


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Traders to their drafts, reviewers to their desk, other staff to the admin."""
    if request.user.has_perm("trades.send_trade"):
        return redirect("draft-list")
    if request.user.is_staff:
        reads = request.user.has_perm(READ_HISTORY)
        return redirect("desk-history" if reads else "admin:index")
    raise PermissionDenied
