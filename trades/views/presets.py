"""The presets of a trader, and those that others share."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from trades.forms.posting import keepable
from trades.models import Preset
from trades.services import presets
from trades.services.presets import NameMissing, NameTaken
from trades.views.doors import for_traders, posted_by_traders, see_other

NO_NAME = f"A preset needs a name of at most {presets.NAME_MAX} characters."
TAKEN = "You have a preset of that name already."


@for_traders
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    context = {"presets": presets.available(request.user), "here": "drafts"}
    return render(request, "trades/presets.html", context)


@posted_by_traders
def rename(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    try:
        presets.rename(_own(request, id), keepable(request.POST.get("name", "")))
    except NameMissing:
        messages.warning(request, NO_NAME)
    except NameTaken:
        messages.warning(request, TAKEN)
    return see_other("preset-list")


@posted_by_traders
def share(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Show it to all traders, or to nobody else any more."""
    preset = _own(request, id)
    is_shared = request.POST.get("shared") == "true"
    Preset.objects.filter(pk=preset.pk).update(is_shared=is_shared)
    return see_other("preset-list")


@posted_by_traders
def delete(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    _own(request, id).delete()
    messages.success(request, "The preset is gone; no draft has changed.")
    return see_other("preset-list")


def _own(request: HttpRequest, id: uuid.UUID) -> Preset:
    return get_object_or_404(Preset, public_id=id, owner=request.user)
