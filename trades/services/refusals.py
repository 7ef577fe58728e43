"""What 3Commas refuses, in clusters: the same words about the same field and market."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count, Max, Min, QuerySet

from trades.domain import words
from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services.history import visible
from trades.services.replaying import Judge

SHOWN_MAX, GROUPS_MAX = 100, 20_000

_NAMES_MAX, _WORDS_MAX = 3, 8
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WITH_DIGIT = re.compile(r"\S*\d\S*")
_SAID_NOTHING = "3Commas gave no words"
_WHOLE = "The order as a whole"
_GROUPED_BY = (
    *("vendor_errors", "vendor_text", "reason", "account__market"),
    "trader__username",  # so that nobody is counted twice in a cluster of many groups
)


@dataclass
class Cluster:
    """Refusals that say the same. ``message`` is the newest, word for word."""

    path: str
    message: str
    market: str
    reason: str
    newest_pk: int
    first: datetime
    last: datetime
    count: int = 0
    traders: set[str] = field(default_factory=set)

    def add(self, group: Mapping[str, object]) -> None:
        self.count += group["count"]
        self.traders.add(group["trader__username"])
        self.first = min(self.first, group["first"])
        self.last = max(self.last, group["last"])
        self.newest_pk = max(self.newest_pk, group["newest_pk"])


@dataclass(frozen=True)
class Refusal:
    """A cluster as people read it. ``rules`` would have caught its newest submission
    today: on the very field, or on another one."""

    cluster: Cluster
    newest: Submission
    rules: tuple[str, ...]
    on_its_field: bool

    @property
    def label(self) -> str:
        return visible(words.label(self.cluster.path) or _WHOLE)

    @property
    def message(self) -> str:
        return visible(self.cluster.message or _SAID_NOTHING)

    @property
    def market(self) -> str:
        return visible(self.cluster.market)

    @property
    def people(self) -> str:
        """How many traders, and some of their names."""
        names = sorted(self.cluster.traders)
        more = len(names) - _NAMES_MAX
        rest = f" and {more} more" if more > 0 else ""
        return f"{len(names)}: {', '.join(names[:_NAMES_MAX])}{rest}"

    @property
    def searched(self) -> str:
        """Words by which its submissions are found in the history."""
        pieces = [p.strip() for p in _WITH_DIGIT.split(self.cluster.message)]
        longest = max(pieces, key=len) or self.cluster.message
        return " ".join(longest.split()[:_WORDS_MAX])


@dataclass(frozen=True)
class Refusals:
    """The first of all clusters. ``is_cut``: the oldest refusals were left out."""

    shown: list[Refusal]
    count: int
    is_cut: bool


def refusals(begin: datetime, end: datetime, *, by_count: bool = False) -> Refusals:
    """Of what was confirmed from ``begin`` on and before ``end``."""
    clusters: dict[tuple[str, ...], Cluster] = {}
    groups = 0
    for group in _groups(begin, end).iterator():
        groups += 1
        if groups <= GROUPS_MAX:
            _sort_in(clusters, group)
    found = sorted(clusters.values(), key=_by_count if by_count else _by_time)
    shown = _judged(found[::-1][:SHOWN_MAX])
    return Refusals(shown, len(found), groups > GROUPS_MAX)


def _groups(begin: datetime, end: datetime) -> QuerySet:
    """What the database can group by itself, newest first."""
    refused = Submission.objects.filter(
        state=State.REJECTED.value, confirmed_at__gte=begin, confirmed_at__lt=end
    )
    groups = refused.values(*_GROUPED_BY).annotate(
        count=Count("pk"),
        first=Min("confirmed_at"),
        last=Max("confirmed_at"),
        newest_pk=Max("pk"),
    )
    return groups.order_by("-newest_pk")[: GROUPS_MAX + 1]


def _sort_in(clusters: dict, group: Mapping[str, object]) -> None:
    market, reason = group["account__market"], group["reason"]
    about = (group["newest_pk"], group["first"], group["last"])
    for key, (path, message) in _said(group).items():
        cluster = Cluster(path, message, market, reason, *about)
        clusters.setdefault((*key, market, reason), cluster).add(group)


def _said(group: Mapping[str, object]) -> dict[tuple[str, str], tuple[str, str]]:
    """Each thing that was said, once; by the same without its numbers."""
    said = list(_messages(group["vendor_errors"])) or [("", group["vendor_text"])]
    return {(path, _NUMBER.sub("#", text)): (path, text) for path, text in said}


def _messages(errors: Mapping[str, list]) -> Iterator[tuple[str, str]]:
    for path, messages in errors.items():
        for message in messages:
            yield path, " ".join(str(message).split())


def _judged(clusters: list[Cluster]) -> list[Refusal]:
    rows = Submission.objects.select_related("account", "trader").defer("answer")
    newest = rows.in_bulk([cluster.newest_pk for cluster in clusters])
    judge = Judge()
    return [_refusal(c, newest[c.newest_pk], judge) for c in clusters]


def _refusal(cluster: Cluster, newest: Submission, judge: Judge) -> Refusal:
    errors = judge.errors(newest)
    own = [f for f in errors if f.path == cluster.path]
    caught = dict.fromkeys(f.rule for f in own or errors)
    return Refusal(cluster, newest, tuple(caught), bool(own))


def _by_time(cluster: Cluster) -> tuple:
    return cluster.last, cluster.count, cluster.newest_pk


def _by_count(cluster: Cluster) -> tuple:
    return cluster.count, cluster.last, cluster.newest_pk
