"""One hostile request: where it goes, who sends it, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.attacks.fuzzing.hostile import (
    FORM,
    MULTIPART,
    Fields,
    change,
    headers,
    misguide,
    multipart,
    pick,
    spoil,
    urlencoded,
)
from tests.attacks.fuzzing.rows import CIRCUMSTANCES
from tests.attacks.fuzzing.walk import Field, Target, route_of

METHODS = (
    *["POST"] * 190,
    *("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X-Y"),
)


def _once_in(draw: st.DrawFn, times: int) -> bool:
    return draw(st.integers(1, times)) == times


_SHOWN = 60


@dataclass(frozen=True, repr=False)
class Shot:
    """``fields`` are what the body was made of; it is whole where nothing was done to
    it after that. A forged one has no token against forgery. ``circumstance`` is what
    stands in its way, by the name of a function."""

    who: str
    method: str
    path: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    kind: bytes = FORM
    is_whole: bool = True
    query: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()
    is_forged: bool = False
    circumstance: str = "as_it_is"

    def __repr__(self) -> str:
        """What is long is cut; the seed of the run has the rest."""
        fields = [(name[:_SHOWN], value[:_SHOWN]) for name, value in self.fields]
        body = "whole" if self.is_whole else self.body[:_SHOWN]
        told = {"fields": fields[:_SHOWN], "body": body, "kind": self.kind}
        told["query"] = self.query[:_SHOWN]
        told["headers"] = [(name, value[:_SHOWN]) for name, value in self.headers]
        sent = f"{self.method} {self.path[:_SHOWN]!r} by {self.who} {self.circumstance}"
        forged = ", forged" if self.is_forged else ""
        return f"Shot({sent}{forged}: {told})"

    def _repr_pretty_(self, printer, cycle: bool) -> None:
        """So hypothesis shows it."""
        printer.text(repr(self))


class Range:
    """All targets by their route, so that what is there once is hit as often as what
    is there many times."""

    def __init__(self, targets: Sequence[Target], people: Sequence[str]) -> None:
        self.targets, self.people = targets, list(people)
        self.forms = [target for target in targets if len(target.names) > 1]
        self.by_route = _by_route(targets)
        # The ticket's has the most code behind it, and is hit twice as often as others.
        large = [form for form in self.forms if len(form.names) > 40]
        self.with_form = [*_by_route(self.forms).values(), *_by_route(large).values()]
        self.paths = list({target.path.encode(): None for target in targets})
        said = [field for form in self.forms for field in form.fields + form.buttons]
        self.fields = _as_bytes(list(dict.fromkeys(said)))

    def at(self, route: str) -> st.SearchStrategy[Shot]:
        """Shots at this route alone."""
        return _shots(self, [self.by_route[route]])

    def without(self, name: str) -> Range:
        """All targets but those with an input of that name."""
        return Range([t for t in self.targets if name not in t.names], self.people)

    def anywhere(self) -> st.SearchStrategy[Shot]:
        """Shots at any form, as the most code stands behind those."""
        return _shots(self, self.with_form)


@st.composite
def _shots(draw: st.DrawFn, known: Range, grouped: Sequence[Sequence[Target]]) -> Shot:
    """The simplest one, which hypothesis tries first, is what a browser would post."""
    target = pick(draw, pick(draw, grouped))
    fields = _posted(draw, target, known)
    method = pick(draw, METHODS)
    is_post = method == "POST"
    query = b""
    if not is_post or _once_in(draw, 6):
        query = urlencoded(change(draw, fields, known.fields))[:6000]
    is_whole = is_post and not _once_in(draw, 4)
    body, kind = _body(draw, fields, is_whole) if is_post else (b"", b"")
    path = target.path.encode()
    if _once_in(draw, 16):
        path = misguide(draw, path, known.paths)
    return Shot(
        who=pick(draw, known.people) if _once_in(draw, 3) else target.who,
        method=method,
        path=path,
        fields=tuple(fields),
        body=body,
        kind=kind,
        is_whole=is_whole,
        query=query,
        headers=tuple(draw(headers)) if _once_in(draw, 4) else (),
        is_forged=_once_in(draw, 16),
        circumstance=pick(draw, CIRCUMSTANCES).__name__,
    )


def _body(draw: st.DrawFn, fields: Fields, is_whole: bool) -> tuple[bytes, bytes]:
    if not is_whole:
        return spoil(draw, fields)
    if _once_in(draw, 6):
        return multipart(fields), MULTIPART
    return urlencoded(fields), FORM


def _posted(draw: st.DrawFn, target: Target, known: Range) -> Fields:
    """What a browser would post, and then up to three things wrong with it."""
    form = target
    if not target.names and known.forms:
        form = pick(draw, known.forms)
    fields = _as_bytes(_ticked(form, pick(draw, (0, 0, 99, 99, 1))))
    if form.buttons:
        fields += _as_bytes([pick(draw, form.buttons)])
    for _ in range(draw(st.integers(0, 3))):
        fields = change(draw, fields, known.fields)
    return fields


def _ticked(form: Target, count: int) -> list[Field]:
    """With so many more choices made; of a select or radio buttons the last holds."""
    ticks = form.ticks[:count]
    chosen = {name: value for name, value in ticks if name in form.single}
    kept = [field for field in form.fields if field[0] not in chosen]
    return [*kept, *chosen.items(), *(t for t in ticks if t[0] not in chosen)]


def _by_route(targets: Sequence[Target]) -> dict[str, list[Target]]:
    grouped: dict[str, list[Target]] = defaultdict(list)
    for target in targets:
        grouped[route_of(target.path)].append(target)
    return dict(grouped)


def _as_bytes(fields: Sequence[Field]) -> Fields:
    return [(name.encode(), value.encode()) for name, value in fields]
