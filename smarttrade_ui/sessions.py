"""How long a session lasts, by stamps in it of when it began and was used last."""

from __future__ import annotations

from time import time

from allauth.account.signals import authentication_step_completed
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import get_user_model, logout
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse

from smarttrade_ui.events import ended_by_limit
from trades.views.doors import AUTHENTICATED_AT, View, is_passive

BEGUN_AT, SEEN_AT = "begun_at", "seen_at"
# A session that is used is written down once in so many seconds.
WRITTEN_EVERY_S = 60


def limits(get_response: View) -> View:
    """Middleware: end a session that was not used, or was used, for too long."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated and is_over(request):
            ended_by_limit(request)
            logout(request)
        return get_response(request)

    middleware.process_view = _note_use
    return middleware


def is_over(request: HttpRequest) -> bool:
    """A session without stamps is an old one, and over."""
    begun, seen = (request.session.get(name, 0) for name in (BEGUN_AT, SEEN_AT))
    now = time()
    return now - begun >= settings.SESSION_S or now - seen >= settings.IDLE_S


def end_all(user) -> None:
    for session in UserSession.objects.filter(user=user):
        session.end()


def listen() -> None:
    user_logged_in.connect(_begin)
    authentication_step_completed.connect(_authenticate)
    post_save.connect(_end_with_user, sender=get_user_model())


def _note_use(request: HttpRequest, view: View, args, kwargs) -> None:
    """What a page asks by itself is no use of the session."""
    if not request.user.is_authenticated or is_passive(request, view):
        return
    now = int(time())
    if now - request.session[SEEN_AT] >= WRITTEN_EVERY_S:
        request.session[SEEN_AT] = now
        UserSession.objects.create_from_request(request)


def _begin(sender, request: HttpRequest, **kwargs: object) -> None:
    now = int(time())
    request.session.update({BEGUN_AT: now, SEEN_AT: now, AUTHENTICATED_AT: now})


def _authenticate(sender, request: HttpRequest, **kwargs: object) -> None:
    """A session whose user was asked again goes on under another id."""
    session = request.session
    session[AUTHENTICATED_AT] = int(time())
    if request.user.is_authenticated:
        listed = UserSession.objects.filter(session_key=session.session_key)
        session.cycle_key()
        listed.update(session_key=session.session_key)


def _end_with_user(sender, instance, **kwargs: object) -> None:
    """A disabled user has no session to come back to when enabled again."""
    if not instance.is_active:
        end_all(instance)
