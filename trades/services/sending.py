"""Sending, for the sender alone: from a queued submission to its only POST.

No transaction is open while the network is. C2, C3 and C4 are the three commits of
one submission's way; what a crash means follows from the last of them on disk. C4 is
in ``recording``.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from time import monotonic

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from trades.domain.lifecycle import Outcome, State
from trades.gateway import journal
from trades.gateway.client import THREE_COMMAS, ThreeCommas
from trades.gateway.failures import CommitFailed
from trades.gateway.signing import HmacSigner, RsaSigner
from trades.gateway.vault import open_sealed
from trades.models import Connection, Submission, is_usable, not_paused
from trades.models.events import REAPER, SENDER
from trades.services import caps, gates
from trades.services.gates import GateShut
from trades.services.recording import FIRST_LOOK_S, record

CLAIM_LEASE_S, SEND_LEASE_S = 15, 90

log = logging.getLogger(__name__)

# An RSA key was looked at when it was saved, and seals can't be exchanged since.
_SIGNERS = {"hmac": HmacSigner, "rsa": partial(RsaSigner, checked=True)}
_IN_TIME, _TOO_LATE = Q(send_by__gt=Now()), Q(send_by__lte=Now())


class Held(Exception):
    """C3 did not come about. ``reason``: expired or paused, else it is not ours now."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason or "lost, or the gate was shut")
        self.reason = reason


def send(pk: int) -> None:
    """Take one queued submission through its only POST.

    Whoever wakes up may call this, twice or late: the row decides. After a crash, or
    where a commit failed, a row that says claimed has surely not left; one that says
    sending may have, and only a look can tell.
    """
    submission = claim(pk)
    if submission is None:
        return  # somebody else has it, or it has to wait, or may not go any more
    connection = submission.account.connection
    try:
        client = client_for(connection, mode=submission.mode)
    except Exception as exc:  # whatever it is, nothing has left
        log.error(
            "submission %s: no client: %s", submission.public_id, type(exc).__name__
        )
        record(submission, Outcome(State.NOT_SENT, "config"))
        return
    try:
        outcome = client.place(submission.body, commit=partial(begin, submission))
    except CommitFailed as failed:
        why = failed.__cause__
        if not isinstance(why, Held) or not why.reason:
            return  # nothing has left; the reaper goes by the row
        outcome = Outcome(State.NOT_SENT, why.reason)
    record(submission, outcome)


def claim(pk: int) -> Submission | None:
    """C2, T3, T4: queued to claimed, or not sent where it may not go any more.

    None as well where it has to wait for the gate or the end of a pause.
    """
    try:
        with transaction.atomic(durable=True):
            return _claim(pk)
    except GateShut:
        return None


def client_for(
    connection: Connection, *, mode: str, admit: Callable[[], None] = lambda: None
) -> ThreeCommas:
    """The way to 3Commas with this key. Raises ``KeyUnusable``.

    The one place where a secret is opened; it lives as long as what is returned.
    ``mode`` is the submission's. ``admit`` is asked before each question.
    """
    secret = open_sealed(
        connection.sealed_secret,
        keys=settings.SEALING_KEYS,
        bound_to=connection.binding,
    )
    signer = _SIGNERS[connection.scheme](
        connection.api_key, secret, joiner=connection.joiner
    )
    in_sandbox = mode == Connection.Mode.SANDBOX
    return ThreeCommas(
        settings.SANDBOX_URL if in_sandbox else THREE_COMMAS,
        signer,
        forced_mode=None if in_sandbox else mode,
        ca_file=settings.SANDBOX_CA_FILE if in_sandbox else None,
        connect_s=settings.CONNECT_S,
        read_s=settings.READ_S,
        whole_s=settings.EXCHANGE_S,
        admit=admit,
    )


