"""What is given twice where one is expected is refused."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

View = Callable[..., HttpResponse]

# Boxes to be ticked: those of the review page, and the admin's.
_SEVERAL = {
    *("warnings", "_selected_action", "groups", "permissions", "user_permissions"),
}


def says_what_came_twice(view: View) -> View:
    """Its form says so at the input, and gives back all that was typed."""
    view.says_what_came_twice = True
    return view


def once_each(get_response: View) -> View:
    """Middleware: 400 for an address or a post with a name that stands there twice.

    No page of ours asks for one; whichever of the two a form took would be a guess.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.process_view = _ensure_once
    return middleware


def _ensure_once(request: HttpRequest, view: View, args: list, kwargs: dict) -> None:
    given = [request.GET]
    if not getattr(view, "says_what_came_twice", False):
        given.append(request.POST)
    if any(map(_repeats, given)):
        raise BadRequest("Something was sent twice.")


def _repeats(given: QueryDict) -> bool:
    names = given.keys() - _SEVERAL
    return any(len(given.getlist(name)) > 1 for name in names)
