"""What the history teaches: refusals, a replay by today's rules, numbers."""

from __future__ import annotations

from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse

from trades.forms.periods import NumbersForm, PeriodForm, RefusalsForm, ReplayForm
from trades.models import Submission
from trades.services import replaying, searching, tallies
from trades.services.refusals import Refusal
from trades.services.refusals import refusals as clustered
from trades.services.replaying import Stopped
from trades.views.doors import for_readers, page_of, with_query
from trades.views.history import filters_of


@for_readers
def refusals(request: HttpRequest) -> HttpResponse:
    form, context = RefusalsForm(request.GET.dict()), {}
    if form.is_valid():
        by_count = form.cleaned_data["sort"] == "count"
        found = clustered(*form.period, by_count=by_count)
        rows = [_refusal(one, request.user) for one in found.shown]
        context = {"found": found, "rows": rows}
    return _page(request, "refusals", form, context)


@for_readers
def replay(request: HttpRequest) -> HttpResponse:
    form, context = ReplayForm(request.GET.dict()), {}
    if form.is_valid():
        result = replaying.replay(_chosen(form))
        rows = [_stopped(one, request.user) for one in result.stopped]
        context = {"result": result, "rows": rows, "most": replaying.JUDGED_MAX}
    return _page(request, "replay", form, context)


@for_readers
def numbers(request: HttpRequest) -> HttpResponse:
    form, context = NumbersForm(request.GET.dict()), {}
    if form.is_valid():
        is_by_account = form.cleaned_data["by"] == "account"
        tally = tallies.by_account if is_by_account else tallies.by_trader
        found = tally(*form.period, mode=form.cleaned_data["mode"])
        context = {
            "found": found,
            "chart": found.chart,
            "of": "Account" if is_by_account else "Trader",
            "measured_max": tallies.MEASURED_MAX,
        }
    return _page(request, "numbers", form, context)


def _page(
    request: HttpRequest, name: str, form: PeriodForm, context: dict[str, object]
) -> HttpResponse:
    context |= {"form": form, "tab": name, "here": "desk"}
    status = 200 if form.is_valid() else 422
    return render(request, f"desk/{name}.html", context, status=status)


def _chosen(form: ReplayForm):
    if ids := form.cleaned_data["ids"]:
        return replaying.listed(ids)
    if history := form.cleaned_data["history"]:
        return _shown(history)
    return replaying.confirmed_in(*form.period, **form.filters)


def _shown(query: str) -> QuerySet[Submission]:
    """What the history shows at this address; nothing where a filter can't be read."""
    filters = filters_of(QueryDict(query).dict())
    if not filters.is_valid():
        return Submission.objects.none()
    return searching.found(filters.cleaned_data)


def _refusal(refusal: Refusal, user) -> dict[str, object]:
    query = urlencode({"state": "rejected", "q": refusal.searched})
    return {
        "refusal": refusal,
        "newest": page_of(refusal.newest, user),
        "all": with_query(reverse("desk-history"), query),
    }


def _stopped(stopped: Stopped, user) -> dict[str, object]:
    return {"stopped": stopped, "url": page_of(stopped.submission, user)}
