"""What became of a trader's orders: the list, a page for each, and taking one back."""

from __future__ import annotations

import uuid
from datetime import timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from trades.models import Connection, Submission
from trades.services import history, submissions
from trades.views.doors import for_traders, posted_by_traders, see_other

REFRESH_S = 2


@for_traders
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    page, older = history.page(request.user, request.GET.get("before", ""))
    rows = [{"submission": s, "amount": history.amount(s)} for s in page]
    context = {"rows": rows, "older": older, "here": "submissions"}
    return render(request, "trades/submission_list.html", context)


@for_traders
@require_safe
def page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    submission = _own(request, id)
    response = render(request, "trades/submission.html", _context(submission))
    if history.is_unsettled(submission):
        response["Refresh"] = str(REFRESH_S)
    return response


@posted_by_traders
def cancel(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    submission = _own(request, id)
    if submissions.cancel(submission, by=request.user):
        messages.success(request, "Cancelled. Nothing was sent.")
    else:
        messages.warning(request, "Too late to cancel; see below what became of it.")
    return see_other(submission)


def _own(request: HttpRequest, id: uuid.UUID) -> Submission:
    own = Submission.objects.filter(trader=request.user)
    return get_object_or_404(own.select_related("draft", "account"), public_id=id)


def _context(submission: Submission) -> dict[str, object]:
    left = submission.send_by - timezone.now()
    return {
        "submission": submission,
        "mode": Connection.Mode(submission.mode),
        "amount": history.amount(submission),
        "headline": history.headline(submission),
        "reason": history.reason(submission),
        "seconds_left": max(timedelta(), left).seconds,
        "vendor_text": history.visible(submission.vendor_text),
        "elsewhere": history.elsewhere(submission),
        "fields": list(history.fields(submission.body, submission.vendor_errors)),
        "request_head": history.request_head(submission),
        "answer": history.visible(history.indented(submission.answer)),
        "in_note": history.carries_token(submission),
        "timeline": history.timeline(submission),
        "here": "submissions",
    }
