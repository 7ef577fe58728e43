"""The exact bytes that a review page shows, and whether a draft still comes to them."""

from __future__ import annotations

import hashlib
import secrets
import string
from collections.abc import Mapping
from dataclasses import astuple, dataclass
from typing import cast

from django.conf import settings
from django.core import signing

from trades.domain import payload
from trades.domain.findings import Skip
from trades.models import Account, Draft
from trades.models.submissions import TOKEN_LENGTH
from trades.services.drafts import DraftChanged, Examined

REVIEW_VALID_S = 3600

_ALPHABET = string.ascii_lowercase + string.digits
# Another one as soon as a stamp holds something else.
_SALT = "trades.review.2"


class TicketDenied(Exception):
    """The rules refuse the ticket; nothing was queued."""


class StaleReview(Exception):
    """The review page is too old, or was not ours."""


@dataclass(frozen=True)
class Shown:
    """What a review page showed: this version, these bytes, sent this way."""

    version: int
    token: str
    body: str
    way: str
    ladder: Mapping[str, object]


def draw_token() -> str:
    """A new reference for the note, which nobody can guess."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(TOKEN_LENGTH))


def body_of(examined: Examined, token: str) -> str:
    """Raises ``TicketDenied`` where the ticket has errors."""
    if examined.errors:
        raise TicketDenied
    trade = payload.body(examined.ticket, examined.facts, _in_note(token))
    return payload.encode(trade)


def way_of(examined: Examined) -> str:
    """The account that the order goes to, through which key, in which mode."""
    account = cast("Account", examined.account)
    return f"{account.public_id} {account.connection.mode}"


def digest(body: str) -> str:
    """SHA-256 of the body's bytes, in hex."""
    return hashlib.sha256(body.encode()).hexdigest()


def stamp(draft: Draft, shown: Shown) -> str:
    """What was shown, signed, for the page to carry back."""
    return signing.dumps(
        [str(draft.public_id), *astuple(shown)], salt=_SALT, compress=True
    )


def read_stamp(draft: Draft, stamp: str) -> Shown:
    """Raises ``StaleReview``."""
    try:
        public_id, *shown = signing.loads(stamp, salt=_SALT, max_age=REVIEW_VALID_S)
    except signing.BadSignature:
        raise StaleReview from None
    if public_id != str(draft.public_id):
        raise StaleReview
    return Shown(*shown)


def ensure_unchanged(draft: Draft, examined: Examined, shown: Shown) -> None:
    """Raise ``DraftChanged`` unless the page showed just this.

    The difference is told for a draft with errors too; one that nobody touched and
    that is wrong by now is ``TicketDenied``.
    """
    if draft.version == shown.version:
        body = body_of(examined, shown.token)
        if body == shown.body and way_of(examined) == shown.way:
            return
    before = payload.flat(payload.decode(shown.body))
    raise DraftChanged(payload.differences(before, _as_is(draft, examined, shown)))


def _in_note(token: str) -> str:
    return token if settings.TOKEN_IN_NOTE else ""


def _as_is(draft: Draft, examined: Examined, shown: Shown) -> dict[str, str]:
    """The draft as a flat body, with what is in error as it was typed."""
    try:
        trade = payload.body(examined.ticket, examined.facts, _in_note(shown.token))
    except Skip:  # nobody knows which type it is
        trade = {}
    wrong = {f.path: draft.typed.get(f.path, "") for f in examined.errors}
    return payload.flat(trade) | wrong
