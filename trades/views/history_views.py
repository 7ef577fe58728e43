"""Named views of the history: keep, share, delete, and open the history with one."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from trades.forms.history_views import KeepForm
from trades.forms.posting import keepable
from trades.models import HistoryView
from trades.services import viewing
from trades.services.viewing import NameTaken
from trades.views.doors import for_readers, posted_by_readers, see_other, with_query
from trades.views.history import address_of

_TAKEN = "You have a view of this name already."


@for_readers
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request, KeepForm())


@posted_by_readers
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the filters of the page that was shown, and go back there."""
    form = KeepForm({name: keepable(text) for name, text in request.POST.items()})
    if not form.is_valid():
        return _page(request, form, status=422)
    given = form.cleaned_data
    filters = address_of(QueryDict(given["filters"]).dict())
    shared = {"name": given["name"], "is_shared": given["is_shared"]}
    try:
        viewing.keep(owner=request.user, filters=filters, **shared)
    except NameTaken:
        form.add_error("name", _TAKEN)
        return _page(request, form, status=422)
    messages.success(request, f"Kept as “{given['name']}”.")
    return see_other(with_query(reverse("desk-history"), filters or "all=1"))


@posted_by_readers
def share(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Show it to all reviewers, or to nobody else any more."""
    is_shared = request.POST.get("shared") == "true"
    viewing.share(_own(request, id), is_shared=is_shared)
    return see_other("history-view-list")


@posted_by_readers
def delete(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    viewing.forget(_own(request, id))
    messages.success(request, "The view is gone; the history is as it was.")
    return see_other("history-view-list")


@posted_by_readers
def open_with(request: HttpRequest) -> HttpResponse:
    """Have the history open with this view, or with everything."""
    chosen = request.POST.get("view", "")
    seen = {str(view.public_id): view for view in viewing.visible_to(request.user)}
    viewing.open_with(seen.get(chosen), reviewer=request.user)
    return see_other("history-view-list")


def _own(request: HttpRequest, id: uuid.UUID) -> HistoryView:
    return get_object_or_404(HistoryView, public_id=id, owner=request.user)


def _page(request: HttpRequest, form: KeepForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "views": viewing.visible_to(request.user),
        "default": viewing.default_of(request.user),
        "here": "desk",
        "tab": "history",
    }
    return render(request, "desk/views.html", context, status=status)
