"""What can't be read is refused once, and looked into by nobody after that."""

from __future__ import annotations

from collections.abc import Callable, MutableMapping

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.request import UnreadablePostError
from django.utils.http import parse_header_parameters

_UNREADABLE = "application/x-unreadable"


def set_content_type_apart(*, environ: MutableMapping[str, str], **_: object) -> None:
    """For the signal ``request_started``, which is sent before Django reads any of it.

    Of a content type that it can't read Django makes an error before there is a
    request to answer. Nor can it decode text by every charset that Python knows; no
    browser posts in another one than UTF-8.
    """
    try:
        _, said = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        is_readable = said.get("charset", "utf-8").lower() == "utf-8"
    except (LookupError, ValueError):
        is_readable = False
    if not is_readable:
        environ["CONTENT_TYPE"] = _UNREADABLE


def refuse_unreadable(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: 400 for a query or a body that is damaged, too large or has too many
    fields, and for a cookie that no database can be asked for.

    The page that says so asks for the same fields again, to find the token against
    forgery there; it finds none, instead of the same error.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.content_type == _UNREADABLE:
            raise BadRequest("The request must be UTF-8.")
        _ensure_readable(request, "GET")
        _ensure_readable(request, "POST")
        if any("\0" in text for text in request.COOKIES.values()):
            raise BadRequest("A cookie is damaged.")
        return get_response(request)

    return middleware


def _ensure_readable(request: HttpRequest, name: str) -> None:
    try:
        getattr(request, name)
    except UnreadablePostError as gone:  # while its sender was still sending
        request.POST = QueryDict()
        raise BadRequest("The request ended too early.") from gone
    except Exception:
        setattr(request, name, QueryDict())
        raise
