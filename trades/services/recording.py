"""C4, for the sender: what came of a POST is written down, and what follows from it."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from time import monotonic, sleep

from django.conf import settings
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.db import connection as db
from django.db.models import Q
from django.db.models.functions import Now

from trades.domain import matching, payload, words
from trades.domain.lifecycle import Outcome, State
from trades.gateway import journal
from trades.models import Alarm, Connection, Event, Submission
from trades.models.events import SENDER
from trades.models.submissions import searchable
from trades.services import audit, gates
from trades.services.alarms import raise_alarm, raise_ban

RECORD_WITHIN_S, RETRY_EVERY_S = 30, 0.5
# After the end of an exchange nobody knows the outcome of; after a trade was made.
FIRST_LOOK_S, FIRST_REFRESH_S = 5, 4
# A submission and its retries; and how long each of those waits for the network.
TRIES, RETRY_WAITS_S = 3, (1, 4)

# Kinds of requests that a key may be refused for: it may lack the permission for one.
ORDER, LOOK, TEST = "order", "look", "test"

log = logging.getLogger(__name__)

_COPIED = (
    *("draft", "trader", "account", "mode", "body", "sha256", "token", "fingerprint"),
    *("ticked", "trade_type", "pair", "note", "send_by", "side", "size", "quote"),
    *("value", "planned_loss", "planned_r", "is_overridden", "ladder", "rule_set"),
    "app_version",
)


def record(submission: Submission, outcome: Outcome) -> None:
    """C4, T5, T8 to T12: write down what came of it.

    A database that does not answer is asked again for ``RECORD_WITHIN_S``; after that
    the journal has the outcome, and the reaper will call the submission unknown.
    """
    until = monotonic() + RECORD_WITHIN_S
    while True:
        try:
            _record(submission, outcome)
            break
        except (OperationalError, InterfaceError):
            db.close()  # the next try opens a new connection
            if monotonic() > until:
                log.critical("submission %s: only journalled", submission.public_id)
                _journal(submission, outcome)
                raise
            sleep(RETRY_EVERY_S)  # nothing tells when a database is back
    if submission.sent_at:
        _journal(submission, outcome, audit.head())


def _journal(submission: Submission, outcome: Outcome, head: str = "") -> None:
    """``head`` is the end of the history, kept where no database is restored."""
    line = submission.journal_line("C4") | {
        "state": outcome.state.value,
        "reason": outcome.reason,
        "remote_id": outcome.remote_id,
        "status": outcome.status,
        "head": head,
    }
    try:
        journal.append(settings.JOURNAL, line)
    except OSError as exc:
        log.critical("no line in the journal: %s: %s", type(exc).__name__, line)


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
            _settle(
                submission,
                replace(outcome, state=State.UNKNOWN, reason="taken", remote_id=None),
            )


def _settle(submission: Submission, outcome: Outcome) -> bool:
    """One commit: gate, move, and what else this outcome asks for."""
    with transaction.atomic(durable=True):
        if outcome.state is State.REJECTED:
            gates.shut(outcome.reason, outcome.retry_after_s)
        keep_skew(submission.account.connection, outcome.skew_s)
        _keep_health(submission.account.connection, outcome)
        refusal = words.refusal(outcome.errors, outcome.text)
        moved = submission.move(
            outcome.state,
            by=SENDER,
            refusal=refusal,
            words=searchable(submission, refusal=refusal),
            reason=outcome.reason,
            status=outcome.status,
            vendor_text=outcome.text,
            vendor_errors=dict(outcome.errors),
            answer=outcome.answer,
            request_id=outcome.request_id,
            duration_ms=outcome.duration_ms,
            remote_id=outcome.remote_id,
            ended_at=Now(),
            next_look_at=_next_look(outcome),
        )
        if not moved:
            transaction.set_rollback(True)  # or a gate would be shut twice
            return False
        _alarm(submission, outcome)
        if outcome.state is State.NOT_SENT and outcome.reason == "network":
            _try_again(submission)
        return True


def _next_look(outcome: Outcome) -> Now | None:
    wait_s = {State.UNKNOWN: FIRST_LOOK_S, State.ACCEPTED: FIRST_REFRESH_S}
    if outcome.state not in wait_s:
        return None
    return Now() + timedelta(seconds=wait_s[outcome.state])


def keep_skew(connection: Connection, skew_s: int | None) -> None:
    """How far the vendor's clock is from ours, where that is news."""
    if skew_s not in (None, connection.skew_s):
        connection.skew_s = skew_s
        connection.save(update_fields=["skew_s"])


