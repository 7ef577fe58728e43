"""The last look before an order is queued: the exact bytes, then the confirmation."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from trades.forms.confirm import ConfirmForm
from trades.forms.names import anchor
from trades.models import Connection, Draft, Submission
from trades.services import (
    approving,
    caps,
    checked,
    guards,
    history,
    holds,
    submissions,
    usual,
)
from trades.services.approving import Stands
from trades.services.checked import Checked
from trades.services.drafts import DraftChanged
from trades.services.freezing import StaleReview
from trades.services.guards import ApprovalNeeded, CapReached, SendingPaused, TooMany
from trades.services.history import Field
from trades.services.holds import Countdown
from trades.services.submissions import (
    AmountNotTyped,
    Review,
    TicketDenied,
    UntickedWarnings,
    Warned,
)
from trades.views import market
from trades.views.doors import (
    ask_again,
    for_traders,
    is_fresh,
    page_of,
    posted_by_traders,
    see_other,
)
from trades.views.repeats import says_what_came_twice

_STALE = (
    "Nothing was sent: that review was too old, or not one of this draft. "
    "Here is a new one."
)

# What the button calls an order of each mode.
_ORDERS = {
    Connection.Mode.REAL: "live order",
    Connection.Mode.PAPER: "paper order",
    Connection.Mode.SANDBOX: "sandbox order",
}
_TICK_IT = "Tick this to go on, or change the order."
_TYPE_IT = "Type the amount, {amount}, to send an order this large."
_CAPPED = "Nothing was sent, because a cap stands in the way. The page says which."
_UNAPPROVED = (
    "Nothing was sent: somebody else has to approve this order, and no approval of it "
    "holds now. This page stays as it is."
)
_ASKED = "Asked for approval. Nothing is sent before you send it yourself."
_NOT_NEEDED = "No approval is needed by now: you can send the order."
_ASKED_AGAIN = (
    "Nothing was sent yet: you logged in too long ago for that. The draft is as it "
    "was, and after this comes its review."
)
_PAUSED = "Nothing was sent, because sending is paused. This page stays as it is."


@for_traders
@require_safe
def review(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = _own(request, id)
    if submission := draft.live_submission:
        return redirect(submission)
    return _page(request, draft)


@posted_by_traders
@says_what_came_twice
def confirm(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    draft = _own(request, id)
    if not is_fresh(request):
        messages.warning(request, _ASKED_AGAIN)
        return ask_again("draft-review", id)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _stale(request, draft)
    given = form.cleaned_data
    tried = {"ticked": given["warnings"] or [], "amount": given["amount"]}
    try:
        submission = submissions.confirm(
            draft, by=request.user, stamp=given["stamp"], **tried
        )
    except StaleReview:
        return _stale(request, draft)
    except DraftChanged as changed:
        return _changed(request, draft, changed)
    except TicketDenied:
        return _to_the_form(draft)
    except (UntickedWarnings, AmountNotTyped):
        return _page(request, draft, **tried, status=422)
    except SendingPaused:
        messages.warning(request, _PAUSED)
        return _page(request, draft, **tried, status=409)
    except CapReached:
        messages.warning(request, _CAPPED)
        return _page(request, draft, **tried, status=409)
    except ApprovalNeeded:
        messages.warning(request, _UNAPPROVED)
        return _page(request, draft, **tried, status=409)
    except TooMany as too_many:
        return _too_many(request, draft, tried, Countdown(too_many.until))
    return see_other(submission)


@posted_by_traders
@says_what_came_twice
def ask(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Ask somebody else to approve just what the review page showed."""
    draft = _own(request, id)
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _stale(request, draft)
    try:
        asked = approving.ask(draft, by=request.user, stamp=form.cleaned_data["stamp"])
    except StaleReview:
        return _stale(request, draft)
    except DraftChanged as changed:
        return _changed(request, draft, changed)
    except TicketDenied:
        return _to_the_form(draft)
    messages.success(request, _ASKED if asked else _NOT_NEEDED)
    return see_other("draft-review", draft.public_id)


def _own(request: HttpRequest, id: uuid.UUID) -> Draft:
    return get_object_or_404(Draft, public_id=id, owner=request.user)


