"""Past submissions judged by today's rules. Nothing is sent, wished for or kept.

Prices are left out: they are of a moment, and the order had its own. A fact that
nobody knows today speaks against nothing.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Q, QuerySet

from trades.domain import reading, rules, words
from trades.domain.facts import PRICES, MarketFacts
from trades.domain.findings import ERROR, Finding
from trades.models import Account, Submission
from trades.services.copying import sent
from trades.services.drafts import room
from trades.services.facts import known
from trades.services.history import visible

JUDGED_MAX, SHOWN_MAX = 5_000, 200

_BATCH = 500
_NOT_NEEDED = ("answer", "ladder", "words", "vendor_errors", "vendor_text")
# These rules speak where a fact is not known, and would not if it were.
_FOR_WANT_OF = {
    "pair-format": "pairs",
    "pair-reversed": "pairs",
    "pair-case": "pairs",
    "price-decimals": "rates",
    "leverage-value-required": "leverage_data",
}


class Judge:
    """Knows the facts of each account and pair that it was asked about."""

    def __init__(self) -> None:
        self._facts: dict[tuple[int, str], MarketFacts] = {}
        self._pairs: dict[int, list[str] | None] = {}  # one long list for all

    def findings(self, submission: Submission) -> list[Finding]:
        """What the rules say today of what was sent then."""
        number = str(submission.account.remote_id)
        ticket = reading.read({**sent(submission), "account_id": number})
        facts = self.facts(submission.account, submission.pair)
        return [f for f in rules.check(ticket, facts) if _holds(f, facts)]

    def errors(self, submission: Submission) -> list[Finding]:
        return [f for f in self.findings(submission) if f.severity is ERROR]

    def facts(self, account: Account, pair: str) -> MarketFacts:
        if (account.pk, pair) not in self._facts:
            self._facts[account.pk, pair] = self._look_up(account, pair)
        return self._facts[account.pk, pair]

    def _look_up(self, account: Account, pair: str) -> MarketFacts:
        facts = known(account, pair).market_facts(room())
        return replace(
            facts,
            pairs=self._pairs.setdefault(account.pk, facts.pairs),
            rates=facts.rates
            and {n: v for n, v in facts.rates.items() if n not in PRICES},
        )


@dataclass(frozen=True)
class Reason:
    """Why a submission would be stopped: a rule, and what it says of which field."""

    rule: str
    label: str
    message: str


@dataclass(frozen=True)
class Stopped:
    submission: Submission
    reasons: tuple[Reason, ...]

    @property
    def pair(self) -> str:
        return visible(self.submission.pair)


@dataclass
class Replay:
    """What judging came to. ``unlimited``: how many were judged without the limits of
    their market, because nobody knows them today."""

    judged: int = 0
    warned: int = 0
    unlimited: int = 0
    count: int = 0  # of those that would now be stopped
    stopped: list[Stopped] = field(default_factory=list)  # the newest of them
    has_more: bool = False
    _by_rule: Counter[str] = field(default_factory=Counter)

    @property
    def by_rule(self) -> list[tuple[str, int]]:
        """How many each rule would stop, most first."""
        return sorted(self._by_rule.items(), key=lambda one: (-one[1], one[0]))

    def add(self, submission: Submission, findings: list[Finding]) -> None:
        errors = [f for f in findings if f.severity is ERROR]
        self.judged += 1
        self.warned += bool(findings) and not errors
        if not errors:
            return
        self.count += 1
        self._by_rule.update({f.rule for f in errors})
        if len(self.stopped) < SHOWN_MAX:
            self.stopped.append(Stopped(submission, tuple(map(_reason, errors))))


def replay(rows: QuerySet[Submission]) -> Replay:
    """Judge the newest of these submissions, so many at most."""
    keys = _newest(rows, JUDGED_MAX + 1)
    judge, result = Judge(), Replay(has_more=len(keys) > JUDGED_MAX)
    for submission in _loaded(keys[:JUDGED_MAX]):
        result.add(submission, judge.findings(submission))
        facts = judge.facts(submission.account, submission.pair)
        result.unlimited += facts.rates is None
    return result


def confirmed_in(
    begin: datetime,
    end: datetime,
    *,
    state: str = "",
    pair: str = "",
    account: str = "",
    trader: str = "",
) -> QuerySet[Submission]:
    """Those confirmed from ``begin`` on and before ``end``; "" leaves the rest open.

    ``account`` is its number at 3Commas, ``trader`` the name to log in with.
    """
    chosen = Q(confirmed_at__gte=begin, confirmed_at__lt=end)
    if state:
        chosen &= Q(state=state)
    if pair:
        chosen &= Q(pair__in={pair, pair.upper()})
    if account:
        chosen &= Q(account__remote_id=int(account))
    if trader:
        chosen &= Q(trader__username=trader)
    return Submission.objects.filter(chosen)


def listed(ids: Iterable[uuid.UUID]) -> QuerySet[Submission]:
    return Submission.objects.filter(public_id__in=ids)


def _newest(rows: QuerySet[Submission], most: int) -> list[int]:
    """Their keys, in the order of the index by time: no database has to sort rows."""
    return list(
        rows.order_by("-confirmed_at", "-pk").values_list("pk", flat=True)[:most]
    )


def _loaded(keys: Sequence[int]) -> Iterator[Submission]:
    """In the order of the keys, a batch at a time."""
    rows = Submission.objects.select_related("account", "trader").defer(*_NOT_NEEDED)
    for begin in range(0, len(keys), _BATCH):
        batch = keys[begin : begin + _BATCH]
        found = rows.in_bulk(batch)
        yield from (found[key] for key in batch)


def _holds(finding: Finding, facts: MarketFacts) -> bool:
    """False where it is said only for want of a fact."""
    fact = _FOR_WANT_OF.get(finding.rule)
    return fact is None or getattr(facts, fact) is not None


def _reason(finding: Finding) -> Reason:
    label, message = words.label(finding.path), visible(finding.message)
    return Reason(finding.rule, label, message)
