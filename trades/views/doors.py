"""Who may come in to a page, how long after the log-in, and where a post leads next."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from trades.models import Submission
from trades.services.reviewing import REVIEW

View = Callable[..., HttpResponse]
STOP_SENDING = "trades.stop_sending"
READ_HISTORY = "trades.view_submission"
# In the session: when its user gave a password or a code last, in seconds since 1970.
AUTHENTICATED_AT = "authenticated_at"
# In the address of a page that loads itself again.
REFRESHED = "refreshed"


class SeeOther(HttpResponseRedirect):
    """303: whatever the method was, GET this."""

    status_code = 303


_may_send = permission_required("trades.send_trade", raise_exception=True)


def see_other(to: object, *args: object) -> SeeOther:
    """A 303 to a model with an address, a named page or an address."""
    return SeeOther(resolve_url(to, *args))


def with_query(address: str, query: str) -> str:
    """The address with a query, where there is one."""
    return f"{address}?{query}" if query else address


def for_traders(view: View) -> View:
    """Others are sent to log in, or refused with 403 where they are logged in."""
    return login_required(_may_send(view))


def posted_by_traders(view: View) -> View:
    """The same for what can only be posted: after the log-in comes the first page,
    because a GET of this address would be refused."""
    return require_POST(login_required(_may_send(view), redirect_field_name=None))


def for_staff(permission: str) -> Callable[[View], View]:
    """A page for staff with this permission; others are refused with 403."""

    def door(view: View) -> View:
        return require_safe(login_required(_staff_only(view, permission)))

    return door


def posted_by_staff(permission: str) -> Callable[[View], View]:
    """The same for what can only be posted."""

    def door(view: View) -> View:
        guarded = _staff_only(view, permission)
        return require_POST(login_required(guarded, redirect_field_name=None))

    return door


def is_fresh(request: HttpRequest) -> bool:
    """Whether the user gave a password or a code lately, as keys and sending ask for.

    A session that lies open is not enough for these: it may be a stolen one.
    """
    at = request.session.get(AUTHENTICATED_AT, 0)
    return time() - at < settings.REAUTHENTICATE_S


def ask_again(to: str, *args: object) -> SeeOther:
    """A 303 to the page that asks who it is; from there it goes on to this one.

    Nothing of a post is kept: it holds secrets, and an order has to be seen again.
    """
    query = urlencode({"next": resolve_url(to, *args)})
    return SeeOther(f"{reverse('account_reauthenticate')}?{query}")


def freshly(view: View) -> View:
    """For those who are logged in: with an old log-in comes the question, then this."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not is_fresh(request):
            return ask_again(request.path)
        return view(request, *args, **kwargs)

    return guarded


def passive(view: View) -> View:
    """Mark what a page asks by itself: that keeps no session alive."""
    view.passive = True
    return view


def reload_in(seconds: int) -> str:
    """What has a browser without scripts load the page it shows again."""
    return f"{seconds}; url=?{REFRESHED}"


def is_passive(request: HttpRequest, view: View) -> bool:
    return getattr(view, "passive", False) or REFRESHED in request.GET


def page_of(submission: Submission, user) -> str:
    """Where this user reads about it; "" for those who may not."""
    if submission.trader_id == user.pk:
        return submission.get_absolute_url()
    if user.is_staff and user.has_perm(READ_HISTORY):
        return reverse("desk-submission", args=[submission.public_id])
    return ""


def _staff_only(view: View, permission: str) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not (request.user.is_staff and request.user.has_perm(permission)):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


# Staff who may stop sending, read the history, or give verdicts.
for_admins, posted_by_admins = for_staff(STOP_SENDING), posted_by_staff(STOP_SENDING)
for_readers, posted_by_readers = for_staff(READ_HISTORY), posted_by_staff(READ_HISTORY)
posted_by_reviewers = posted_by_staff(REVIEW)
