"""From a draft to a submission, for the web: review, confirm, cancel."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models.functions import Now

from trades.domain import payload, words
from trades.domain.findings import Finding
from trades.domain.lifecycle import State
from trades.domain.payload import Difference
from trades.models import Draft, Event, Submission
from trades.models.submissions import TOKEN_LENGTH
from trades.services.drafts import DraftChanged, Examined, examine, locked

REVIEW_VALID_S = 3600
SEND_WITHIN_S = {"market": 30, "other": 120}

_ALPHABET = string.ascii_lowercase + string.digits
_SALT = "trades.review"


class TicketDenied(Exception):
    """The rules refuse the ticket; nothing was queued."""


class UntickedWarnings(Exception):
    """A warning was not accepted; nothing was queued."""


class StaleReview(Exception):
    """The review page is too old, or was not ours."""


@dataclass(frozen=True)
class Review:
    """What the trader is asked to confirm. ``stamp`` carries it back, signed."""

    examined: Examined
    sentence: str
    body: str
    sha256: str
    token: str
    stamp: str


def review(draft: Draft) -> Review:
    """Freeze the draft into the exact body, with a token of its own.

    Raises ``TicketDenied`` where the draft has errors.
    """
    examined = examine(draft.typed, owner=draft.owner)
    token = "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LENGTH))
    body = _body(examined, token)
    stamp = signing.dumps(
        [str(draft.public_id), draft.version, token, body], salt=_SALT, compress=True
    )
    sentence = words.sentence(examined.ticket)
    return Review(examined, sentence, body, digest(body), token, stamp)


def digest(body: str) -> str:
    """SHA-256 of the body's bytes, in hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def tick(finding: Finding) -> str:
    """The name under which a warning is accepted."""
    return f"{finding.rule} {finding.path}"


def confirm(draft: Draft, *, by, stamp: str, ticked: Iterable[str]) -> Submission:
    """Queue the body that the review page showed (T1), or say why not.

    Confirming twice, in one tab or two, gives the same submission. Raises
    ``StaleReview``, ``TicketDenied``, ``DraftChanged`` or ``UntickedWarnings``.
    """
    version, token, shown = _read_stamp(draft, stamp)
    with transaction.atomic(durable=True):  # C1
        stored = locked(draft)
        if submission := stored.live_submission or _made_from(token):
            return submission
        examined = examine(stored.typed, owner=stored.owner)
        body = _body(examined, token)
        if stored.version != version or body != shown:
            raise DraftChanged(_changes(shown, body))
        accepted = [tick(w) for w in examined.warnings]
        if not set(accepted) <= set(ticked):
            raise UntickedWarnings
        return _queue(stored, examined, body, token, by=by, accepted=accepted)


def cancel(submission: Submission, *, by) -> bool:
    """T2: take a queued submission back. False where a sender was quicker."""
    if submission.state != State.QUEUED.value:
        return False
    with transaction.atomic():
        return submission.move(State.NOT_SENT, by=by.get_username(), reason="cancelled")


def _body(examined: Examined, token: str) -> str:
    if examined.errors:
        raise TicketDenied
    in_note = token if settings.TOKEN_IN_NOTE else ""
    return payload.encode(payload.body(examined.ticket, examined.facts, in_note))


def _read_stamp(draft: Draft, stamp: str) -> tuple[int, str, str]:
    try:
        stamped = signing.loads(stamp, salt=_SALT, max_age=REVIEW_VALID_S)
    except signing.BadSignature:
        raise StaleReview from None
    public_id, version, token, body = stamped
    if public_id != str(draft.public_id):
        raise StaleReview
    return version, token, body


def _made_from(token: str) -> Submission | None:
    return Submission.objects.filter(token=token).first()


def _changes(shown: str, body: str) -> list[Difference]:
    before, after = (payload.flat(payload.decode(text)) for text in (shown, body))
    return payload.differences(before, after)


def _queue(
    draft: Draft, examined: Examined, body: str, token: str, *, by, accepted: list[str]
) -> Submission:
    ticket, account = examined.ticket, examined.account
    submission = Submission.objects.create(
        draft=draft,
        holds_draft=draft,
        trader=by,
        account=account,
        mode=account.connection.mode,
        body=body,
        sha256=digest(body),
        token=token,
        ticked=accepted,
        trade_type=ticket.trade_type.value,
        pair=cast("str", ticket["pair"]),
        note=cast("str", ticket["note"] or ""),
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
    submission.refresh_from_db()
    return submission


def _send_within_s(examined: Examined) -> int:
    """How long the order may wait: a market order's price is old after 30 s."""
    ticket = examined.ticket
    at_market = ticket.places_entry and ticket.entry_order == "market"
    return SEND_WITHIN_S["market" if at_market else "other"]
