"""An address for every page in the URL configuration."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.contrib.admin import site
from django.urls import URLPattern, get_resolver

from trades.models import Connection, Draft, Submission

# What stands for a number or a name in an address, after how the address begins.
MADE_UP = "00000000-0000-4000-8000-000000000000"
OF_OURS = {
    "trades/": Draft,
    "submissions/": Submission,
    "desk/submissions/": Submission,
    "connections/": Connection,
}


def addresses() -> list[str]:
    """One for every page in the URL configuration, with what there is in it."""
    routes = (route for route in _routes(get_resolver().url_patterns))
    return sorted({f"/{_filled(route)}" for route in routes})


def _routes(patterns: list, before: str = "") -> Iterator[str]:
    for pattern in patterns:
        route = before + str(pattern.pattern).lstrip("^")
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern.url_patterns, route)


def _filled(route: str) -> str:
    ours = (model for start, model in OF_OURS.items() if route.startswith(start))
    row = next((model.objects.first() for model in ours), None)
    route = route.replace("<uuid:id>", str(row.public_id) if row else MADE_UP)
    route = route.replace("<path:object_id>", _first_in_admin(route))
    route = re.sub(r"\(\?P<\w+>([a-z]+)[^)]*\)", r"\1", route.rstrip("$"))
    return re.sub(r"<int:\w+>|<\w+>|\(.*?\)", "1", route)


def _first_in_admin(route: str) -> str:
    for model in site._registry:
        if route.startswith(f"admin/{model._meta.label_lower.replace('.', '/')}/"):
            row = model.objects.first()
            return str(row.pk) if row else "1"
    return "1"
