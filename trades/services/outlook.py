"""What is known of an unknown submission, in words: the looks, and what they offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.utils.dateparse import parse_datetime

from trades.domain import words
from trades.domain.lifecycle import State
from trades.models import Look, Submission
from trades.services import settling
from trades.services.history import shown, value, visible

# What a difference weighs, in the order in which they are shown.
_WEIGHTS = {"hard": "decides", "numeric": "a number", "soft": "seldom matters"}


@dataclass(frozen=True)
class Row:
    """A field that differs. ``weight`` says how much that means."""

    label: str
    ours: str
    theirs: str
    weight: str


@dataclass(frozen=True)
class Candidate:
    """A listed trade beside ours."""

    id: int
    created: datetime | None
    status: str
    note: str
    rows: list[Row]
    has_token: bool


@dataclass(frozen=True)
class Outlook:
    """What the looks say so far. Nothing is offered unless the state is unknown."""

    submission: Submission
    standing: settling.Standing

    @property
    def looks(self) -> Sequence[Look]:
        """The latest first."""
        return self.standing.looks[::-1]

    @cached_property
    def candidates(self) -> list[Candidate]:
        return [_candidate(c) for c in self.standing.candidates] if self._asks else []

    @property
    def is_double(self) -> bool:
        """Whether more than one trade carries our token."""
        return sum(c.has_token for c in self.candidates) > 1

    @property
    def absence_offered(self) -> bool:
        return self._asks and self.standing.absence_offered

    @property
    def asks(self) -> bool:
        """Whether a person is asked something; then the page should keep still."""
        return bool(self.candidates) or self.absence_offered

    @property
    def clean_looks(self) -> int:
        return self.standing.clean_looks

    @property
    def minutes(self) -> int:
        """From the end of the exchange to the latest clean look."""
        clean = [look.at for look in self.standing.looks if look.clean]
        ended = self.submission.ended_at
        return (clean[-1] - ended) // timedelta(minutes=1) if clean and ended else 0

    @property
    def note(self) -> str:
        return visible(value(self.submission.body, "note"))

    @property
    def twins(self) -> list[Submission]:
        """Orders of ours that ask for the same, where no token tells them apart."""
        if self.submission.token in self.submission.body:
            return []
        return list(self.standing.twins)

    @property
    def _asks(self) -> bool:
        return State(self.submission.state) is State.UNKNOWN


def of(submission: Submission) -> Outlook:
    return Outlook(submission, settling.standing(submission))


def _candidate(kept: Mapping) -> Candidate:
    return Candidate(
        kept["id"],
        parse_datetime(kept["created_at"]) if kept["created_at"] else None,
        visible(kept["status"]),
        visible(kept["note"]),
        list(_rows(kept)),
        kept["has_token"],
    )


def _rows(kept: Mapping) -> Iterator[Row]:
    for strength, weight in _WEIGHTS.items():
        for d in kept[strength]:
            ours, theirs = (shown(d["path"], d[side]) for side in ("before", "after"))
            if d["path"] != "note":  # it stands above in full
                yield Row(words.label(d["path"]), ours, theirs, weight)