def begin(submission: Submission) -> float:
    """C3, T7: claimed to sending, on disk. Raises ``Held``; then no byte leaves.

    Returns a ``monotonic()`` second just before the commit: what comes too long after
    it does not leave either. Where the journal can't be written nothing leaves and the
    row stays as it is: the reaper will call it unknown.
    """
    allowed = _IN_TIME & not_paused() & gates.is_open()
    with transaction.atomic(durable=True):
        if not submission.move(
            State.SENDING,
            by=SENDER,
            given=allowed,
            lease_s=SEND_LEASE_S,
            sent_at=Now(),
        ):
            raise Held(_why_held(submission))
        committed = monotonic()  # not after it: a stop may come in between
    journal.append(settings.JOURNAL, submission.journal_line("C3"))
    return committed


def reap() -> None:
    """Clear up after dead senders and what waited too long: T3, T6, T10.

    Leases are judged by the database's clock.
    """
    over = Q(lease_until__lte=Now())
    look_at = Now() + timedelta(seconds=FIRST_LOOK_S)
    _reap(State.QUEUED, State.NOT_SENT, _TOO_LATE, reason="expired")
    _reap(State.CLAIMED, State.NOT_SENT, over & _TOO_LATE, reason="expired")
    _reap(State.CLAIMED, State.QUEUED, over & _IN_TIME, claim_token=None)
    _reap(
        State.SENDING,
        State.UNKNOWN,
        over,
        reason="broken",
        ended_at=Now(),
        next_look_at=look_at,
    )


def _claim(pk: int) -> Submission | None:
    rows = Submission.objects.select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related("trader", "account__connection").annotate(now=Now())
    submission = rows.filter(pk=pk, state=State.QUEUED.value).first()
    if submission is None:
        return None
    if not _is_allowed(submission):
        submission.move(State.NOT_SENT, by=SENDER, reason="cancelled")
        return None
    if submission.send_by <= submission.now:
        submission.move(State.NOT_SENT, by=SENDER, given=_TOO_LATE, reason="expired")
        return None
    if reason := _why_over_limits(submission):
        submission.move(State.NOT_SENT, by=SENDER, reason=reason)
        return None
    gates.pass_through(gates.SUBMISSIONS, submission.account.connection)
    has_waited = Q(wait_until=None) | Q(wait_until__lte=Now())
    if submission.move(
        State.CLAIMED,
        by=SENDER,
        given=_IN_TIME & has_waited & not_paused(),
        lease_s=CLAIM_LEASE_S,
        claim_token=uuid.uuid4(),
    ):
        return submission
    raise GateShut("nothing was claimed")  # and so no place in the rate is used up


def _is_allowed(submission: Submission) -> bool:
    """Whether the trader may still send this, with this account, in this mode."""
    trader, account = submission.trader, submission.account
    return (
        trader.is_active
        and trader.has_perm("trades.send_trade")
        and is_usable(account, trader)
        and account.connection.mode == submission.mode
    )


def _why_over_limits(submission: Submission) -> str:
    """Which of them forbids it by now, though it was within them at confirm; or ""."""
    trader, account = submission.trader, submission.account
    if caps.obstacles(submission, trader=trader, account=account, but=submission.pk):
        return "capped"
    if not caps.needs_approval(submission, account) or caps.is_approved(
        draft_id=submission.draft_id, sha256=submission.sha256, token=submission.token
    ):
        return ""
    return "unapproved"


def _why_held(submission: Submission) -> str:
    """Which of the two clear reasons it was; "" where the row is somebody else's."""
    mine = Submission.objects.filter(
        pk=submission.pk,
        state=State.CLAIMED.value,
        claim_token=submission.claim_token,
    )
    if mine.filter(_TOO_LATE).exists():
        return "expired"
    return "paused" if mine.exclude(not_paused()).exists() else ""


def _reap(old: State, new: State, given: Q, **fields: object) -> None:
    for submission in Submission.objects.filter(given, state=old.value):
        with transaction.atomic(durable=True):
            submission.move(new, by=REAPER, given=given, **fields)