def _page(
    request: HttpRequest,
    draft: Draft,
    *,
    ticked: Iterable[str] | None = None,
    amount: str = "",
    status: int = 200,
) -> HttpResponse:
    """``ticked`` and ``amount`` are what was accepted and typed, where the page was
    confirmed in vain."""
    account = market.account_of(request.user, draft.typed.get("account_id", ""))
    market.wish(account, draft.typed.get("pair", ""))
    try:
        shown = submissions.review(draft)
    except TicketDenied:
        return _to_the_form(draft)
    account = shown.examined.account
    mode = Connection.Mode(account.connection.mode)
    warnings = list(_asked(shown, request.user, ticked))
    large = usual.unusual(shown.examined, request.user)
    said = ""
    if large and ticked is not None and not usual.is_typed(large, amount):
        said = _TYPE_IT.format(amount=large.amount)
    context = {
        "draft": draft,
        "review": shown,
        "checked": Checked(shown.examined),
        "mode": mode,
        "order": _ORDERS[mode],
        "fields": _changeable(draft, shown),
        "compared": checked.since_last(draft, shown),
        "drift": checked.drift_since(draft, shown.examined),
        "ladder": shown.ladder,
        "large": large,
        "amount": amount,
        "amount_said": said,
        "in_note": shown.token in shown.body,
        "warnings": warnings,
        "missing": [*_missing(warnings), *_not_typed(said)],
        "hold": holds.sending(request.user, account),
        "obstacles": caps.obstacles(
            shown.measures, trader=request.user, account=account
        ),
        **_approval(draft, shown),
        "here": "drafts",
    }
    return render(request, "trades/review.html", context, status=status)


def _approval(draft: Draft, shown: Review) -> dict[str, object]:
    """Whether somebody else has to agree, and how that stands."""
    needed = caps.needs_approval(shown.measures, shown.examined.account)
    asked = approving.standing(draft, shown.token) if needed else None
    stands = asked.stands if asked else None
    return {
        "needs_approval": needed,
        "asked": asked.approval if asked else None,
        "stands": stands.value if stands else "",
        "may_send": not needed or stands is Stands.APPROVED,
        "may_ask": needed and stands not in (Stands.OPEN, Stands.APPROVED),
    }


def _changeable(draft: Draft, shown: Review) -> Iterator[Field]:
    """Everything that is sent, each with the address of the input where it changes."""
    form, trade = draft.get_absolute_url(), shown.examined.ticket.trade_type
    for field in history.fields(shown.body):
        yield replace(field, change=f"{form}#{anchor(field.path, trade)}")


def _missing(warnings: Iterable[dict]) -> Iterator[dict[str, str]]:
    for warning in warnings:
        if warning["missing"]:
            target, label = warning["id"], warning["label"]
            yield {"target": target, "label": label, "text": _TICK_IT}


def _not_typed(said: str) -> Iterator[dict[str, str]]:
    if said:
        yield {"target": "amount", "label": "Amount", "text": said}


def _asked(
    shown: Review, user, ticked: Iterable[str] | None
) -> Iterator[dict[str, object]]:
    """A box for each warning, then one for each order that asks for the same."""
    boxes = [_warning(warned) for warned in shown.warned]
    boxes += [_look_alike(other, user) for other in shown.look_alikes]
    for number, box in enumerate(boxes):
        accepted = box["value"] in (ticked or [])
        missing = ticked is not None and not accepted
        yield {
            "id": f"warning-{number}",
            "accepted": accepted,
            "missing": missing,
            **box,
        }


def _warning(warned: Warned) -> dict[str, object]:
    return {
        "label": warned.label,
        "text": warned.finding.message,
        "rule": warned.finding.rule,
        "value": warned.tick,
    }


def _look_alike(other: Submission, user) -> dict[str, object]:
    return {
        "label": "Possible double",
        "look_alike": other,
        "amount": history.amount(other),
        "url": page_of(other, user),
        "value": submissions.tick_look_alike(other),
    }


def _too_many(
    request: HttpRequest, draft: Draft, tried: dict, again_at: Countdown
) -> HttpResponse:
    messages.warning(
        request,
        f"Nothing was sent: you have confirmed {guards.PER_MINUTE} orders within a "
        f"minute. Try again at {again_at.at:%H:%M:%S} UTC.",
    )
    response = _page(request, draft, **tried, status=429)
    response["Retry-After"] = str(again_at.seconds)
    return response


def _stale(request: HttpRequest, draft: Draft) -> HttpResponse:
    messages.warning(request, _STALE)
    return see_other("draft-review", draft.public_id)


def _to_the_form(draft: Draft) -> HttpResponse:
    return see_other(f"{draft.get_absolute_url()}?refused=1")


def _changed(request: HttpRequest, draft: Draft, changed: DraftChanged) -> HttpResponse:
    rows = history.compared(changed.changes)
    context = {"draft": draft, "rows": rows, "here": "drafts"}
    return render(request, "trades/draft_changed.html", context, status=409)
