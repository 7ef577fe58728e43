"""What a person may do to a submission: its owner, or an admin in the owner's place.

Each act says in a message what came of it. The one that asks for a text returns what
was typed where that was wrong; all others return None.
"""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest
from django.urls import reverse

from trades.forms.posting import keepable
from trades.forms.settling import PickForm
from trades.models import Submission
from trades.services import outlook, settling, submissions
from trades.services.settling import NotOffered

Act = Callable[[HttpRequest, Submission], str | None]

_TYPED_MAX = 200
_GONE = "That is not offered (any more). Nothing was changed; see below how it stands."


def cancel(request: HttpRequest, submission: Submission) -> None:
    if submissions.cancel(submission, by=request.user):
        messages.success(request, "Cancelled. Nothing was sent.")
    else:
        messages.warning(request, "Too late to cancel; see below what became of it.")


def check(request: HttpRequest, submission: Submission) -> None:
    settling.check_now(submission)
    messages.info(request, "3Commas is asked again as soon as the gate allows.")


def pick(request: HttpRequest, submission: Submission) -> None:
    form = PickForm(request.POST)
    try:
        if not form.is_valid():
            raise NotOffered
        settling.pick(submission, form.cleaned_data["trade"], by=request.user)
    except NotOffered:
        messages.warning(request, _GONE)


def dismiss(request: HttpRequest, submission: Submission) -> None:
    try:
        settling.dismiss(submission, by=request.user)
    except NotOffered:
        messages.warning(request, _GONE)
    else:
        messages.success(request, "Ruled out. The looks go on.")


def absent(request: HttpRequest, submission: Submission) -> str | None:
    typed = request.POST.get("pair", "")
    try:
        settling.declare_absent(submission, typed=typed, by=request.user)
    except NotOffered:
        submission.refresh_from_db()
        if outlook.of(submission).absence_offered:
            return keepable(typed)[:_TYPED_MAX]
        messages.warning(request, _GONE)
    return None


ACTS: dict[str, Act] = {
    "cancel": cancel,
    "check": check,
    "pick": pick,
    "dismiss": dismiss,
    "absent": absent,
}


def addresses(who: str, submission: Submission) -> dict[str, str]:
    """Where each act is posted to, by its name; ``who`` is submission or desk."""
    return {
        name: reverse(f"{who}-{name}", args=[submission.public_id]) for name in ACTS
    }
