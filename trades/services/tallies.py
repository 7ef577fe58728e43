"""How the traders do, and the accounts: what was sent, refused and overridden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from django.db.models import Count, Q, QuerySet

from trades.domain import charts
from trades.domain.charts import Chart
from trades.domain.lifecycle import State
from trades.domain.numbers import median, plain, round_to
from trades.models import Submission
from trades.services.history import visible
from trades.services.telling import age

ROWS_MAX, BARS_MAX, MEASURED_MAX = 200, 20, 100_000

_UNCLEAR = [s.value for s in (State.SENDING, State.UNKNOWN, State.ABSENT)]
_LEFT = [State.ACCEPTED.value, State.REJECTED.value, *_UNCLEAR]
_KINDS = [
    ("accepted", "Accepted"),
    ("refused", "Refused"),
    ("unclear", "Unclear"),
    ("not-sent", "Not sent"),
]
_TRADER = ("trader_id", "trader__username")
_ACCOUNT = ("account_id", "account__remote_id", "account__name", "mode")


@dataclass
class Measured:
    """What was measured of one trader or account."""

    seconds: list[Decimal] = field(default_factory=list)
    planned_r: list[Decimal] = field(default_factory=list)

    @property
    def time(self) -> str:
        """The median from the draft to sending; "" where nothing was sent."""
        return age(int(median(self.seconds))) if self.seconds else ""

    @property
    def r(self) -> str:
        """The median of planned R; "" where none was planned."""
        if not self.planned_r:
            return ""
        return plain(round_to(median(self.planned_r), 2))


@dataclass(frozen=True)
class Tally:
    """The counts of one trader or account, under its name."""

    name: str
    counts: Mapping[str, int]
    measured: Measured


@dataclass(frozen=True)
class Tallies:
    """``has_more``: of those who sent least some were left out. ``is_cut``: the
    medians are those of the newest submissions alone."""

    rows: list[Tally]
    has_more: bool
    is_cut: bool

    @property
    def chart(self) -> Chart | None:
        return charts.stacked(_KINDS, [_bar(row) for row in self.rows[:BARS_MAX]])

    @property
    def has_more_than_bars(self) -> bool:
        return self.has_more or len(self.rows) > BARS_MAX


def by_trader(begin: datetime, end: datetime, *, mode: str = "") -> Tallies:
    """Of what was confirmed from ``begin`` on and before ``end``; "" is any mode."""
    return _tallies(_rows(begin, end, mode), _TRADER)


def by_account(begin: datetime, end: datetime, *, mode: str = "") -> Tallies:
    return _tallies(_rows(begin, end, mode), _ACCOUNT)


def _rows(begin: datetime, end: datetime, mode: str) -> QuerySet[Submission]:
    rows = Submission.objects.filter(confirmed_at__gte=begin, confirmed_at__lt=end)
    return rows.filter(mode=mode) if mode else rows


def _tallies(rows: QuerySet[Submission], key: tuple[str, ...]) -> Tallies:
    counted = list(_counted(rows, key))
    measured, is_cut = _measure(rows, key[0])
    tallies = [
        Tally(_name(counts, key), counts, measured[counts[key[0]]])
        for counts in counted[:ROWS_MAX]
    ]
    return Tallies(tallies, len(counted) > ROWS_MAX, is_cut)


def _counted(rows: QuerySet[Submission], key: tuple[str, ...]) -> QuerySet:
    counts = rows.values(*key).annotate(
        sent=_count(state__in=_LEFT),
        accepted=_count(state=State.ACCEPTED.value),
        refused=_count(state=State.REJECTED.value),
        unclear=_count(state__in=_UNCLEAR),
        not_sent=_count(state=State.NOT_SENT.value),
        overridden=_count(is_overridden=True),
    )
    return counts.order_by("-sent", *key[1:])[: ROWS_MAX + 1]


def _count(**those: object) -> Count:
    return Count("pk", filter=Q(**those))


def _measure(
    rows: QuerySet[Submission], key: str
) -> tuple[Mapping[int, Measured], bool]:
    """No database reckons a median in the other one's way, so it is done here."""
    columns = rows.order_by("-confirmed_at", "-pk").values_list(
        key, "draft__created_at", "sent_at", "planned_r"
    )
    lines = columns[: MEASURED_MAX + 1].iterator()
    found = _collected(islice(lines, MEASURED_MAX))
    return found, next(lines, None) is not None


def _collected(lines: Iterable[tuple]) -> Mapping[int, Measured]:
    found: dict[int, Measured] = defaultdict(Measured)
    for of, drafted_at, sent_at, planned_r in lines:
        if sent_at:
            took = (sent_at - drafted_at) // timedelta(seconds=1)
            found[of].seconds.append(Decimal(took))
        if planned_r is not None:
            found[of].planned_r.append(planned_r)
    return found


def _name(counts: Mapping[str, object], key: tuple[str, ...]) -> str:
    if key is _TRADER:
        return str(counts["trader__username"])
    number, name, mode = (counts[column] for column in _ACCOUNT[1:])
    return visible(f"{number} {name} ({mode})")


def _bar(tally: Tally) -> tuple[str, list[int]]:
    names = ("accepted", "refused", "unclear", "not_sent")
    return tally.name, [tally.counts[name] for name in names]
