"""The last look before an order is queued: the exact bytes, then the confirmation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from trades.forms.confirm import ConfirmForm
from trades.models import Connection, Draft
from trades.services import history, submissions
from trades.services.drafts import DraftChanged
from trades.services.submissions import (
    StaleReview,
    TicketDenied,
    UntickedWarnings,
    Warned,
)
from trades.views.doors import for_traders, posted_by_traders, see_other

_STALE = (
    "Nothing was sent: that review was too old, or not one of this draft. "
    "Here is a new one."
)


@for_traders
@require_safe
def review(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = _own(request, id)
    if submission := draft.live_submission:
        return redirect(submission)
    return _page(request, draft)


@posted_by_traders
def confirm(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = _own(request, id)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _stale(request, draft)
    stamp, ticked = form.cleaned_data["stamp"], form.cleaned_data["warnings"] or []
    try:
        submission = submissions.confirm(
            draft, by=request.user, stamp=stamp, ticked=ticked
        )
    except StaleReview:
        return _stale(request, draft)
    except DraftChanged as changed:
        return _changed(request, draft, changed)
    except TicketDenied:
        return _to_the_form(draft)
    except UntickedWarnings:
        return _page(request, draft, ticked=ticked, status=422)
    return see_other(submission)


def _own(request: HttpRequest, id: uuid.UUID) -> Draft:
    return get_object_or_404(Draft, public_id=id, owner=request.user)


def _page(
    request: HttpRequest,
    draft: Draft,
    *,
    ticked: Iterable[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    """``ticked`` are the warnings that were accepted, where some were not."""
    try:
        shown = submissions.review(draft)
    except TicketDenied:
        return _to_the_form(draft)
    mode = Connection.Mode(shown.examined.account.connection.mode)
    warnings = [_asked(n, warned, ticked) for n, warned in enumerate(shown.warned)]
    context = {
        "draft": draft,
        "review": shown,
        "mode": mode,
        "fields": history.fields(shown.body),
        "in_note": shown.token in shown.body,
        "warnings": warnings,
        "missing": [warning for warning in warnings if warning["missing"]],
        "here": "drafts",
    }
    return render(request, "trades/review.html", context, status=status)


def _asked(
    number: int, warned: Warned, ticked: Iterable[str] | None
) -> dict[str, object]:
    accepted = warned.tick in (ticked or [])
    return {
        "id": f"warning-{number}",
        "finding": warned.finding,
        "label": warned.label,
        "value": warned.tick,
        "accepted": accepted,
        "missing": ticked is not None and not accepted,
    }


def _stale(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.warning(request, _STALE)
    return see_other("draft-review", draft.public_id)


def _to_the_form(draft: Draft) -> HttpResponse:
    return see_other(f"{draft.get_absolute_url()}?refused=1")


def _changed(request: HttpRequest, draft: Draft, changed: DraftChanged) -> HttpResponse:
    rows = history.compared(changed.changes)
    context = {"draft": draft, "rows": rows, "here": "drafts"}
    return render(request, "trades/draft_changed.html", context, status=409)
