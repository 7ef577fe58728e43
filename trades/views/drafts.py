"""A trader's drafts: the list, and copies."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from trades.forms.posting import keepable
from trades.models import Draft
from trades.models.submissions import type_choices
from trades.services import drafts, holds
from trades.views.doors import for_traders, posted_by_traders, see_other

PAGE = 50

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_traders
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    sought = keepable(request.GET.get("q", "")).strip()
    own = drafts.found(sought, owner=request.user).select_related("live")
    page = Paginator(own, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": list(_rows(page)), "here": "drafts", "q": sought}
    context["hold"] = holds.sending(request.user)
    return render(request, "trades/draft_list.html", context)


@posted_by_traders
def clone(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = get_object_or_404(Draft, public_id=id, owner=request.user)
    copy = drafts.clone(draft)
    messages.success(request, "This is a new draft with the same settings.")
    return see_other(copy)


def _rows(page) -> Iterator[dict[str, object]]:
    types = dict(type_choices())
    for draft in page:
        typed = draft.typed.get
        yield {
            "draft": draft,
            "pair": typed("pair", ""),
            "type": types.get(typed("trade_type", ""), ""),
            "amount": typed("position.units.value", ""),
            "note": typed("note", ""),
        }
