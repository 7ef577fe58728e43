"""Alarms: a banner on every page of those concerned, until one of them knows."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.functional import SimpleLazyObject
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from trades.services import alarms
from trades.views.doors import page_of, see_other

# More would push the page out of sight; the others follow once these are known.
_AT_ONCE = 3


def open_alarms(request: HttpRequest) -> dict[str, object]:
    """``alarms``: what this user has to be told, for the templates of every page."""
    return {"alarms": SimpleLazyObject(lambda: _banners(request))}


@require_POST
@login_required(redirect_field_name=None)
def acknowledge(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    alarm = get_object_or_404(alarms.concerning(request.user), public_id=id)
    alarms.acknowledge(alarm, by=request.user)
    back = request.POST.get("back", "")
    is_ours = back.startswith("/") and url_has_allowed_host_and_scheme(back, None)
    return see_other(back if is_ours else "home")


def _banners(request: HttpRequest) -> dict[str, object]:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    up = list(alarms.open_for(user)[: _AT_ONCE + 1])
    if not up:
        return {}
    return {
        "banners": [_banner(alarm, user) for alarm in up[:_AT_ONCE]],
        "more": len(up) > _AT_ONCE,
        "back": request.get_full_path() if request.method == "GET" else "",
    }


def _banner(alarm, user) -> dict[str, object]:
    submission = alarm.submission
    return {"alarm": alarm, "url": page_of(submission, user) if submission else ""}
