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
    changed,
    headers,
    multipart,
    paths,
    spoilt,
    urlencoded,
)
from tests.attacks.fuzzing.rows import CIRCUMSTANCES
from tests.attacks.fuzzing.walk import Field, Target, route_of

METHODS = (
    *["POST"] * 90,
    *("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X-Y"),
)


def _one_in(times: int) -> st.SearchStrategy[bool]:
    return st.integers(1, times).map(lambda n: n == times)


@dataclass(frozen=True)
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
        self.paths = list({target.path: None for target in targets})
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
    target = draw(st.sampled_from(draw(st.sampled_from(grouped))))
    fields = draw(_posted(target, known))
    method = draw(st.sampled_from(METHODS))
    is_post = method == "POST"
    query = b""
    if not is_post or draw(_one_in(6)):
        query = urlencoded(draw(changed(fields, known.fields)))[:6000]
    is_whole = is_post and not draw(_one_in(4))
    body, kind = draw(_bodies(fields, is_whole)) if is_post else (b"", b"")
    path = target.path.encode()
    if draw(_one_in(16)):
        path = draw(paths(path, known.paths))
    return Shot(
        who=draw(st.sampled_from([target.who] * 8 + known.people)),
        method=method,
        path=path,
        fields=tuple(fields),
        body=body,
        kind=kind,
        is_whole=is_whole,
        query=query,
        headers=tuple(draw(headers)) if draw(_one_in(4)) else (),
        is_forged=draw(_one_in(16)),
        circumstance=draw(st.sampled_from(CIRCUMSTANCES)).__name__,
    )


@st.composite
def _bodies(draw: st.DrawFn, fields: Fields, is_whole: bool) -> tuple[bytes, bytes]:
    if not is_whole:
        return draw(spoilt(fields))
    if draw(_one_in(6)):
        return multipart(fields), MULTIPART
    return urlencoded(fields), FORM


@st.composite
def _posted(draw: st.DrawFn, target: Target, known: Range) -> Fields:
    """What a browser would post, and then up to three things wrong with it."""
    form = target
    if not target.names and known.forms:
        form = draw(st.sampled_from(known.forms))
    fields = _as_bytes(_ticked(form, draw(st.sampled_from((0, 0, 99, 99, 1)))))
    if form.buttons:
        fields += _as_bytes([draw(st.sampled_from(form.buttons))])
    for _ in range(draw(st.integers(0, 3))):
        fields = draw(changed(fields, known.fields))
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
