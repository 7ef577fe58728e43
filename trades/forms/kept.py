"""The ticket as HTML: each shape is made by the templates once, then only filled in.

Rendering is what a page of sixty inputs costs. What is typed and what is said changes
all the time; all else of an input comes in few shapes, and those are kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable

from django.forms import Textarea, TextInput
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from trades.forms.fields import Input

SHAPES_MAX = 4000
FIELD, HEADING, STEP = "ticket/field.html", "ticket/heading.html", "ticket/step.html"

# No text that can be stored holds a NUL.
_VALUE, _SAID, _NOTES, _INSIDE = (f"\0{n}\0" for n in ("value", "said", "notes", "in"))
_SLOT = re.compile("(\0[a-z]+\0)")
_shapes: dict[Hashable, list[str]] = {}


def html(bound: Input, template: str = FIELD) -> SafeString:
    """The input with its label and all that is said of it."""
    key = (template, *_shape(bound)) if _is_usual(bound) else None
    pieces = _pieces(key, lambda: _rendered(bound, template))
    return _joined(pieces, lambda slot: _filled(bound, slot))


def step(prefix: str, number: str, inside: SafeString) -> SafeString:
    """The frame of a take-profit step around its inputs."""

    def made() -> str:
        context = {"prefix": prefix, "number": number, "inside": _INSIDE}
        return get_template(STEP).render(context)

    return _joined(_pieces((STEP, prefix, number), made), lambda slot: inside)


def listed(template: str, items: list) -> SafeString:
    return get_template(template).render({"items": items}) if items else SafeString()


def said(bound: Input) -> SafeString:
    """Its messages; nothing at all where there are none."""
    return listed("ticket/messages.html", bound.messages)


def _pieces(key: Hashable | None, make: Callable[[], str]) -> list[str]:
    """Texts and slots in turn; with the key None they are not kept."""
    pieces = _shapes.get(key)
    if pieces is None:
        pieces = _SLOT.split(make())
        if key is not None and len(_shapes) < SHAPES_MAX:
            _shapes[key] = pieces
    return pieces


def _joined(pieces: list[str], fill: Callable[[str], str]) -> SafeString:
    # The templates made the pieces; what goes in between is escaped.
    texts = (fill(p) if p.startswith("\0") else p for p in pieces)
    return mark_safe("".join(texts))  # noqa: S308


def _filled(bound: Input, slot: str) -> str:
    if slot == _VALUE:
        return escape(bound.value())
    if slot == _SAID:
        return said(bound)
    return listed("ticket/notes.html", bound.notes)


def _shape(bound: Input) -> tuple:
    """All that the templates look at, but for the text in a text input."""
    value = bound.value()
    state = bool(value) if _takes_text(bound) else value
    called = (type(bound.form), bound.html_name, bound.unit, bound.help_text)
    return (*called, state, bool(bound.errors), bound.field.offers)


def _takes_text(bound: Input) -> bool:
    return isinstance(bound.field.widget, TextInput | Textarea)


def _is_usual(bound: Input) -> bool:
    """Not one of the endless shapes of what nobody offered, or of what was searched."""
    if bound.name == "pair" and bound.form.found:
        return False
    return _takes_text(bound) or (bound.value() or "") in bound.field.listed


def _rendered(bound: Input, template: str) -> str:
    value = bound.value()
    value = _VALUE if value and _takes_text(bound) else value
    widget = bound.field.widget
    attrs = bound.build_widget_attrs({"id": bound.auto_id}, widget)
    made = widget.render(bound.html_name, value, attrs, bound.form.renderer)
    context = {"field": bound, "control": made, "said": _SAID, "notes": _NOTES}
    return get_template(template).render(context)
