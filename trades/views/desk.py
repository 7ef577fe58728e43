"""The admins' desk: all sending."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from trades.forms.settling import TEXT_MAX, FoundForm, PauseForm
from trades.models import Gate, Missing, Pause, Submission
from trades.services import audit, holds, stops, telling, timeline
from trades.views.doors import for_admins, page_of, posted_by_admins, see_other


@for_admins
def sending(request: HttpRequest) -> HttpResponse:
    context = {
        "pauses": Pause.objects.filter(lifted_at=None),
        "hold": holds.sending(),
        "silence": holds.silence(),
        "gate": Gate.objects.filter(scope=Gate.ADDRESS).first(),
        "missing": [_lost(m, request.user) for m in _to_be_looked_up()],
        "head": audit.head(),
        "timeline": timeline.latest(),
        "text_max": TEXT_MAX,
        "here": "sending",
    }
    return render(request, "desk/sending.html", context)


@posted_by_admins
def pause(request: HttpRequest) -> HttpResponse:
    form = PauseForm(request.POST)
    if form.is_valid():
        stops.pause(by=request.user, why=form.cleaned_data["why"])
    else:
        messages.error(request, f"Not paused: say why, in at most {TEXT_MAX} letters.")
    return see_other("sending")


@posted_by_admins
def resume(request: HttpRequest) -> HttpResponse:
    stops.resume(by=request.user)
    return see_other("sending")


@posted_by_admins
def open_gate(request: HttpRequest) -> HttpResponse:
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


def _to_be_looked_up():
    return Missing.objects.filter(looked_up_at=None)


def _lost(missing: Missing, user) -> dict[str, object]:
    known = Submission.objects.filter(public_id=missing.submission).first()
    return {
        "missing": missing,
        "told": telling.journalled(missing.line),
        "url": page_of(known, user) if known else "",
    }
