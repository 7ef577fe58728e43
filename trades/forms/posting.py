"""The door: what a browser, or somebody else, posted, as text that can be kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from django.forms.formsets import ManagementForm
from django.http import QueryDict

from trades.domain.parameters import STEPS_MAX
from trades.forms.names import rows_of, typed_of, with_rows

_TWICE = "This was sent twice. Check it and save again."
_UNKEPT = "This held a character that can't be kept; it is shown as � now."
_DAMAGED = (
    f"The take-profit steps arrived damaged; a ticket has at most {STEPS_MAX}. "
    "Check the steps below and save again."
)


@dataclass(frozen=True)
class Post:
    """A ticket as it was posted. A damaged one is mended, and then not readable.

    ``data``: text by input name. ``refused``: by input, or None for the whole, what
    could not be taken as it came.
    """

    data: Mapping[str, str]
    refused: tuple[tuple[str | None, str], ...] = ()

    @classmethod
    def received(cls, post: QueryDict) -> Post:
        data, refused = receive(post)
        if _has_whole_steps(data):
            return cls(data, tuple(refused))
        rows = list(rows_of(data).values())[:STEPS_MAX]
        return cls(with_rows(data, rows), (*refused, (None, _DAMAGED)))

    @property
    def is_readable(self) -> bool:
        """Whether it is one of ours at all."""
        return not self.refused

    @property
    def action(self) -> str:
        """What the button that was pressed asks for."""
        return self.data.get("action", "save")

    @property
    def version(self) -> int:
        return version_in(self.data)

    @cached_property
    def typed(self) -> dict[str, str]:
        """The text by parameter path, for the services."""
        return typed_of(self.data)


def version_in(data: Mapping[str, str]) -> int:
    """The version that the page showed; 0, which no draft has, where it lacks."""
    try:
        return int(data.get("version", ""))
    except ValueError:
        return 0


def receive(post: QueryDict) -> tuple[dict[str, str], list[tuple[str | None, str]]]:
    """The text by input name, and by name what can't be taken as it came."""
    data = {name: keepable(text) for name, text in post.items()}
    refused = [(name, _TWICE) for name, texts in post.lists() if len(texts) > 1]
    refused += [(name, _UNKEPT) for name in data if data[name] != post[name]]
    return data, refused


def keepable(text: str) -> str:
    """The text without what no database or page can hold: NUL and lone surrogates."""
    if text.isascii() and "\0" not in text:
        return text
    return "".join("�" if _is_lost(char) else char for char in text)


def _is_lost(char: str) -> bool:
    return char == "\0" or "\ud800" <= char <= "\udfff"


def _has_whole_steps(data: Mapping[str, str]) -> bool:
    """Whether Django takes the count of steps, and no row lies beyond it."""
    counted = ManagementForm(data, prefix="steps")
    if not counted.is_valid():
        return False
    total = counted.cleaned_data["TOTAL_FORMS"]
    return max(rows_of(data), default=-1) < total <= STEPS_MAX
