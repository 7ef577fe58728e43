"""Who may come in to a page, and where a post sends its reader next."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import login_required, permission_required
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url

View = Callable[..., HttpResponse]


class SeeOther(HttpResponseRedirect):
    """303: whatever the method was, GET this."""

    status_code = 303


def see_other(to: object, *args: object) -> SeeOther:
    """A 303 to a model with an address, a named page or an address."""
    return SeeOther(resolve_url(to, *args))


def for_traders(view: View) -> View:
    """Others are sent to log in, or refused with 403 where they are logged in."""
    may_send = permission_required("trades.send_trade", raise_exception=True)
    return login_required(may_send(view))


def utf8_only(get_response: View) -> View:
    """Middleware: refuse a post in a charset of its own choice.

    No browser sends one, and Django fails with 500 on those that Python knows by name
    but can't decode text with.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest("The request must be UTF-8.")
        return get_response(request)

    return middleware
