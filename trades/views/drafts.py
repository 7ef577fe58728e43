"""The order ticket: a trader's drafts, and the form that makes and changes them."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import (
    require_http_methods,
    require_safe,
)

from trades.forms import TicketForm
from trades.models import Draft
from trades.models.submissions import type_choices
from trades.services import drafts, holds
from trades.services.drafts import DraftChanged, DraftLocked
from trades.views import market
from trades.views.doors import for_traders, posted_by_traders, see_other

PAGE = 50

read_or_post = require_http_methods(["GET", "HEAD", "POST"])


@for_traders
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    own = Draft.objects.filter(owner=request.user).select_related("live")
    page = Paginator(own, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "rows": list(_rows(page)), "here": "drafts"}
    context["hold"] = holds.sending()
    return render(request, "trades/draft_list.html", context)


@for_traders
@read_or_post
def new(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _posted(request, None)
    return _page(request, TicketForm.new(market.offers(request.user)))


@for_traders
@read_or_post
def edit(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = get_object_or_404(Draft, public_id=id, owner=request.user)
    if request.method == "POST":
        return _posted(request, draft)
    if submission := draft.live_submission:
        return redirect(submission)
    form = TicketForm.stored(draft.typed, market.offers(request.user))
    form.show(drafts.examine(draft.typed, owner=request.user).findings)
    refused = "refused" in request.GET
    return _page(request, form, draft, version=draft.version, refused=refused)


@posted_by_traders
def clone(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = get_object_or_404(Draft, public_id=id, owner=request.user)
    copy = drafts.clone(draft)
    messages.success(request, "This is a new draft with the same settings.")
    return see_other(copy)


def _posted(request: HttpRequest, draft: Draft | None) -> HttpResponse:
    """Store what was typed, right or wrong, and go where the button says."""
    form = TicketForm.posted(request.POST, market.offers(request.user))
    version, action = _version(request), form.data.get("action", "save")
    if not form.is_readable():
        return _page(request, form, draft, 400, version=version, refused=True)
    if changed := form.stepped(action) or form.picked(action):
        return _page(request, changed, draft, version=version)
    if action in ("find-pair", "refresh"):
        return _page(request, form, draft, version=version, asked=action)
    try:
        stored = _store(request, draft, form.typed(), version)
    except DraftLocked as locked:
        return _page(request, form, None, 409, locked=locked.submission)
    except DraftChanged as changed:
        # The version that was fetched first: one saved since then is refused again.
        changes = form.changes(changed.changes)
        asked = {"version": draft.version, "changed": True, "changes": changes}
        return _page(request, form, draft, 409, **asked)
    return _after(request, stored, action)


def _store(
    request: HttpRequest, draft: Draft | None, typed: dict[str, str], version: int
) -> Draft:
    if draft is None:
        return drafts.create(owner=request.user, typed=typed)
    return drafts.save(draft, typed=typed, version=version)


def _after(request: HttpRequest, draft: Draft, action: str) -> HttpResponse:
    if action != "review":
        messages.success(request, "Draft saved.")
        return see_other(draft)
    if drafts.examine(draft.typed, owner=request.user).errors:
        return see_other(f"{draft.get_absolute_url()}?refused=1")
    return see_other("draft-review", draft.public_id)


def _page(
    request: HttpRequest,
    form: TicketForm,
    draft: Draft | None = None,
    status: int = 200,
    *,
    asked: str = "",
    **more: object,
) -> HttpResponse:
    """``asked`` is what a button of the form asks to be shown anew."""
    action = draft.get_absolute_url() if draft else reverse("draft-new")
    context = {"form": form, "draft": draft, "action": action, "here": "drafts"}
    context["hold"] = holds.sending()
    context |= _market(request, form, asked)
    return render(request, "trades/draft_edit.html", context | more, status=status)


def _market(request: HttpRequest, form: TicketForm, asked: str) -> dict[str, object]:
    """What is known of the market that the form names, said at its inputs too."""
    account = market.account_of(request.user, form.data.get("account_id", ""))
    pair = form.data.get("pair", "")
    known = market.wish(account, pair, at_once=asked == "refresh")
    if asked == "find-pair":
        form.found = market.find(known, pair)
    context = market.context(known)
    form.hint(context["market"].units, context["market"].helps)
    return context


def _version(request: HttpRequest) -> int:
    """The version that the page showed; 0, which no draft has, where it is missing."""
    try:
        return int(request.POST.get("version", ""))
    except ValueError:
        return 0


def _rows(page) -> Iterator[dict[str, object]]:
    types = dict(type_choices())
    for draft in page:
        typed = draft.typed.get
        yield {
            "draft": draft,
            "pair": typed("pair", ""),
            "type": types.get(typed("trade_type", ""), ""),
            "amount": typed("position.units.value", ""),
        }
