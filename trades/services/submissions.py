"""From a draft to a submission, for the web: review, confirm, cancel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from functools import cached_property
from typing import cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from trades.domain import matching, payload, words
from trades.domain.findings import Finding
from trades.domain.lifecycle import State
from trades.domain.measures import Measures, measure
from trades.domain.rules import catalogue
from trades.models import Account, Draft, Event, Submission, is_usable
from trades.services import approving, freezing, guards, usual
from trades.services.drafts import Examined, examine, locked
from trades.services.freezing import Shown, TicketDenied, digest
from trades.services.ladder import Steps

SEND_WITHIN_S = {"market": 30, "other": 120}

_UNITS = "position.units.value"


class UntickedWarnings(Exception):
    """A warning was not accepted; nothing was queued."""


class AmountNotTyped(Exception):
    """The order is unusually large and its amount was not typed; nothing was queued."""


@dataclass(frozen=True)
class Warned:
    """A warning to be ticked: what it is about, and the value of its box."""

    label: str
    finding: Finding
    tick: str


@dataclass(frozen=True)
class Review:
    """What the trader is asked to confirm. ``stamp`` carries it back, signed."""

    examined: Examined
    body: str
    sha256: str
    token: str
    stamp: str
    fingerprint: str
    ladder: Mapping[str, object]

    @cached_property
    def measures(self) -> Measures:
        return measure(self.examined.ticket, self.examined.facts)

    @property
    def look_alikes(self) -> list[Submission]:
        """Orders that ask for the same; each has to be accepted by its number."""
        return list(guards.look_alikes(self.fingerprint))

    @property
    def sentence(self) -> str:
        return words.sentence(self.examined.ticket)

    @property
    def warned(self) -> list[Warned]:
        return [Warned(words.label(w.path), w, tick(w)) for w in self.examined.warnings]


def review(draft: Draft) -> Review:
    """Freeze the draft into the exact body, with a token of its own.

    One that was asked approval for keeps its token, so that the bytes are the same.
    Raises ``TicketDenied`` where the draft has errors.
    """
    examined = examine(draft.typed, owner=draft.owner)
    if examined.errors:
        raise TicketDenied
    token = approving.token_for(draft, examined) or freezing.draw_token()
    body, ladder = freezing.body_of(examined, token), _ladder(examined)
    way = freezing.way_of(examined)
    shown = Shown(draft.version, token, body, way, ladder)
    return Review(
        examined,
        body,
        digest(body),
        token,
        freezing.stamp(draft, shown),
        _likeness(examined, shown),
        ladder,
    )


def _ladder(examined: Examined) -> dict[str, object]:
    return Steps(examined.ticket, examined.facts).frozen()


def _likeness(examined: Examined, shown: Shown) -> str:
    account = cast("Account", examined.account)
    body = payload.decode(shown.body)
    return matching.fingerprint(body, mode=account.connection.mode)


def tick(finding: Finding) -> str:
    """The name under which a warning is accepted."""
    return f"{finding.rule} {finding.path}"


def tick_look_alike(other: Submission) -> str:
    """The name under which a trader accepts that another order asks for the same."""
    return f"{guards.LOOK_ALIKE} {other.public_id}"


def confirm(
    draft: Draft, *, by, stamp: str, ticked: Iterable[str], amount: str = ""
) -> Submission:
    """Queue the body that the review page showed (T1), or say why not.

    Confirming twice, in one tab or two, gives the same submission. ``amount``: as it
    was typed for an unusually large order. Raises ``StaleReview``, ``TicketDenied``,
    ``DraftChanged``, ``UntickedWarnings`` or ``AmountNotTyped``, and what ``guards``
    raises.
    """
    shown = freezing.read_stamp(draft, stamp)
    with transaction.atomic(durable=True):  # C1
        stored = locked(draft)
        if submission := _made_already(stored, shown.token):
            return submission
        guards.await_turn(by)
        guards.ensure_not_too_many(by)
        examined = examine(stored.typed, owner=stored.owner)
        guards.ensure_sending_is_on(by, examined.account)
        freezing.ensure_unchanged(stored, examined, shown)
        # Whoever confirms the same for this account at the same time waits here, or
        # deletes its connection; it may have been taken away meanwhile.
        Account.objects.select_for_update(no_key=True).get(pk=examined.account.pk)
        if not is_usable(examined.account, stored.owner):
            raise TicketDenied
        measures = measure(examined.ticket, examined.facts)
        guards.ensure_within_caps(measures, by, examined.account)
        guards.ensure_approved(measures, examined.account, stored, shown)
        likeness = _likeness(examined, shown)
        accepted = _accepted(examined, likeness, by, ticked, amount)
        return _queue(
            *(stored, examined, shown, measures),
            by=by,
            accepted=accepted,
            likeness=likeness,
        )


def cancel(submission: Submission, *, by) -> bool:
    """T2: take a queued submission back. False where a sender was quicker."""
    if submission.state != State.QUEUED.value:
        return False
    with transaction.atomic():
        return submission.move(State.NOT_SENT, by=by.get_username(), reason="cancelled")


def _accepted(
    examined: Examined, likeness: str, by, ticked: Iterable[str], amount: str
) -> list[str]:
    """All that had to be accepted, which is in what was ticked and typed."""
    asked = [tick(w) for w in examined.warnings]
    asked += [tick_look_alike(other) for other in guards.look_alikes(likeness)]
    if not set(asked) <= set(ticked):
        raise UntickedWarnings
    if large := usual.unusual(examined, by):
        if not usual.is_typed(large, amount):
            raise AmountNotTyped
        asked.append(f"{usual.UNUSUAL} {_UNITS}")
    return asked


def _made_already(draft: Draft, token: str) -> Submission | None:
    """What locks the draft, or what this very page has led to; its latest try."""
    either = Q(holds_draft=draft) | Q(token=token)
    return Submission.objects.filter(either).order_by("-pk").first()


def _queue(
    draft: Draft,
    examined: Examined,
    shown: Shown,
    measures: Measures,
    *,
    by,
    accepted: list[str],
    likeness: str,
) -> Submission:
    ticket, account = examined.ticket, examined.account
    submission = Submission.begin(
        draft=draft,
        holds_draft=draft,
        trader=by,
        account=account,
        mode=account.connection.mode,
        body=shown.body,
        sha256=digest(shown.body),
        token=shown.token,
        fingerprint=likeness,
        ticked=accepted,
        trade_type=ticket.trade_type.value,
        pair=cast("str", ticket["pair"]),
        note=cast("str", ticket["note"] or ""),
        is_overridden=bool(accepted),
        ladder=shown.ladder,
        rule_set=catalogue.version(),
        app_version=settings.VERSION,
        **asdict(measures),
        send_by=Now() + timedelta(seconds=_send_within_s(examined)),
    )
    Event.append(
        submission,
        by=by.get_username(),
        old="",
        new=State.QUEUED.value,
        draft_version=draft.version,
        sha256=submission.sha256,
        ticked=accepted,
    )
    submission.refresh_from_db(fields=["send_by"])  # by the database's clock
    return submission


def _send_within_s(examined: Examined) -> int:
    """How long the order may wait: a market order's price is old after 30 s."""
    ticket = examined.ticket
    at_market = ticket.places_entry and ticket.entry_order == "market"
    return SEND_WITHIN_S["market" if at_market else "other"]
