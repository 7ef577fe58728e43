"""What is said of an input once the market is known, by the ids of a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from trades.forms.names import input_name


class Hint(Protocol):
    """The unit beside an input and the help below it."""

    @property
    def unit(self) -> str: ...

    @property
    def help(self) -> str: ...


def by_id(hints: Mapping[str, Hint]) -> dict[str, str]:
    """Texts by element id, for ``market.js`` to put there."""
    texts = {}
    for path, hint in hints.items():
        texts[f"id_{input_name(path)}_unit"] = hint.unit
        texts[f"id_{input_name(path)}_help"] = hint.help
    return texts
