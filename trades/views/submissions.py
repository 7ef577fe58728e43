"""What became of a trader's orders: the list, a page for each, and what may be done."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from trades.forms.posting import keepable
from trades.forms.reviewing import AnswerForm
from trades.models import Submission
from trades.services import history, reviewing
from trades.views import acts, outcome
from trades.views.doors import for_traders, passive, posted_by_traders, see_other
from trades.views.reviewing import remarks


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
    return _page(request, _own(request, id))


@passive
@for_traders
@require_safe
@never_cache
def state(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One line of text, which changes when the page has something new to tell."""
    mark = history.mark(_own(request, id))
    return HttpResponse(mark, content_type="text/plain; charset=utf-8")


@posted_by_traders
def act(request: HttpRequest, id: uuid.UUID, name: str) -> HttpResponse:
    submission = _own(request, id)
    typed = acts.ACTS[name](request, submission)
    if typed is not None:
        return _page(request, submission, typed=typed, status=422)
    return see_other(submission)


@posted_by_traders
def answer(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """What the trader says to the reviewers."""
    submission = _own(request, id)
    form = AnswerForm({"text": keepable(request.POST.get("text", ""))})
    if not form.is_valid():
        return _page(request, submission, form=form, status=422)
    reviewing.answer(submission, by=request.user, text=form.cleaned_data["text"])
    messages.success(request, "The reviewers read your answer.")
    return see_other(submission)


def _own(request: HttpRequest, id: uuid.UUID) -> Submission:
    own = Submission.objects.filter(trader=request.user)
    related = ("draft", "account", "trader", "retry_of", "verdict")
    return get_object_or_404(own.select_related(*related), public_id=id)


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    typed: str | None = None,
    form: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """``typed`` and ``form`` have to be given again; then nothing reloads."""
    mark = history.mark(submission)  # before what is read for the page, not after
    context = outcome.context(submission, user=request.user, typed=typed) | {
        "acts": acts.addresses("submission", submission),
        "fields": list(history.fields(submission.body, submission.vendor_errors)),
        "request_head": history.request_head(submission),
        "answer": history.visible(history.indented(submission.answer)),
        "followers": submission.followers.all(),
        "remarks": remarks(submission),
        "form": form or AnswerForm(),
        "here": "submissions",
    }
    if typed is None and form is None:
        context |= {
            "mark": mark,
            "watch_s": history.watch_s(submission),
            "watch": reverse("submission-state", args=[submission.public_id]),
            "follow": outcome.follow(submission),
            "refresh": outcome.refresh(submission),
        }
    return render(request, "trades/submission.html", context, status=status)
