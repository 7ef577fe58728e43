"""The history for reviewers: the list, its pages, and what is to be reviewed next."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from trades.forms.history import HistoryFilter
from trades.forms.posting import keepable
from trades.models import Connection, Verdict
from trades.models.submissions import state_choices, type_choices
from trades.services import audit, reviewing, searching, viewing
from trades.views import history_rows
from trades.views.doors import for_readers, with_query


@for_readers
def listing(request: HttpRequest) -> HttpResponse:
    """An address without filters opens the reviewer's default view."""
    if not request.GET and (view := viewing.default_of(request.user)):
        return redirect(with_query(reverse("desk-history"), view.filters or "all=1"))
    form = filters_of(request.GET.dict())
    is_right = form.is_valid()
    page = searching.NOTHING
    if is_right:
        page = searching.page(searching.found(form.cleaned_data), **_place(request))
    context = {
        "form": form,
        "page": page,
        "rows": history_rows.body(page.rows, form.address),
        "views": viewing.visible_to(request.user),
        "verified": _verified(),
        "here": "desk",
        "tab": "history",
    }
    status = 200 if is_right else 422
    return render(request, "desk/history.html", context, status=status)


@for_readers
def following(request: HttpRequest) -> HttpResponse:
    """On to the next submission that nobody has reviewed, within the filters."""
    form = filters_of(request.GET.dict())
    filters = form.cleaned_data if form.is_valid() else {}
    before = number_in(request.GET.get("than", ""))
    found = searching.next_unreviewed(filters, before=before, by=request.user)
    if found is not None:
        page = reverse("desk-submission", args=[found.public_id])
        return redirect(with_query(page, form.address))
    messages.success(request, "Nothing here is left to review.")
    return redirect(with_query(reverse("desk-history"), form.address or "all=1"))


def filters_of(given: Mapping[str, str]) -> HistoryFilter:
    """The filters in the query of an address."""
    return HistoryFilter(_typed(given), _offered())


def address_of(given: Mapping[str, str]) -> str:
    """The same as a query again; what can be chosen is not asked for."""
    return HistoryFilter(_typed(given), {}).address


def number_in(text: str) -> int | None:
    """A row's number in an address; None for anything else."""
    return int(text) if re.fullmatch("[0-9]{1,18}", text) else None


def _typed(given: Mapping[str, str]) -> dict[str, str]:
    return {name: keepable(text) for name, text in given.items()}


def _offered() -> dict[str, list[tuple[str, str]]]:
    reviewers = [(user.get_username(),) * 2 for user in reviewing.reviewers()]
    return searching.offered() | {
        "state": state_choices(),
        "mode": list(Connection.Mode.choices),
        "type": type_choices(),
        "verdict": list(Verdict.Value.choices),
        "assigned": reviewers,
    }


def _place(request: HttpRequest) -> dict[str, object]:
    return {
        "before": number_in(request.GET.get("before", "")),
        "after": number_in(request.GET.get("after", "")),
        "oldest": "oldest" in request.GET,
    }


def _verified() -> dict[str, object] | None:
    """When the chain was last walked, by whom, and whether it held."""
    event = audit.last_verified()
    if event is None:
        return None
    return {"at": event.at, "by": event.by, "wrong": event.details.get("wrong_event")}
