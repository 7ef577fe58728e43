"""Facts as the sender keeps them, for the pages."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from tests.known import LEVERAGE, PAIRS, RATES
from trades.models import Account, Fact

Kind = Fact.Kind
PAIR = "USDT_BTC"


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


def keep(
    account: Account, kind: Kind, answer: object, age_s: float = 1, pair: str = PAIR
) -> Fact:
    """An answer of so many seconds ago, with no wish and no failure left."""
    row = {"account": account, "kind": kind, "pair": "" if kind == "pairs" else pair}
    fresh = {"answer": answer, "answered_at": ago(age_s), "wanted_at": None}
    fresh |= {"failure": {}, "failed_at": None}
    return Fact.objects.update_or_create(**row, defaults=fresh)[0]


def know(account: Account, age_s: float = 8, **changes: object) -> None:
    """All there is to know of USDT_BTC; ``changes`` are lines of its rates."""
    keep(account, Kind.PAIRS, PAIRS, age_s)
    keep(account, Kind.RATES, RATES | changes, age_s)
    keep(account, Kind.LEVERAGE, LEVERAGE, age_s)


def fail(account: Account, kind: Kind, pair: str = PAIR, **failure: object) -> Fact:
    """A try that came to nothing a moment ago."""
    row = {"account": account, "kind": kind, "pair": "" if kind == "pairs" else pair}
    told = {"reason": "network", "status": None, "text": ""} | failure
    fresh = {"failure": told, "failed_at": ago(1), "wanted_at": None}
    return Fact.objects.update_or_create(**row, defaults=fresh)[0]


def wishes(account: Account | None = None) -> set[str]:
    wanted = Fact.objects.exclude(wanted_at=None)
    if account:
        wanted = wanted.filter(account=account)
    return {f"{row.kind} {row.pair}".strip() for row in wanted}
