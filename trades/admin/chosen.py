"""What somebody ticks in the admin: rows of a list, and a user's groups and rights."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from trades.views.history import number_in

View = Callable[..., HttpResponse]

_TICKED = (ACTION_CHECKBOX_NAME, "groups", "permissions", "user_permissions")


def by_number(view: View) -> View:
    """400 where something is named by anything but a row's number: no page of the
    admin does, and Django would fail with 500 on it."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        ticked = [text for name in _TICKED for text in request.POST.getlist(name)]
        if None in map(number_in, ticked):
            raise BadRequest("A row is named by its number.")
        return view(request, *args, **kwargs)

    return checked
