"""One hostile request: where it goes, who sends it, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from tests.attacks.fuzzing.hostile import (
    FORM,
    Fields,
    bodies,
    changed,
    headers,
    paths,
    urlencoded,
)
from tests.attacks.fuzzing.rows import CIRCUMSTANCES
from tests.attacks.fuzzing.walk import Field, Target, route_of

OTHER_METHODS = (
    *("GET", "GET", "GET", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "X-Y"),
)


@dataclass(frozen=True)
class Shot:
    """``fields`` are what the body was made of. A forged one has no token against
    forgery. ``circumstance`` is what stands in its way, by the name of a function."""

    who: str
    method: str
    path: bytes
    fields: tuple[tuple[bytes, bytes], ...]
    body: bytes
    kind: bytes = FORM
    query: bytes = b""
    headers: tuple[tuple[str, bytes], ...] = ()
    is_forged: bool = False
    circumstance: str = "as_it_is"


class Range:
    """All targets, sorted so that those behind which much code stands are hit often,
    and none is left out."""

    def __init__(self, targets: Sequence[Target], people: Sequence[str]) -> None:
        by_route: dict[str, list[Target]] = defaultdict(list)
        for target in targets:
            by_route[route_of(target.path)].append(target)
        self.routes = [st.sampled_from(here) for here in by_route.values()]
        self.forms = [target for target in targets if len(target.names) > 1]
        self.people = list(people)
        self.paths = list({target.path: None for target in targets})
        said = [field for form in self.forms for field in form.fields + form.buttons]
        self.fields = _as_bytes(list(dict.fromkeys(said)))

    @st.composite
    def _targets(draw: st.DrawFn, self: Range) -> Target:  # noqa: N805
        if self.forms and draw(st.integers(0, 2)):
            return draw(st.sampled_from(self.forms))
        return draw(draw(st.sampled_from(self.routes)))

    @st.composite
    def shots(draw: st.DrawFn, self: Range) -> Shot:  # noqa: N805
        target = draw(self._targets())
        fields = draw(_posted(target, self))
        is_post = draw(st.integers(0, 5)) > 0
        method = "POST" if is_post else draw(st.sampled_from(OTHER_METHODS))
        query = b""
        if not is_post or not draw(st.integers(0, 5)):
            query = urlencoded(draw(changed(fields, self.fields)))[:6000]
        body, kind = draw(bodies(fields)) if is_post else (b"", b"")
        path = target.path.encode()
        if not draw(st.integers(0, 11)):
            path = draw(paths(path, self.paths))
        return Shot(
            who=draw(st.sampled_from([target.who] * 8 + self.people)),
            method=method,
            path=path,
            fields=tuple(fields),
            body=body,
            kind=kind,
            query=query,
            headers=tuple(draw(headers)) if not draw(st.integers(0, 3)) else (),
            is_forged=not draw(st.integers(0, 15)),
            circumstance=draw(st.sampled_from(CIRCUMSTANCES)).__name__,
        )


@st.composite
def _posted(draw: st.DrawFn, target: Target, known: Range) -> Fields:
    """What a browser would post, and then up to three things wrong with it."""
    form = target
    if not target.names and known.forms:
        form = draw(st.sampled_from(known.forms))
    fields = _as_bytes(form.fields)
    if form.buttons:
        fields += _as_bytes([draw(st.sampled_from(form.buttons))])
    for _ in range(draw(st.integers(0, 3))):
        fields = draw(changed(fields, known.fields))
    return fields


def _as_bytes(fields: Sequence[Field]) -> Fields:
    return [(name.encode(), value.encode()) for name, value in fields]
