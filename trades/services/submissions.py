"""From a draft to a submission, for the web: review, confirm, cancel."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Iterable, Mapping
from dataclasses import asdict, astuple, dataclass
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from trades.domain import matching, payload, words
from trades.domain.findings import Finding, Skip
from trades.domain.lifecycle import State
from trades.domain.measures import measure
from trades.domain.rules import catalogue
from trades.models import Account, Draft, Event, Submission, is_usable
from trades.models.submissions import TOKEN_LENGTH
from trades.services import guards, usual
from trades.services.drafts import DraftChanged, Examined, examine, locked
from trades.services.ladder import Steps

REVIEW_VALID_S = 3600
SEND_WITHIN_S = {"market": 30, "other": 120}

_ALPHABET = string.ascii_lowercase + string.digits
# Another one as soon as a stamp holds something else.
_SALT = "trades.review.2"
_UNITS = "position.units.value"


class TicketDenied(Exception):
    """The rules refuse the ticket; nothing was queued."""


class UntickedWarnings(Exception):
    """A warning was not accepted; nothing was queued."""


class AmountNotTyped(Exception):
    """The order is unusually large and its amount was not typed; nothing was queued."""


class StaleReview(Exception):
    """The review page is too old, or was not ours."""


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

    Raises ``TicketDenied`` where the draft has errors.
    """
    examined = examine(draft.typed, owner=draft.owner)
    token = "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LENGTH))
    body, ladder = _body(examined, token), Steps(examined.ticket, examined.facts)
    shown = Shown(draft.version, token, body, _way(examined), ladder.frozen())
    stamp = signing.dumps(
        [str(draft.public_id), *astuple(shown)], salt=_SALT, compress=True
    )
    return Review(
        examined,
        shown.body,
        digest(shown.body),
        token,
        stamp,
        _likeness(examined, shown),
        shown.ladder,
    )


@dataclass(frozen=True)
class Shown:
    """What a review page showed: this version, these bytes, sent this way."""

    version: int
    token: str
    body: str
    way: str
    ladder: Mapping[str, object]


def _way(examined: Examined) -> str:
    """The account that the order goes to, through which key, in which mode."""
    account = cast("Account", examined.account)
    return f"{account.public_id} {account.connection.mode}"


def _likeness(examined: Examined, shown: Shown) -> str:
    account = cast("Account", examined.account)
    body = payload.decode(shown.body)
    return matching.fingerprint(body, mode=account.connection.mode)


def digest(body: str) -> str:
    """SHA-256 of the body's bytes, in hex."""
    return hashlib.sha256(body.encode()).hexdigest()


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
    shown = _read_stamp(draft, stamp)
    with transaction.atomic(durable=True):  # C1
        stored = locked(draft)
        if submission := _made_already(stored, shown.token):
            return submission
        guards.ensure_sending_is_on()
        guards.ensure_within_caps(by)
        examined = examine(stored.typed, owner=stored.owner)
        _ensure_unchanged(stored, examined, shown)
        # Whoever confirms the same for this account at the same time waits here, or
        # deletes its connection; it may have been taken away meanwhile.
        Account.objects.select_for_update(no_key=True).get(pk=examined.account.pk)
        if not is_usable(examined.account, stored.owner):
            raise TicketDenied
        likeness = _likeness(examined, shown)
        asked = [tick(w) for w in examined.warnings]
        asked += [tick_look_alike(other) for other in guards.look_alikes(likeness)]
        if not set(asked) <= set(ticked):
            raise UntickedWarnings
        if large := usual.unusual(examined, by):
            if not usual.is_typed(large, amount):
                raise AmountNotTyped
            asked.append(f"{usual.UNUSUAL} {_UNITS}")
        return _queue(stored, examined, shown, by=by, accepted=asked, likeness=likeness)


def cancel(submission: Submission, *, by) -> bool:
    """T2: take a queued submission back. False where a sender was quicker."""
    if submission.state != State.QUEUED.value:
        return False
    with transaction.atomic():
        return submission.move(State.NOT_SENT, by=by.get_username(), reason="cancelled")


def _body(examined: Examined, token: str) -> str:
    if examined.errors:
        raise TicketDenied
    trade = payload.body(examined.ticket, examined.facts, _in_note(token))
    return payload.encode(trade)


def _in_note(token: str) -> str:
    return token if settings.TOKEN_IN_NOTE else ""


def _read_stamp(draft: Draft, stamp: str) -> Shown:
    try:
        public_id, *shown = signing.loads(stamp, salt=_SALT, max_age=REVIEW_VALID_S)
    except signing.BadSignature:
        raise StaleReview from None
    if public_id != str(draft.public_id):
        raise StaleReview
    return Shown(*shown)


def _made_already(draft: Draft, token: str) -> Submission | None:
    """What locks the draft, or what this very page has led to; its latest try."""
    either = Q(holds_draft=draft) | Q(token=token)
    return Submission.objects.filter(either).order_by("-pk").first()


def _ensure_unchanged(draft: Draft, examined: Examined, shown: Shown) -> None:
    """Raise ``DraftChanged`` unless the page showed just this.

    The difference is told for a draft with errors too; one that nobody touched and
    that is wrong by now is ``TicketDenied``.
    """
    if draft.version == shown.version:
        body = _body(examined, shown.token)
        if body == shown.body and _way(examined) == shown.way:
            return
    before = payload.flat(payload.decode(shown.body))
    raise DraftChanged(payload.differences(before, _as_is(draft, examined, shown)))


def _as_is(draft: Draft, examined: Examined, shown: Shown) -> dict[str, str]:
    """The draft as a flat body, with what is in error as it was typed."""
    try:
        trade = payload.body(examined.ticket, examined.facts, _in_note(shown.token))
    except Skip:  # nobody knows which type it is
        trade = {}
    wrong = {f.path: draft.typed.get(f.path, "") for f in examined.errors}
    return payload.flat(trade) | wrong


def _queue(
    draft: Draft,
    examined: Examined,
    shown: Shown,
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
        **asdict(measure(ticket, examined.facts)),
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