def keep_yes(connection: Connection, kind: str, *, signed: bool = True) -> None:
    """3Commas said yes to this kind of request, as it may have refused to before.

    ``signed``: only a yes to what needs a key tells that this one works.
    """
    row = Connection.objects.filter(pk=connection.pk)
    if signed:
        row.update(worked_at=Now())
    of_its_kind = Q(refusal__startswith=f"{kind}:") | Q(refusal="")
    row.filter(of_its_kind).update(refused_at=None, refusal="")


def keep_no(connection: Connection, kind: str, status: int | None, text: str) -> None:
    """3Commas said no to the key itself, in which words and to what kind of request."""
    said = f"{kind}: {status or ''} {text}".strip()[:300]
    row = Connection.objects.filter(pk=connection.pk)
    row.update(refused_at=Now(), refusal=said)


def _keep_health(connection: Connection, outcome: Outcome) -> None:
    """Whether the vendor lets this key trade."""
    if outcome.reason == "key":
        keep_no(connection, ORDER, outcome.status, outcome.text)
    elif outcome.state is State.ACCEPTED:
        keep_yes(connection, ORDER)


def _alarm(submission: Submission, outcome: Outcome) -> None:
    if outcome.reason == "tls":
        text = "The server at the other end could not prove that it is 3Commas."
        raise_alarm(Alarm.Kind.TLS, text, submission)
    elif outcome.reason == "ban":
        raise_ban(submission)
    elif outcome.reason == "taken":
        text = "3Commas answered with a trade that belongs to another submission."
        raise_alarm(Alarm.Kind.DOUBLE, text, submission)
    elif outcome.state is State.ACCEPTED:
        _compare_echo(submission, outcome)


def _compare_echo(submission: Submission, outcome: Outcome) -> None:
    """What 3Commas made must be what was sent; account, pair and side at least."""
    answer = payload.decode(outcome.answer or "{}")
    changes = matching.echo(payload.decode(submission.body), answer)
    if not changes:
        return
    told = "; ".join(f"{c.path}: sent {c.before}, made {c.after}" for c in changes)
    raise_alarm(
        Alarm.Kind.ECHO,
        f"Trade {outcome.remote_id} is not what was sent. {told}"[:1000],
        submission,
    )


def _try_again(submission: Submission) -> None:
    """A new submission of the same bytes, of which surely none has left.

    Made in the commit that closes the one before; not after the third, nor when the
    next one could not leave in time.
    """
    tries = _tries(submission)
    if tries >= TRIES:
        return
    wait_until = Now() + timedelta(seconds=RETRY_WAITS_S[tries - 1])
    in_time = Q(pk=submission.pk, send_by__gt=wait_until)
    if not Submission.objects.filter(in_time).exists():
        return
    retry = Submission.begin(
        retry_of=submission,
        holds_draft_id=submission.draft_id,
        wait_until=wait_until,
        **{name: getattr(submission, name) for name in _COPIED},
    )
    Event.append(
        retry,
        by=SENDER,
        new=State.QUEUED.value,
        retry_of=str(submission.public_id),
        sha256=retry.sha256,
    )


def _tries(submission: Submission) -> int:
    """How many submissions of these bytes there were, this one included."""
    tries = 1
    while submission.retry_of:
        tries, submission = tries + 1, submission.retry_of
    return tries


def _is_clear(outcome: Outcome) -> bool:
    return outcome.state in (State.ACCEPTED, State.REJECTED)
