"""Where posts can go: every address of the app, and every form on its pages.

The pages are walked as a browser would, from the first one on along their links, and
what their forms would post is noted. Addresses to which no form leads come from the
URL configuration, with the ids that were seen in other addresses. So a new page is
walked as soon as there is one.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from django.contrib.admindocs.views import (
    extract_views_from_urlpatterns,
    simplify_regex,
)
from django.test import Client
from django.urls import Resolver404, get_resolver, resolve

FIRST = ("/", "/admin/")
PAGES_MAX = 400
# Posts of the test's own client are taken without it, and it is another on each page.
_FORGERY_TOKEN = "csrfmiddlewaretoken"
_PLACE = re.compile(r"<(?:\w+:)?(\w+)>")
_CONTROLS = ("button", "input", "select", "textarea")
_TICKED = ("checkbox", "radio")

Field = tuple[str, str]


@dataclass(frozen=True)
class Target:
    """An address, who came there, and what a browser would post to it.

    ``ticks`` are the boxes that are not ticked and the choices that are not made,
    ``buttons`` those of which a browser posts one, ``names`` are all inputs, and
    ``single`` those that have one value of several.
    """

    who: str
    path: str
    fields: tuple[Field, ...] = ()
    ticks: tuple[Field, ...] = ()
    buttons: tuple[Field, ...] = ()
    names: tuple[str, ...] = ()
    single: tuple[str, ...] = ()


@dataclass
class Form:
    action: str
    fields: list[Field] = field(default_factory=list)
    ticks: list[Field] = field(default_factory=list)
    buttons: list[Field] = field(default_factory=list)
    actions: list[str] = field(default_factory=list)
    names: dict[str, None] = field(default_factory=dict)
    single: dict[str, None] = field(default_factory=dict)


class Leaf(HTMLParser):
    """A page's links and forms. What lies in a ``<template>`` is not in the page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = ""
        self._text: str | None = None
        self._hidden = 0
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list) -> None:
        said = {name: value or "" for name, value in attrs}
        self._hidden += tag == "template"
        if self._hidden:
            return
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        elif tag == "form":
            self._form = Form(said.get("action", ""))
            self.forms.append(self._form)
        elif self._form and tag in _CONTROLS:
            self._control(self._form, tag, said)
        elif self._form and tag == "option" and self._select:
            chosen = self._form.fields if "selected" in said else self._form.ticks
            chosen.append((self._select, said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "template"
        if tag == "form":
            self._form = None
        elif tag == "select" and self._form:
            self._choose_first(self._form)
        elif tag == "textarea" and self._form and self._text is not None:
            name, _ = self._form.fields.pop()
            self._form.fields.append((name, self._text.removeprefix("\n")))
            self._text = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text += data

    def _choose_first(self, form: Form) -> None:
        """As a browser does where no option is selected."""
        name, self._select = self._select, ""
        options = [tick for tick in form.ticks if tick[0] == name]
        if name in form.single and options and name not in dict(form.fields):
            form.fields.append(options[0])

    def _control(self, form: Form, tag: str, said: dict[str, str]) -> None:
        name, kind = said.get("name", ""), said.get("type", "text")
        if "formaction" in said:
            form.actions.append(said["formaction"])
        if name in ("", _FORGERY_TOKEN) or "disabled" in said:
            return
        form.names[name] = None
        self._select = name if tag == "select" else ""
        if kind == "radio" or (tag == "select" and "multiple" not in said):
            form.single[name] = None
        if tag == "button" or kind == "submit":
            form.buttons.append((name, said.get("value", "")))
        elif tag == "textarea":
            form.fields.append((name, ""))
            self._text = ""
        elif tag == "input" and kind in _TICKED:
            boxes = form.fields if "checked" in said else form.ticks
            boxes.append((name, said.get("value", "on")))
        elif tag == "input":
            form.fields.append((name, said.get("value", "")))


def routes() -> list[str]:
    """Every address there is, with its open places: ``/trades/<uuid:id>/edit/``."""
    found = extract_views_from_urlpatterns(get_resolver().url_patterns)
    return list(dict.fromkeys(simplify_regex(regex) for _, regex, *_ in found))


def route_of(path: str) -> str:
    """The one that this path leads to; "" where it leads nowhere."""
    try:
        return simplify_regex(resolve(path).route)
    except (Resolver404, ValueError):
        return ""


def walk(browsers: dict[str, Client]) -> list[Target]:
    """All targets, in the same order each time."""
    seen: dict[str, None] = {}
    targets = [target for who in browsers for target in _walked(who, browsers, seen)]
    reached = {route_of(target.path) for target in targets}
    places = _places([*seen, *(target.path for target in targets)])
    for route in routes():
        if route not in reached:
            paths = _filled(route, places)
            targets += [Target(who, path) for path in paths for who in browsers]
    unlike = {(t.who, t.path, t.names): t for t in targets}
    return list(unlike.values())


def _walked(who: str, browsers, seen: dict[str, None]) -> Iterator[Target]:
    """From the first pages on; those that somebody else was shown are left out."""
    ahead, asked = list(FIRST), set()
    while ahead and len(seen) < PAGES_MAX:
        path = ahead.pop(0)
        if path in asked or (path in seen and path not in FIRST):
            continue
        asked.add(path)
        answer = browsers[who].get(path, follow=True)
        if answer.status_code != 200 or "html" not in answer.get("Content-Type", ""):
            continue
        seen[path] = None
        leaf = Leaf(answer.content.decode())
        ahead += [to for link in leaf.links if (to := _inside(path, link))]
        yield from _targets(who, answer.request["PATH_INFO"], leaf.forms)


def _targets(who: str, page: str, forms: Sequence[Form]) -> Iterator[Target]:
    for form in forms:
        controls = form.fields, form.ticks, form.buttons, form.names, form.single
        for action in (form.action, *form.actions):
            if to := _inside(page, action):
                yield Target(who, to, *map(tuple, controls))


def _inside(page: str, link: str) -> str:
    """The path of a link to one of our own pages, or ""."""
    to = urlsplit(urljoin(f"http://here{page}", link))
    return to.path if to.netloc == "here" and route_of(to.path) else ""


def _places(paths: Iterable[str]) -> dict[str, list[str]]:
    """What has stood at a place of an address, by the address up to there."""
    known: dict[str, dict[str, None]] = defaultdict(dict)
    for path in paths:
        parts, route = path.split("/"), route_of(path).split("/")
        for n, place in enumerate(route):
            if _PLACE.fullmatch(place) and len(parts) == len(route):
                known["/".join(route[: n + 1])][parts[n]] = None
                known[place][parts[n]] = None
    return {head: list(values) for head, values in known.items()}


def _filled(route: str, places: dict[str, list[str]]) -> list[str]:
    """The address with up to three of what is known in its open place."""
    parts = route.split("/")
    heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
    paths = [""]
    for head, part in zip(heads, parts, strict=True):
        fits = [part]
        if _PLACE.search(part):
            fits = (places.get(head) or places.get(part) or ["1"])[:6]
        paths = [f"{path}/{fit}" for path in paths for fit in fits]
    return [path.removeprefix("/") for path in paths]
