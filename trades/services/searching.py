"""The history as reviewers search it: filters, words, and pages by the last row seen.

No question counts rows or skips any, so that a million submissions answer as quickly
as ten thousand.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib.auth import get_user_model
from django.db import connection
from django.db.models import Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.utils import timezone

from trades.domain import periods
from trades.models import Account, Connection, Submission, Verdict

PAGE_SIZE = 50
# So many rows are compared one by one; words that more rows have are met on the way.
_RARE = 2000
_LISTED = (
    *("public_id", "trader", "account", "mode", "trade_type", "pair", "side", "size"),
    *("quote", "value", "state", "reason", "is_overridden", "ticked", "refusal"),
    *("remote_id", "duration_ms", "confirmed_at"),
    *("trader__username", "account__name", "account__remote_id"),
    *("verdict__value", "verdict__assigned_to__username"),
)
# Filters that a column answers as it stands.
_EXACT = {
    "pair": "pair",
    "type": "trade_type",
    "side": "side",
    "state": "state",
    "mode": "mode",
    "overridden": "is_overridden",
    "verdict": "verdict__value",
    "size_from": "size__gte",
    "size_to": "size__lte",
    "slower": "duration_ms__gte",
    "quicker": "duration_ms__lte",
}
# Those of another table, which is asked first: a join may be walked from either end.
_BY_NAME = {
    "trader": ("trader", "username"),
    "account": ("account", "public_id"),
    "assigned": ("verdict__assigned_to", "username"),
}
_OF_VERDICTS = ("verdict", "assigned")

Filters = Mapping[str, object]


@dataclass(frozen=True)
class Page:
    """Some rows, newest first, and the rows that its neighbours begin behind."""

    rows: list[Submission]
    newer: int | None
    older: int | None


NOTHING = Page([], None, None)


def found(filters: Filters) -> QuerySet[Submission]:
    """What the filters leave, newest first; blank ones leave all.

    The keys are those of ``_EXACT`` and ``_BY_NAME``, ``span``, ``since``, ``until``,
    ``error`` and ``q``; the values are of the types that the columns have.
    """
    given = {name: value for name, value in filters.items() if value not in (None, "")}
    asked = {_EXACT[n]: value for n, value in given.items() if n in _EXACT}
    for name in given.keys() & _BY_NAME.keys():
        field, column = _BY_NAME[name]
        asked[f"{field}_id"] = _key_of(name, column, given[name])
    # Verdicts have an index in the order of the submissions; theirs is walked then.
    of_verdicts = not given.keys().isdisjoint(_OF_VERDICTS)
    order = "-verdict__submission_id" if of_verdicts else "-pk"
    rows = Submission.objects.filter(_in_time(given), **asked).order_by(order)
    words = str(given.get("q", "")), str(given.get("error", ""))
    return _with_words(rows, *words)


def page(
    rows: QuerySet[Submission],
    *,
    before: int | None = None,
    after: int | None = None,
    oldest: bool = False,
) -> Page:
    """The newest rows, those before or after a row, or the oldest ones."""
    key = _key(rows)
    if oldest or after is not None:
        ahead = rows.order_by(key)
        ahead = ahead if after is None else ahead.filter(**{f"{key}__gt": after})
        some, more = _some(ahead)
        return _page(some, newer=more, older=not oldest)
    behind = rows if before is None else rows.filter(**{f"{key}__lt": before})
    some, more = _some(behind)
    return _page(some, newer=before is not None, older=more)


def next_unreviewed(filters: Filters, *, before: int | None, by) -> Submission | None:
    """The newest order of others that nobody has reviewed, older than that row; else
    the newest of all that are left."""
    rows = found({**filters, "verdict": Verdict.Value.UNREVIEWED}).exclude(trader=by)
    older = rows if before is None else rows.filter(**{f"{_key(rows)}__lt": before})
    return older.first() or rows.exclude(pk=before).first()


def offered() -> dict[str, list[tuple[str, str]]]:
    """The traders and accounts that the history knows, to choose from."""
    traded = Exists(Submission.objects.filter(trader=OuterRef("pk")))
    used = Exists(Submission.objects.filter(account=OuterRef("pk")))
    traders = get_user_model().objects.filter(traded).order_by("username")
    accounts = Account.objects.filter(used).order_by("pk")
    return {
        "trader": [(name, name) for name in traders.values_list("username", flat=True)],
        "account": [(str(a.public_id), f"{a} · {a.market}") for a in accounts],
    }


def _key(rows: QuerySet[Submission]) -> str:
    """The column that the rows are ordered by."""
    return rows.query.order_by[0].removeprefix("-")


def _key_of(name: str, column: str, value: object) -> int:
    """The primary key of a user or an account; -1, which none has, for no such one."""
    model = Account if name == "account" else get_user_model()
    known = model.objects.filter(**{column: value}).values_list("pk", flat=True)
    return known.first() or -1


def _some(rows: QuerySet[Submission]) -> tuple[list[int], bool]:
    """The numbers of a page of rows, and whether there are more."""
    some = list(rows.values_list("pk", flat=True)[: PAGE_SIZE + 1])
    return some[:PAGE_SIZE], len(some) > PAGE_SIZE


def _page(numbers: list[int], *, newer: bool, older: bool) -> Page:
    """The rows of these numbers, with what the list shows of them."""
    rows = Submission.objects.filter(pk__in=numbers).order_by("-pk").only(*_LISTED)
    shown = list(rows.select_related("trader", "account", "verdict__assigned_to"))
    return Page(
        shown,
        shown[0].pk if shown and newer else None,
        shown[-1].pk if shown and older else None,
    )


def _in_time(given: Filters) -> Q:
    """The days, and the row numbers between which they lie: then the newest rows of
    an old day are found without a walk through all that came since."""
    since, until = given.get("since"), given.get("until")
    if "span" in given:
        since, until = periods.span(str(given["span"]), timezone.now().date())
    in_time = Q()
    if isinstance(since, date):
        in_time &= Q(confirmed_at__gte=periods.begin(since))
    if isinstance(until, date):
        in_time &= Q(confirmed_at__lt=periods.end(until))
    if not in_time:
        return in_time
    # Not the bare number: PostgreSQL would walk the rows from their very first on.
    number = F("pk") + 0
    ends = Submission.objects.filter(in_time).aggregate(
        low=Min(number), high=Max(number)
    )
    return in_time & Q(pk__gte=ends["low"] or 0, pk__lte=ends["high"] or 0)


def _with_words(
    rows: QuerySet[Submission], text: str, error: str
) -> QuerySet[Submission]:
    """Those that have all the words in them, or that the text is a number of."""
    if (number := _by_number(text.strip())) and (one := number.first()):
        return rows.filter(pk=one.pk)
    terms = text.casefold().replace("\0", " ").split()
    for term in terms:
        rows = rows.filter(words__contains=term)
    if error:
        rows = rows.filter(refusal__icontains=error)
    some = _rare([*terms, *error.casefold().split()])
    return rows if some is None else rows.filter(pk__in=some)


def _by_number(text: str) -> QuerySet[Submission] | None:
    """By a whole number: the submission's, or the trade's at 3Commas."""
    rows = Submission.objects.order_by("-pk").only("pk")
    if re.fullmatch("[0-9]{1,18}", text):
        return rows.filter(mode__in=list(Connection.Mode), remote_id=int(text))
    try:
        return rows.filter(public_id=uuid.UUID(text))
    except ValueError:
        return None


def _rare(terms: list[str]) -> list[int] | None:
    """Which rows the index of words knows; None where those are too many, or the words
    too short for it."""
    terms = [term for term in terms if len(term) >= 3]
    if not terms:
        return None
    rows = _indexed(terms) if connection.vendor == "sqlite" else _alike(terms)
    some = list(rows)
    return some if len(some) <= _RARE else None


def _indexed(terms: list[str]) -> Iterator[int]:
    quoted = " ".join('"' + term.replace('"', '""') + '"' for term in terms)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT rowid FROM trades_search WHERE trades_search MATCH %s LIMIT %s",
            [quoted, _RARE + 1],
        )
        yield from (row for (row,) in cursor.fetchall())


def _alike(terms: list[str]) -> QuerySet:
    rows = Submission.objects.order_by()
    for term in terms:
        rows = rows.filter(words__contains=term)
    return rows.values_list("pk", flat=True)[: _RARE + 1]
