"""The browser's protection that Django and the libraries leave to us."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from csp.constants import HEADER as CSP
from csp.utils import build_policy
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django_permissions_policy import PermissionsPolicyMiddleware
from whitenoise.middleware import WhiteNoiseFileResponse

# Django sets some of these too, but not where its own middleware refuses: a wrong host
# over plain http, for one.
EVERYWHERE = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
NOT_KEPT = "no-store"


def protected(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: the first, so that whatever the others raise has them too.

    Only a static file may be kept, by browsers and on the way to them.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in EVERYWHERE.items():
            response.headers.setdefault(name, value)
        is_file = isinstance(response, WhiteNoiseFileResponse)
        if not (is_file and response.has_header("Cache-Control")):
            response.headers["Cache-Control"] = NOT_KEPT
        return response

    return middleware


def of_the_server() -> dict[str, str]:
    """For an answer that no middleware has seen: the server's own refusals."""
    headers = {**EVERYWHERE, "Cache-Control": NOT_KEPT, CSP: build_policy()}
    headers["Permissions-Policy"] = _permissions()
    if settings.HTTPS:
        age = f"max-age={settings.SECURE_HSTS_SECONDS}"
        headers["Strict-Transport-Security"] = f"{age}; includeSubDomains; preload"
    return headers


@cache
def _permissions() -> str:
    """As the library writes it."""
    policy = settings.PERMISSIONS_POLICY
    middleware = PermissionsPolicyMiddleware(lambda _: HttpResponse(), policy=policy)
    return middleware.permissions_policy
