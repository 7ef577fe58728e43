"""What is known of an account's market, for the web, and the wish to know more.

Nothing here asks 3Commas: a wish is left in a row, and the sender fetches.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from trades.domain import pairs
from trades.domain.facts import PRICES, MarketFacts
from trades.models import Account, Connection, Fact

Kind = Fact.Kind

# Prices are compared with for so many seconds, everything else for a day.
PRICES_VALID_S, VALID_S = 120, 86_400
# After so many seconds a page that shows it wishes for a new answer.
STALE_S = {Kind.PAIRS: 3600, Kind.RATES: 15, Kind.LEVERAGE: 300}
ACCOUNTS_STALE_S = 900
# After a failure nobody wishes again by itself for so long; a person may, each second.
AFTER_FAILURE_S, AT_ONCE_S = 30, 1
# What was wished for this long ago and never came is nobody's wish any more.
FORGOTTEN_S = 120
PAIR_MAX = 100


@dataclass(frozen=True)
class Known:
    """The facts of one account and pair; each may be missing, too old or on its way."""

    account: Account | None
    pair: str
    rows: Mapping[str, Fact]
    now: datetime

    def of(self, kind: Kind) -> Fact | None:
        """The row of a kind, whether or not it has an answer."""
        return self.rows.get(kind)

    def age_s(self, kind: Kind) -> int | None:
        """How many seconds ago it was answered; None where it never was."""
        row = self.of(kind)
        if row is None or row.answered_at is None:
            return None
        return max(0, (self.now - row.answered_at) // timedelta(seconds=1))

    @property
    def is_pending(self) -> bool:
        """Whether something is on its way that a page might wait for."""
        since = self.now - timedelta(seconds=FORGOTTEN_S)
        return any(r.wanted_at and r.wanted_at > since for r in self.rows.values())

    @property
    def pairs(self) -> list[str] | None:
        return self._answer(Kind.PAIRS, VALID_S)

    @property
    def rates(self) -> dict[str, object] | None:
        """Limits, and the prices as long as they can be compared with."""
        rates = self._answer(Kind.RATES, VALID_S)
        if rates is None or self._answer(Kind.RATES, PRICES_VALID_S) is not None:
            return rates
        return {name: value for name, value in rates.items() if name not in PRICES}

    @property
    def leverage(self) -> list[dict] | None:
        return self._answer(Kind.LEVERAGE, VALID_S)

    def market_facts(self, note_room: int) -> MarketFacts:
        """The same as the plain values that rules are given."""
        return MarketFacts(
            account=self.account.flags if self.account else None,
            pairs=self.pairs,
            rates=self.rates,
            leverage_data=self.leverage,
            note_room=note_room,
        )

    def _answer(self, kind: Kind, valid_s: int) -> object:
        age_s = self.age_s(kind)
        return (
            self.rows[kind].answer if age_s is not None and age_s <= valid_s else None
        )


def known(account: Account | None, pair: str) -> Known:
    """What there is now. An account that is None has no facts."""
    rows = Fact.objects.filter(account=account, pair__in=["", _storable(pair)])
    by_kind = {Kind(row.kind): row for row in rows} if account else {}
    return Known(account, pair, by_kind, timezone.now())


def want(account: Account, pair: str, *, at_once: bool = False) -> Known:
    """Wish for what is missing or stale, and say what there is.

    ``at_once``: somebody asks for new prices, and for what could not be had. Of a pair
    nothing is asked unless the market lists it, or the list can't be had and the name
    is one.
    """
    want_test(account.connection, ACCOUNTS_STALE_S)
    there, kinds = known(account, pair), [Kind.PAIRS]
    if pair and _may_ask(there):
        kinds.append(Kind.RATES)
        if not account.is_spot:
            kinds.append(Kind.LEVERAGE)
    wished = [
        _want(account, kind, "" if kind is Kind.PAIRS else pair, at_once)
        for kind in kinds
    ]
    # Another page may have wished for it just now: then its wish is there to be waited
    # for, though nothing was there before.
    is_new = any(there.of(kind) is None for kind in kinds)
    return known(account, pair) if is_new or any(wished) else there


def want_test(connection: Connection, stale_s: int = AT_ONCE_S) -> None:
    """Wish for a test of the key, and with it for the list of its accounts."""
    rows = Connection.objects.filter(
        _before("test_wanted_at", FORGOTTEN_S),
        _before("tested_at", stale_s),
        pk=connection.pk,
        deleted_at=None,
    )
    _write(rows, test_wanted_at=Now(), test_tries=0)


def _storable(pair: str) -> str:
    """A name that no row can have, and no database be asked for, is nobody's."""
    return pair if len(pair) <= PAIR_MAX and "\0" not in pair else ""


def _may_ask(there: Known) -> bool:
    if there.pairs is not None:
        return there.pair in there.pairs
    row = there.of(Kind.PAIRS)
    return bool(row and row.failed_at and pairs.is_name(there.pair))


def _want(account: Account, kind: Kind, pair: str, at_once: bool) -> bool:
    """Once, by whoever comes first; False where it is fresh or on its way."""
    row, _ = Fact.objects.get_or_create(account=account, kind=kind, pair=pair)
    is_price = at_once and kind is Kind.RATES
    rows = Fact.objects.filter(
        _before("wanted_at", FORGOTTEN_S),
        _before("answered_at", AT_ONCE_S if is_price else STALE_S[kind]),
        _before("failed_at", AT_ONCE_S if at_once else AFTER_FAILURE_S),
        pk=row.pk,
    )
    return _write(rows, wanted_at=Now(), tries=0)


def _write(rows: QuerySet, **wish: object) -> bool:
    """Most pages have nothing to wish for, and need not wait for whoever writes."""
    return rows.exists() and rows.update(**wish) > 0


def _before(field: str, seconds: int) -> Q:
    """Holds where that moment never was, or lies so far back."""
    long_ago = Now() - timedelta(seconds=seconds)
    return Q(**{field: None}) | Q(**{f"{field}__lte": long_ago})
