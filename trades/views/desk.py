"""The admins' desk: all sending."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from trades.forms.scopes import PauseForm
from trades.forms.settling import TEXT_MAX, FoundForm
from trades.models import Gate, Missing, Pause, Submission
from trades.services import audit, holds, scopes, stops, telling, timeline
from trades.views.doors import (
    ask_again,
    for_admins,
    is_fresh,
    page_of,
    posted_by_admins,
    see_other,
)
from trades.views.repeats import says_what_came_twice


@for_admins
def sending(request: HttpRequest) -> HttpResponse:
    return _sending(request, _pause_form(initial={"scope": "everything"}))


@posted_by_admins
@says_what_came_twice
def pause(request: HttpRequest) -> HttpResponse:
    form = _pause_form(request.POST)
    if not form.is_valid():
        return _sending(request, form, status=422)
    stops.pause(by=request.user, why=form.cleaned_data["why"], **form.chosen)
    return see_other("sending")


@posted_by_admins
def resume(request: HttpRequest, number: int) -> HttpResponse:
    if not is_fresh(request):
        return ask_again("sending")
    stop = get_object_or_404(Pause, pk=number)
    if not stops.resume(stop, by=request.user):
        messages.warning(request, "Nothing was lifted: somebody was quicker.")
    return see_other("sending")


@posted_by_admins
def open_gate(request: HttpRequest) -> HttpResponse:
    if not is_fresh(request):
        return ask_again("sending")
    stops.open_gate(by=request.user)
    return see_other("sending")


@posted_by_admins
def looked_up(request: HttpRequest, number: int) -> HttpResponse:
    missing = get_object_or_404(Missing, pk=number)
    form = FoundForm(request.POST)
    if form.is_valid():
        stops.looked_up(missing, by=request.user, found=form.cleaned_data["found"])
    else:
        text = f"Not kept: say what you found, in at most {TEXT_MAX} letters."
        messages.error(request, text)
    return see_other("sending")


@posted_by_admins
def verify(request: HttpRequest) -> HttpResponse:
    found = audit.verify_on_record(by=request.user.get_username())
    if found.bad is None:
        messages.success(request, f"{found.events} events hold, up to {found.head}")
    else:
        messages.error(request, f"Event {found.bad} is wrong. {found.why}")
    return see_other("sending")


def _sending(
    request: HttpRequest, form: PauseForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "stops": [(stop, scopes.named(stop)) for stop in stops.open_stops()],
        "form": form,
        "hold": holds.sending(),
        "silence": holds.silence(),
        "gate": Gate.objects.filter(scope=Gate.ADDRESS).first(),
        "missing": [_lost(m, request.user) for m in _to_be_looked_up()],
        "head": audit.head(),
        "timeline": timeline.latest(),
        "text_max": TEXT_MAX,
        "here": "sending",
    }
    return render(request, "desk/sending.html", context, status=status)


def _pause_form(data: object = None, **initial: object) -> PauseForm:
    offered = scopes.offered("connection", "account", "trader")
    return PauseForm(data, offered=offered, label=scopes.label, **initial)


def _to_be_looked_up():
    return Missing.objects.filter(looked_up_at=None)


def _lost(missing: Missing, user) -> dict[str, object]:
    known = Submission.objects.filter(public_id=missing.submission).first()
    return {
        "missing": missing,
        "told": telling.journalled(missing.line),
        "url": page_of(known, user) if known else "",
    }
