"""The rows that somebody ticks in a list of the admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse

from trades.views.history import number_in

View = Callable[..., HttpResponse]


def by_number(view: View) -> View:
    """400 where a row is named by anything but its number: Django would fail with 500
    on it."""

    @wraps(view)
    def checked(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        if None in map(number_in, chosen):
            raise BadRequest("A row is chosen by its number.")
        return view(request, *args, **kwargs)

    return checked
