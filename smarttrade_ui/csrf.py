"""Keeps the forms of open pages good when a link from another site is followed."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER
from django.http import HttpRequest, HttpResponse

KEPT = "csrf"


def keep_token(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware, inside the session's and outside Django's CSRF protection.

    The cookie of that protection is ``SameSite=Strict``: a link in a mail or a chat
    comes with the session and without it. Django would hand out another one, and what
    is typed in other tabs could not be posted any more. So a page that is only read
    gets the token that the session knows. A post has to bring the cookie itself.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        name = settings.CSRF_COOKIE_NAME
        kept = request.session.get(KEPT)
        if kept and name not in request.COOKIES and request.method in ("GET", "HEAD"):
            request.COOKIES[name] = kept
        response = get_response(request)
        given = response.cookies.get(name)
        if given and given.value != kept and USER in request.session:
            request.session[KEPT] = given.value
        return response

    return middleware
