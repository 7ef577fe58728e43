"""One submission at the review desk: its story, its review, and settling it."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from trades.forms.posting import keepable
from trades.forms.reviewing import RemarkForm
from trades.models import Submission, Verdict
from trades.services import book, comparing, history, reviewing, story
from trades.services.reviewing import NothingSaid, OwnOrder
from trades.views import acts, outcome
from trades.views.doors import (
    STOP_SENDING,
    for_readers,
    posted_by_admins,
    posted_by_reviewers,
    see_other,
    with_query,
)
from trades.views.history import address_of

_OWN = "This order is yours: somebody else has to review it."
_NOTHING = "Choose a verdict or somebody to assign, or write a comment."


@for_readers
def submission(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    return _page(request, any_of(id))


@posted_by_admins
def act(request: HttpRequest, id: uuid.UUID, name: str) -> HttpResponse:
    submission = any_of(id)
    typed = acts.ACTS[name](request, submission)
    if typed is not None:
        return _page(request, submission, typed=typed, status=422)
    return see_other("desk-submission", id)


@posted_by_reviewers
def remark(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    submission, form = any_of(id), remark_form(request)
    if form.is_valid():
        given = form.cleaned_data
        people = {user.get_username(): user for user in reviewing.reviewers()}
        try:
            reviewing.review(
                submission,
                by=request.user,
                verdict=given["verdict"],
                assigns=people.get(given["assigns"]),
                text=given["text"],
            )
        except OwnOrder:
            messages.error(request, _OWN)
        except NothingSaid:
            form.add_error("text", _NOTHING)
        else:
            messages.success(request, "Kept, and on record.")
    if form.errors:
        return _page(request, submission, form=form, status=422)
    page = reverse("desk-submission", args=[id])
    return see_other(with_query(page, address_of(request.GET.dict())))


def any_of(id: uuid.UUID) -> Submission:
    related = ("draft", "account", "trader", "retry_of", "verdict")
    return get_object_or_404(Submission.objects.select_related(*related), public_id=id)


def remark_form(request: HttpRequest) -> RemarkForm:
    """The form of a remark, filled in where it was posted."""
    typed = {name: keepable(text) for name, text in request.POST.items()}
    if typed.get("action") == Verdict.Value.FINE:
        typed["verdict"] = Verdict.Value.FINE
    people = [(user.get_username(),) * 2 for user in reviewing.reviewers()]
    posted = typed if request.method == "POST" and "text" in typed else None
    return RemarkForm(posted, verdicts=Verdict.Value.choices, reviewers=people)


def _page(
    request: HttpRequest,
    submission: Submission,
    *,
    typed: str | None = None,
    form: RemarkForm | None = None,
    status: int = 200,
) -> HttpResponse:
    user = request.user
    may_act = user.has_perm(STOP_SENDING)
    context = outcome.context(submission, user=user, typed=typed) | {
        "acts": acts.addresses("desk", submission) if may_act else {},
        "at_desk": True,
        "may_review": user.has_perm(reviewing.REVIEW)
        and submission.trader_id != user.pk,
        "form": form or remark_form(request),
        "remarks": remarks(submission),
        "timeline": story.of(submission),
        "ladder": submission.ladder,
        "fields": list(history.fields(submission.body, submission.vendor_errors)),
        "request_head": history.request_head(submission),
        "pretty_body": history.visible(history.indented(submission.body)),
        "curl": history.curl(submission.body, submission.mode),
        "answer": history.visible(history.indented(submission.answer)),
        "raised": submission.alarms.select_related("acknowledged_by"),
        "tries": list(outcome.tries(submission, user)),
        "rule_set": book.rule_set(),
        "query": address_of(request.GET.dict()),
        "here": "desk",
        "tab": "history",
        **_compared(request, submission),
    }
    return render(request, "desk/submission.html", context, status=status)


def remarks(submission: Submission) -> list[dict[str, object]]:
    """What was said of it, oldest first."""
    said = submission.remarks.select_related("by", "assigns")
    return [{"remark": one, "text": history.visible(one.text)} for one in said]


def _compared(request: HttpRequest, submission: Submission) -> dict[str, object]:
    """The difference that the address asks for; from confirmed to sent without it."""
    stages = comparing.stages(submission)
    before = request.GET.get("from", comparing.CONFIRMED)
    after = request.GET.get("to", comparing.SENT)
    if not {before, after} <= stages.keys():
        before, after = comparing.CONFIRMED, comparing.SENT
    return {
        "stages": stages.items(),
        "before": before,
        "after": after,
        "before_label": stages[before],
        "after_label": stages[after],
        "changes": comparing.differences(submission, before, after),
        "is_intact": comparing.is_intact(submission),
    }
