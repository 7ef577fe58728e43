"""Characters that turn text around are shown as marks, wherever a page has one."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from trades.services.history import visible

View = Callable[[HttpRequest], HttpResponse]

# The same as in ``visible``, as they stand in UTF-8: most pages have none.
_TURNING = re.compile(rb"\xd8\x9c|\xe2\x80[\x8e\x8f\xaa-\xae]|\xe2\x81[\xa6-\xa9]")
# What was typed is given back as it was typed, to be posted again.
_TYPED = re.compile(r'(<textarea\b.*?</textarea>|\svalue="[^"]*")', re.DOTALL)


def marks_what_turns(get_response: View) -> View:
    """Middleware: for pages. No name, note or message of 3Commas is forgotten so."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        is_page = response.get("Content-Type", "").startswith("text/html")
        if is_page and not response.streaming and _TURNING.search(response.content):
            response.content = _marked(response.content.decode())
        return response

    return middleware


def _marked(page: str) -> str:
    """Each second part is what was typed."""
    parts = _TYPED.split(page)
    parts[::2] = map(visible, parts[::2])
    return "".join(parts)
