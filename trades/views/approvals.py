"""The page on which somebody else approves an order, or refuses to."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from trades.forms.posting import keepable
from trades.forms.scopes import RefusalForm
from trades.forms.settling import TEXT_MAX
from trades.models import Approval
from trades.services import approving, caps, scopes
from trades.services.history import visible
from trades.views.doors import (
    ask_again,
    for_staff,
    is_fresh,
    posted_by_staff,
    see_other,
)

APPROVE_ORDER = "trades.approve_order"
LISTED = 50

_IN_VAIN = (
    "Nothing was decided: somebody has decided already, the request ran out, or the "
    "order is another one by now."
)


def waiting(request: HttpRequest) -> dict[str, object]:
    """``approvals_waiting``: how many this user could decide, for the pages' header."""
    user = getattr(request, "user", None)
    return {"approvals_waiting": lambda: approving.open_requests_for(user).count()}


@for_staff(APPROVE_ORDER)
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@posted_by_staff(APPROVE_ORDER)
def approve(request: HttpRequest, number: int) -> HttpResponse:
    if not is_fresh(request):
        return ask_again("approvals")
    approval = get_object_or_404(Approval, pk=number)
    return _decided(request, approving.approve(approval, by=request.user), "Approved.")


@posted_by_staff(APPROVE_ORDER)
def refuse(request: HttpRequest, number: int) -> HttpResponse:
    approval = get_object_or_404(Approval, pk=number)
    approving.ensure_may_decide(approval, request.user)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        return _page(request, refused=(approval, form), status=422)
    why = form.cleaned_data["why"]
    done = approving.refuse(approval, by=request.user, why=why)
    return _decided(request, done, "Refused.")


def _decided(request: HttpRequest, done: bool, said: str) -> HttpResponse:
    if done:
        messages.success(request, said)
    else:
        messages.warning(request, _IN_VAIN)
    return see_other("approvals")


def _page(
    request: HttpRequest,
    *,
    refused: tuple[Approval, RefusalForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    """``refused``: whose refusal was posted, without a good reason."""
    requests = list(approving.open_requests()[: LISTED + 1])
    rows = [_row(approval, request.user) for approval in requests[:LISTED]]
    for row in rows:
        if refused and row["approval"] == refused[0]:
            row["typed"] = keepable(request.POST.get("why", ""))
            row["errors"] = refused[1].errors["why"]
    context = {
        "rows": rows,
        "listed": LISTED if len(requests) > LISTED else 0,
        "text_max": TEXT_MAX,
        "here": "approvals",
    }
    return render(request, "desk/approvals.html", context, status=status)


def _row(approval: Approval, user) -> dict[str, object]:
    value = approval.value
    return {
        "approval": approval,
        "sentence": visible(approval.sentence),
        "account": scopes.label(approval.account),
        "mode": approval.account.connection.get_mode_display(),
        "worth": "" if value is None else caps.money(value, approval.quote),
        "warnings": [
            {name: visible(text) for name, text in warning.items()}
            for warning in approval.warnings
        ],
        "may_decide": approving.may_decide(approval, user),
    }
