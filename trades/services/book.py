"""The rule book for people: its groups and cards, out of the registry."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from trades.domain import words
from trades.domain.parameters import row_of
from trades.domain.rules.catalogue import GROUPS, Entry, catalogue, version


@dataclass(frozen=True)
class Card:
    """One rule. ``field`` is what it is about, as people call it."""

    entry: Entry

    @property
    def field(self) -> str:
        path = self.entry.fields
        return words.label(path) if row_of(path) else path


@dataclass(frozen=True)
class Group:
    id: str
    title: str
    cards: list[Card]


def rule_set() -> str:
    """The version of the rules in force."""
    return version()


def groups() -> list[Group]:
    """All rules, in the order of the book."""
    return [
        Group(id, GROUPS[id], [Card(entry) for entry in entries])
        for id, entries in groupby(catalogue(), key=attrgetter("group"))
    ]
