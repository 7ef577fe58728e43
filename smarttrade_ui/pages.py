"""The pages of log-in and of one's own account: allauth's, each behind our doors.

Only these are wired up. There is no sign-up, no mail and no other way to log in.
"""

from __future__ import annotations

from functools import wraps

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.usersessions import views as usersessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from smarttrade_ui import events
from trades.views.doors import View, ask_again, freshly, is_fresh, see_other

_CLEARED = '"cache", "cookies", "storage"'


def own(view: View) -> View:
    """For those who are logged in, and in no cache."""
    return never_cache(login_required(view))


def readable(view: View) -> View:
    """Where no key opens the second factor any more, the page says so."""

    @wraps(view)
    def guarded(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response
        except ValidationError as unreadable:
            raise PermissionDenied(unreadable.message) from None

    return guarded


@require_POST
def log_out(request: HttpRequest, extra_context: object = None) -> HttpResponse:
    """Also ends a log-in that is halfway. The browser forgets what it had of us."""
    response = account.logout(request)
    response["Clear-Site-Data"] = _CLEARED
    return response


log_in = account.login
code = mfa.authenticate
password_again = own(account.reauthenticate)
code_again = own(mfa.reauthenticate)
second_factor = own(readable(mfa.index))
set_up = own(freshly(totp.activate_totp))
switch_off = own(freshly(totp.deactivate_totp))
codes = own(freshly(readable(recovery_codes.view_recovery_codes)))
new_codes = own(freshly(readable(recovery_codes.generate_recovery_codes)))


@own
def password(request: HttpRequest) -> HttpResponse:
    if not request.user.has_usable_password():
        raise PermissionDenied("You have no password that could be changed.")
    return account.password_change(request)


@require_POST
@own
@freshly
@readable
def codes_file(request: HttpRequest) -> HttpResponse:
    """As a file. The page that shows them once posts them, and no other can."""
    row = get_object_or_404(
        Authenticator, user=request.user, type=Authenticator.Type.RECOVERY_CODES
    )
    posted = request.POST.get("codes", "").split()
    if not posted or not {*posted} <= {*row.wrap().get_unused_codes()}:
        raise PermissionDenied("These are not your recovery codes.")
    response = HttpResponse(
        "".join(f"{c}\n" for c in posted), content_type="text/plain"
    )
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


class Sessions(usersessions.ListUserSessionsView):
    """Which there are; a post ends all but this one."""

    def form_valid(self, form) -> HttpResponse:
        others = UserSession.objects.filter(user=self.request.user).count() - 1
        events.ended_by_user(self.request, others)
        return super().form_valid(form)


sessions = own(freshly(Sessions.as_view()))


@require_POST
@own
def end_session(request: HttpRequest) -> HttpResponse:
    """One of the others; this one ends by logging out."""
    if not is_fresh(request):
        return ask_again("usersessions_list")
    others = UserSession.objects.filter(user=request.user).exclude(
        session_key=request.session.session_key
    )
    number = request.POST.get("session", "")
    get_object_or_404(others, pk=number if number.isdecimal() else 0).end()
    events.ended_by_user(request, 1)
    messages.success(request, "That session is ended.")
    return see_other("usersessions_list")
