"""The versions of a draft: the list, one beside the draft as it is, the way back."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from trades.forms import TicketForm
from trades.forms.posting import version_in
from trades.models import Draft, DraftVersion
from trades.services import versions
from trades.services.drafts import DraftChanged, DraftLocked
from trades.views import market
from trades.views.doors import for_traders, posted_by_traders, see_other

_MOVED_ON = "Nothing was restored: the draft was saved or confirmed meanwhile."


@for_traders
@require_safe
def listing(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = get_object_or_404(Draft, public_id=id, owner=request.user)
    context = {"draft": draft, "rows": versions.listed(draft), "here": "drafts"}
    return render(request, "trades/versions.html", context)


@for_traders
@require_safe
def page(request: HttpRequest, id: uuid.UUID, number: int) -> HttpResponse:
    version = _own(request, id, number)
    form = TicketForm.stored(version.typed, market.offers(request.user))
    changes = form.changes(versions.differences(version))
    context = {"version": version, "draft": version.draft, "changes": changes}
    return render(request, "trades/version.html", context | {"here": "drafts"})


@posted_by_traders
def restore(request: HttpRequest, id: uuid.UUID, number: int) -> HttpResponse:
    version = _own(request, id, number)
    try:
        versions.restore(version, shown=version_in(request.POST))
    except (DraftChanged, DraftLocked):
        messages.warning(request, _MOVED_ON)
        return see_other("draft-versions", version.draft.public_id)
    messages.success(request, f"Version {number} is the draft again.")
    return see_other(version.draft)


def _own(request: HttpRequest, id: uuid.UUID, number: int) -> DraftVersion:
    own = DraftVersion.objects.filter(draft__owner=request.user)
    return get_object_or_404(
        own.select_related("draft"), draft__public_id=id, number=number
    )
