"""Where drafts come from besides the form, and where they go: JSON, and the history."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_http_methods, require_safe

from trades.forms.posting import keepable
from trades.models import Draft, Submission
from trades.services import copying
from trades.services.copying import NotReadable
from trades.views.doors import for_traders, posted_by_traders, see_other


@for_traders
@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest) -> HttpResponse:
    """A new draft from the API's JSON."""
    text = keepable(request.POST.get("trade", ""))
    wrong = ""
    if request.method == "POST":
        try:
            copy = copying.paste(text, owner=request.user)
        except NotReadable as why:
            wrong = f"This could not be read: {why}."
        else:
            for said in copy.left_out:
                messages.warning(request, said)
            messages.success(request, "Imported as a new draft.")
            return see_other(copy.draft)
    context = {"text": text, "wrong": wrong, "here": "drafts"}
    status = 422 if wrong else 200
    return render(request, "trades/import.html", context, status=status)


@for_traders
@require_safe
def export(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = get_object_or_404(Draft, public_id=id, owner=request.user)
    response = HttpResponse(copying.exported(draft), content_type="application/json")
    name = f"smarttrade-{draft.public_id}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@posted_by_traders
def again(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """A new draft that asks for what this submission asked for."""
    draft = copying.again(_own(request, id), by=request.user)
    messages.success(request, "This is a new draft of what was sent.")
    return see_other(draft)


@posted_by_traders
def mend(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """The draft in which a refused submission is put right."""
    submission = get_object_or_404(_own_all(request), public_id=id, state="rejected")
    return see_other(copying.mend(submission, by=request.user))


def _own_all(request: HttpRequest):
    return Submission.objects.filter(trader=request.user).select_related("account")


def _own(request: HttpRequest, id: uuid.UUID) -> Submission:
    return get_object_or_404(_own_all(request), public_id=id)
