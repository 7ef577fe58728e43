"""Sending, for the sender alone: from a queued submission to what came of it.

No transaction is open while the network is. C2, C3 and C4 are the three commits of
one submission's way; what a crash means follows from the last of them on disk.
"""

from __future__ import annotations

import logging
import uuid
from dataclasses import replace
from functools import partial
from time import monotonic, sleep

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db import connection as db
from django.db.models import Q
from django.db.models.functions import Now

from trades.domain.lifecycle import Outcome, State
from trades.gateway.client import THREE_COMMAS, CommitFailed, ThreeCommas
from trades.gateway.signing import HmacSigner, RsaSigner
from trades.gateway.vault import open_sealed
from trades.models import Connection, Submission, usable_accounts
from trades.models.events import REAPER, SENDER

CLAIM_LEASE_S, SEND_LEASE_S = 15, 90
RECORD_WITHIN_S, RETRY_EVERY_S = 30, 0.5

log = logging.getLogger(__name__)

_SIGNERS = {"hmac": HmacSigner, "rsa": RsaSigner}
_IN_TIME, _TOO_LATE = Q(send_by__gt=Now()), Q(send_by__lte=Now())


class Held(Exception):
    """C3 did not come about: too late, or somebody else's by now."""


def send(pk: int) -> None:
    """Take one queued submission through its only POST.

    Whoever wakes up may call this, twice or late: the row decides. After a crash, or
    where a commit failed, a row that says claimed has surely not left; one that says
    sending may have.
    """
    submission = claim(pk)
    if submission is None:
        return  # somebody else has it, or it may not go any more
    connection = submission.account.connection
    try:
        client = client_for(connection)
    except Exception as exc:  # whatever it is, nothing has left
        log.error("submission %s: no client: %s", pk, type(exc).__name__)
        record(submission, Outcome(State.NOT_SENT, "config"))
        return
    try:
        outcome = client.place(submission.body, commit=partial(begin, submission))
    except CommitFailed:
        return  # nothing has left; the reaper goes by the row
    record(submission, outcome)


def claim(pk: int) -> Submission | None:
    """C2, T3, T4: queued to claimed, or not sent where it may not go any more.

    The shared rate limiter belongs here: its rows move in this very commit.
    """
    with transaction.atomic(durable=True):
        submission = Submission.objects.filter(pk=pk, state=State.QUEUED.value).first()
        if submission is None:
            return None
        if not _is_allowed(submission):
            submission.move(State.NOT_SENT, by=SENDER, reason="cancelled")
            return None
        if submission.move(
            State.NOT_SENT, by=SENDER, given=_TOO_LATE, reason="expired"
        ):
            return None
        won = submission.move(
            State.CLAIMED,
            by=SENDER,
            given=_IN_TIME,
            lease_s=CLAIM_LEASE_S,
            claim_token=uuid.uuid4(),
        )
        return submission if won else None


def client_for(connection: Connection) -> ThreeCommas:
    """The way to 3Commas with this key. Raises ``KeyUnusable``.

    The one place where a secret is opened; it lives as long as what is returned.
    """
    secret = open_sealed(
        connection.sealed_secret,
        keys=settings.SEALING_KEYS,
        bound_to=connection.binding,
    )
    signer = _SIGNERS[connection.scheme](
        connection.api_key, secret, joiner=connection.joiner
    )
    if connection.mode == Connection.Mode.SANDBOX:
        return ThreeCommas(settings.SANDBOX_URL, signer)
    return ThreeCommas(THREE_COMMAS, signer, forced_mode=connection.mode)


def begin(submission: Submission) -> float:
    """C3, T7: claimed to sending, on disk. Raises ``Held``; then no byte leaves.

    Returns the ``monotonic()`` second of the commit: what comes too long after it
    does not leave either.
    """
    with transaction.atomic(durable=True):
        if not submission.move(
            State.SENDING, by=SENDER, given=_IN_TIME, lease_s=SEND_LEASE_S
        ):
            raise Held
    return monotonic()


def record(submission: Submission, outcome: Outcome) -> None:
    """C4, T5 and T8 to T10: write down what came of it.

    A database that does not answer is asked again for ``RECORD_WITHIN_S``; after that
    the log has the outcome, and the reaper will call the submission unknown.
    """
    until = monotonic() + RECORD_WITHIN_S
    while True:
        try:
            _record(submission, outcome)
            return
        except (OperationalError, InterfaceError):
            db.close()  # the next try opens a new connection
            if monotonic() > until:
                log.critical("not written down: %s", _summary(submission, outcome))
                raise
            sleep(RETRY_EVERY_S)  # nothing tells when a database is back


def _record(submission: Submission, outcome: Outcome) -> None:
    """Settle it; a clear answer also settles what the reaper has called unknown."""
    try:
        if _settle(submission, outcome):
            return
        submission.refresh_from_db()
        if State(submission.state) is State.UNKNOWN and _is_clear(outcome):
            _settle(submission, outcome)
    except IntegrityError:  # another submission has that trade already
        if State(submission.state) is State.SENDING:
            taken = replace(
                outcome, state=State.UNKNOWN, reason="taken", remote_id=None
            )
            _settle(submission, taken)


def _summary(submission: Submission, outcome: Outcome) -> dict[str, object]:
    """What must not be lost of an outcome; the answer itself is too long for a log."""
    return {
        "submission": str(submission.public_id),
        "state": outcome.state.value,
        "remote_id": outcome.remote_id,
        "status": outcome.status,
        "request_id": outcome.request_id,
    }


def reap() -> None:
    """Clear up after dead senders and what waited too long: T3, T6, T10.

    Leases are judged by the database's clock.
    """
    over = Q(lease_until__lte=Now())
    _reap(State.QUEUED, State.NOT_SENT, _TOO_LATE, reason="expired")
    _reap(State.CLAIMED, State.NOT_SENT, over & _TOO_LATE, reason="expired")
    _reap(State.CLAIMED, State.QUEUED, over & _IN_TIME, claim_token=None)
    _reap(State.SENDING, State.UNKNOWN, over, reason="broken")


def _reap(old: State, new: State, given: Q, **fields: object) -> None:
    for submission in Submission.objects.filter(given, state=old.value):
        with transaction.atomic(durable=True):
            submission.move(new, by=REAPER, given=given, **fields)


def _is_allowed(submission: Submission) -> bool:
    """Whether the trader may still send this, with this account, in this mode."""
    trader, connection = submission.trader, submission.account.connection
    return (
        trader.is_active
        and trader.has_perm("trades.send_trade")
        and usable_accounts(trader).filter(pk=submission.account_id).exists()
        and connection.mode == submission.mode
    )


def _is_clear(outcome: Outcome) -> bool:
    return outcome.state in (State.ACCEPTED, State.REJECTED)


def _settle(submission: Submission, outcome: Outcome) -> bool:
    with transaction.atomic(durable=True):
        return submission.move(
            outcome.state,
            by=SENDER,
            reason=outcome.reason,
            status=outcome.status,
            vendor_text=outcome.text,
            vendor_errors=dict(outcome.errors),
            answer=outcome.answer,
            request_id=outcome.request_id,
            duration_ms=outcome.duration_ms,
            remote_id=outcome.remote_id,
        )
