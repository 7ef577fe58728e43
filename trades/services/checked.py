"""By what a ticket was judged, and what was not checked, for the review page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from trades.domain import coverage, market_words, payload, words
from trades.domain.coverage import Source
from trades.domain.drift import Drift, drift
from trades.models import Draft, Fact, Submission
from trades.services.briefing import ago, has_failed, lasting, reason
from trades.services.drafts import Examined
from trades.services.facts import PRICES_VALID_S, VALID_S, Kind
from trades.services.history import Changed, compared, visible
from trades.services.submissions import Review

_KINDS = {
    Source.PAIRS: Kind.PAIRS,
    Source.RATES: Kind.RATES,
    Source.PRICES: Kind.RATES,
    Source.LEVERAGE: Kind.LEVERAGE,
}
_NOTE = "note"
_UNSTATED = "3Commas states none for this pair"


@dataclass(frozen=True)
class Doubt:
    """Something that was not checked, and why."""

    what: str
    why: str


@dataclass(frozen=True)
class Checked:
    """A ticket without errors, beside the facts that it was judged by."""

    examined: Examined

    @property
    def act(self) -> str:
        """What sending it does, for the button."""
        return visible(words.act(self.examined.ticket, self.examined.facts))

    @property
    def worth(self) -> str:
        """The order's total in the quote currency; "" where that is not known."""
        ticket, facts = self.examined.ticket, self.examined.facts
        total = visible(market_words.worth(ticket, facts))
        if total and ticket.entry_order == "market":
            return f"{total} by the prices of {ago(self._age_s(Kind.RATES))}"
        return total

    @property
    def ages(self) -> str:
        """How old each fact is that the ticket was compared with."""
        return ", ".join(self._ages())

    @property
    def doubts(self) -> list[Doubt]:
        missing = coverage.unchecked(self.examined.ticket, self.examined.facts)
        return [Doubt(item.what, self._why(item.source)) for item in missing]

    def _ages(self) -> Iterator[str]:
        known, ticket = self.examined.known, self.examined.ticket
        if known.rates is not None:
            age_s = self._age_s(Kind.RATES)
            names = ("prices", "limits") if age_s <= PRICES_VALID_S else ("limits",)
            yield from (f"{name} {ago(age_s)}" for name in names)
        if ticket["leverage.enabled"] and known.leverage is not None:
            yield f"leverage {ago(self._age_s(Kind.LEVERAGE))}"
        if known.pairs is not None:
            yield f"list of pairs {ago(self._age_s(Kind.PAIRS))}"
        if known.account:
            passed = known.now - known.account.fetched_at
            yield f"account {ago(max(0, passed // timedelta(seconds=1)))}"

    def _age_s(self, kind: Kind) -> int:
        """Of what was answered."""
        return self.examined.known.age_s(kind) or 0

    def _why(self, source: Source) -> str:
        if source is Source.ACCOUNT:
            return "3Commas does not say so of this account"
        kind = _KINDS.get(source)
        if kind is None:
            return _UNSTATED
        row = self.examined.known.of(kind)
        if row is None:
            return "not asked for yet"
        limit_s = PRICES_VALID_S if source is Source.PRICES else VALID_S
        return "; ".join(self._told(row, kind, limit_s)) or _UNSTATED

    def _told(self, row: Fact, kind: Kind, limit_s: int) -> Iterator[str]:
        age_s = self.examined.known.age_s(kind)
        if age_s is not None and age_s > limit_s:
            yield f"the last answer is {lasting(age_s)} old"
        if has_failed(row):
            yield reason(row.failure)
        elif age_s is None:
            yield "asked for, no answer yet"


@dataclass(frozen=True)
class SinceLast:
    """What differs from the submission that was sent last."""

    submission: Submission
    rows: list[Changed]


def since_last(draft: Draft, shown: Review) -> SinceLast | None:
    """None where nothing was sent of this draft before, or of what it follows."""
    sent = Submission.objects.filter(draft=draft).order_by("-pk").first()
    if (last := sent or draft.follows) is None:
        return None
    changes = payload.differences(_bare(last), _bare(shown))
    return SinceLast(last, compared(changes))


@dataclass(frozen=True)
class Drifted:
    """How the market has moved since the draft was saved, and how long ago that is."""

    drift: Drift | None
    ago: str


def drift_since(draft: Draft, examined: Examined) -> Drifted | None:
    """None for types without entry, to which the market's price means nothing here."""
    if not examined.ticket.places_entry:
        return None
    rates = examined.known.rates or {}
    moved = drift(draft.seen, rates, is_long=examined.ticket.is_long)
    passed = examined.known.now - draft.updated_at
    return Drifted(moved, ago(max(0, passed // timedelta(seconds=1))))


def _bare(order: Submission | Review) -> dict[str, str]:
    """A body's leaves without the reference, which is another one each time."""
    leaves = payload.flat(payload.decode(order.body))
    note = payload.without_token(leaves.get(_NOTE, ""), order.token)
    return leaves | {_NOTE: note}
