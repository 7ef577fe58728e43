"""Drafts, for the web: save what was typed, right or wrong, and judge it anew."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from trades.domain import payload, reading, rules
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING, Finding
from trades.domain.parameters import NOTE_MAX
from trades.domain.payload import Difference
from trades.domain.ticket import OrderTicket
from trades.domain.trade_types import TradeType
from trades.models import Account, Draft, DraftVersion, Submission, usable_accounts
from trades.models.submissions import TOKEN_LENGTH
from trades.services.facts import Known, known


class DraftLocked(Exception):
    """The draft has a live submission and can't be changed."""

    def __init__(self, submission: Submission) -> None:
        super().__init__(str(submission))
        self.submission = submission


class DraftChanged(Exception):
    """The draft is no longer what the page showed."""

    def __init__(self, changes: list[Difference]) -> None:
        super().__init__(f"{len(changes)} fields differ")
        self.changes = changes


@dataclass(frozen=True)
class Examined:
    """A draft as it is judged now."""

    ticket: OrderTicket
    account: Account | None
    known: Known
    facts: MarketFacts
    findings: list[Finding]

    @property
    def errors(self) -> list[Finding]:
        return [f for f in self.findings if f.severity is ERROR]

    @property
    def warnings(self) -> list[Finding]:
        return [f for f in self.findings if f.severity is WARNING]

    @property
    def seen(self) -> dict[str, str]:
        """Bid and ask where they are fresh, and when that was; for the draft."""
        rates = self.known.rates or {}
        prices = {name: str(rates[name]) for name in ("bid", "ask") if name in rates}
        return prices and {**prices, "at": self.known.now.isoformat()}


def create(
    *,
    owner,
    typed: Mapping[str, str],
    automatic: bool = False,
    seen: Mapping[str, str] | None = None,
    follows: Submission | None = None,
) -> Draft:
    with transaction.atomic():
        draft = Draft.objects.create(
            owner=owner, typed=dict(typed), seen=dict(seen or {}), follows=follows
        )
        _keep_version(draft, automatic)
    return draft


def save(
    draft: Draft,
    *,
    typed: Mapping[str, str],
    version: int,
    automatic: bool = False,
    seen: Mapping[str, str] | None = None,
) -> Draft:
    """Store what was typed as the next version; the same text makes none.

    ``version`` is the one that the page showed. Raises ``DraftChanged`` where the
    draft has a newer one, ``DraftLocked`` where it is being sent or was. ``automatic``:
    nobody asked; of such saves in a row only the last stays among the versions.
    """
    with transaction.atomic():
        stored = locked(draft)
        if Submission.objects.filter(holds_draft=stored).exists():
            raise DraftLocked(stored.live_submission)
        if stored.version != version:
            raise DraftChanged(payload.differences(stored.typed, typed))
        if stored.typed == typed:
            return stored
        if automatic:
            stored.versions.filter(number=version, is_automatic=True).delete()
        stored.typed, stored.version = dict(typed), version + 1
        stored.seen = dict(seen or {})
        stored.save(update_fields=["typed", "version", "seen", "updated_at"])
        _keep_version(stored, automatic)
    return stored


def locked(draft: Draft) -> Draft:
    """The draft as it stands, held until the end of the open transaction."""
    return Draft.objects.select_for_update().get(pk=draft.pk)


def found(text: str, *, owner) -> QuerySet[Draft]:
    """The owner's drafts in whose pair, note, trade type or number the text stands."""
    own = Draft.objects.filter(owner=owner)
    if not text:
        return own
    types = [t.value for t in TradeType if text.lower() in t.label.lower()]
    return own.filter(
        Q(typed__pair__icontains=text)
        | Q(typed__note__icontains=text)
        | Q(typed__trade_type__in=types)
        | Q(public_id__startswith=text.lower())
    )


def clone(draft: Draft) -> Draft:
    """A new draft with the same text, to trade again."""
    return create(owner=draft.owner, typed=draft.typed)


def examine(typed: Mapping[str, str], *, owner) -> Examined:
    """Judge what was typed, for this trader, by what is known now.

    An account that is not the trader's counts as none.
    """
    account = _account(owner, typed.get("account_id", ""))
    number = str(account.remote_id) if account else ""
    ticket = reading.read({**typed, "account_id": number})
    there = known(account, str(ticket.values.get("pair", "")))
    facts = there.market_facts(room())
    return Examined(ticket, account, there, facts, rules.check(ticket, facts))


def room() -> int:
    """How many characters of the note are the trader's."""
    if not settings.TOKEN_IN_NOTE:
        return NOTE_MAX
    return NOTE_MAX - len(payload.REFERENCE) - TOKEN_LENGTH


def _keep_version(draft: Draft, automatic: bool) -> None:
    DraftVersion.objects.create(
        draft=draft,
        number=draft.version,
        typed=draft.typed,
        is_automatic=automatic,
    )


def _account(owner, typed: str) -> Account | None:
    try:
        public_id = uuid.UUID(typed)
    except ValueError:
        return None
    return usable_accounts(owner).filter(public_id=public_id).first()
