"""Looking a submission up at 3Commas, for the sender.

Finding our token among the listed trades settles it. Finding nothing never does:
only a person may say that a trade does not exist.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from trades.domain import matching, payload
from trades.domain.facts import read_fact
from trades.domain.lifecycle import REMOTE_ENDS, State
from trades.domain.matching import Match
from trades.gateway.answers import printable
from trades.gateway.client import ThreeCommas
from trades.gateway.failures import BadAnswer
from trades.gateway.vault import KeyUnusable
from trades.models import Account, Alarm, Fact, Look, Submission
from trades.models.events import RECONCILER
from trades.services import gates
from trades.services.alarms import raise_alarm, raise_ban
from trades.services.gates import GateShut
from trades.services.recording import LOOK, keep_no, keep_skew, keep_yes
from trades.services.sending import client_for
from trades.services.settling import linked_elsewhere

# Seconds after the end of the exchange; then each hour until the last of them.
SCHEDULE_S = (5, 15, 45, 120, 300, 900, 3600)
HOURLY_S, GIVE_UP_S = 3600, 25 * 3600
WAIT_FOR_GATE_S = 5
# The clocks may differ by this much at least, and are believed up to that much.
SKEW_MIN_S, SKEW_MAX_S = 5, 900
BEFORE_S, AFTER_S = 120, 900
# Only these can still change for the better or the worse without us.
LOOKED_UP = (State.UNKNOWN, State.ABSENT, State.ACCEPTED)
CANDIDATES_MAX = 20

log = logging.getLogger(__name__)


def due() -> QuerySet[Submission]:
    """What has to be looked up now, the longest due first."""
    return Submission.objects.filter(
        state__in=[s.value for s in LOOKED_UP], next_look_at__lte=Now()
    ).order_by("next_look_at")


def wake() -> None:
    """After a start, what is unknown is looked up at once."""
    Submission.objects.filter(state=State.UNKNOWN.value).update(next_look_at=Now())


def look(submission: Submission) -> None:
    """One look at 3Commas: for our token where it is not clear what became of it,
    for the trade itself where that was made.

    Whoever is slower than another sender, or shut out by the gate, does nothing.
    """
    if not _take(submission):
        return
    connection = submission.account.connection
    try:
        client = client_for(
            connection,
            mode=submission.mode,
            admit=partial(gates.admit, gates.LOOKS, connection),
        )
        if State(submission.state) is State.ACCEPTED:
            _refresh(submission, client)
        else:
            _search(submission, client)
        keep_yes(connection, LOOK)
    except GateShut:
        soon = Now() + timedelta(seconds=WAIT_FOR_GATE_S)
        Submission.objects.filter(pk=submission.pk).update(next_look_at=soon)
    except (BadAnswer, KeyUnusable) as failed:
        _note_failure(submission, failed)


def _take(submission: Submission) -> bool:
    """Move the next look on, so that no other sender makes this one as well."""
    rows = Submission.objects.filter(
        pk=submission.pk, state=submission.state, next_look_at__lte=Now()
    )
    return rows.update(next_look_at=_next_look(submission)) == 1


def _next_look(submission: Submission) -> datetime | None:
    ended = submission.ended_at or submission.confirmed_at
    passed = timezone.now() - ended
    for after_s in SCHEDULE_S:
        if passed < timedelta(seconds=after_s):
            return ended + timedelta(seconds=after_s)
    if passed < timedelta(seconds=GIVE_UP_S):
        return timezone.now() + timedelta(seconds=HOURLY_S)
    return None


def _note_failure(submission: Submission, failed: Exception) -> None:
    """A look that came to nothing does not count; a refusal may shut the gate."""
    if isinstance(failed, BadAnswer):
        gates.shut(failed.reason, failed.retry_after_s)
        if failed.reason == "ban":
            raise_ban(submission)
        if failed.reason == "key":
            connection = submission.account.connection
            keep_no(connection, LOOK, failed.status, failed.text)
    log.info("submission %s: no clean look: %s", submission.public_id, failed)
    if State(submission.state) is not State.ACCEPTED:
        Look.objects.create(submission=submission, clean=False, why=str(failed)[:200])


def _search(submission: Submission, client: ThreeCommas) -> None:
    since, until = window(submission)
    listed = client.smart_trades(
        account_id=submission.account.remote_id,
        pair=submission.pair,
        since=since,
        until=until,
    )
    keep_skew(submission.account.connection, client.skew_s)
    found = _matches(submission, listed, since, until)
    matches = [m for m in found if m and m.remote_id not in submission.dismissed]
    foreign = _foreign_tokens(submission, matches)
    matches = [m for m in matches if m.reference not in foreign]
    own = [m for m in matches if m.has_token]
    candidates = own or _candidates(submission, matches)
    doubt = _doubt(submission, found)
    Look.objects.create(
        submission=submission,
        clean=not doubt,
        why=doubt,
        listed=len(listed),
        candidates=[_kept(match) for match in candidates[:CANDIDATES_MAX]],
    )
    if len(own) == 1:
        _accept(submission, own[0])
    elif own:
        numbers = " and ".join(str(m.remote_id) for m in own)
        text = f"3Commas lists more than one trade with this token: {numbers}."
        raise_alarm(Alarm.Kind.DOUBLE, text, submission)


def _doubt(submission: Submission, found: Iterable[Match | None]) -> str:
    """Why the list may not be the whole truth; "" where it should be.

    Another user's key lists nothing of ours, whatever there is; asked after the list
    has come, because the key may have been replaced while it was on its way.
    """
    if not Account.objects.filter(pk=submission.account_id, gone_at=None).exists():
        return "The key does not list this account."
    return "3Commas listed something that is no trade." if None in found else ""


def window(submission: Submission) -> tuple[datetime, datetime]:
    """When the trade must have been made, if it was; the end moves with time."""
    skew_s = max(submission.account.connection.skew_s or 0, SKEW_MIN_S)
    skew = timedelta(seconds=min(skew_s, SKEW_MAX_S))
    sent = submission.sent_at or submission.confirmed_at
    ended = submission.ended_at or sent
    last = max(ended + timedelta(seconds=AFTER_S), timezone.now())
    return sent - skew - timedelta(seconds=BEFORE_S), last + skew


def _matches(
    submission: Submission, listed: Iterable[object], since: datetime, until: datetime
) -> list[Match | None]:
    """Each listed trade beside ours; None for what is no trade at all."""
    body = payload.decode(submission.body)
    token = submission.token if submission.token in submission.body else ""
    told = {"token": token, "lot_step": _lot_step(submission)}
    return [
        matching.match(body, entity, since=since, until=until, **told)
        for entity in listed
    ]


def _lot_step(submission: Submission) -> Decimal | None:
    """What 3Commas cuts an amount to; None where that is not known."""
    kept = Fact.objects.filter(
        account=submission.account, kind=Fact.Kind.RATES, pair=submission.pair
    ).first()
    rates = kept.answer if kept and isinstance(kept.answer, dict) else {}
    step = read_fact(rates.get("lotStep"))
    return step if step and step > 0 else None


def _foreign_tokens(submission: Submission, matches: Iterable[Match]) -> set[str]:
    """Tokens of other submissions: what ends in one is theirs, even if somebody
    copied our note into it."""
    tokens = {m.reference for m in matches} - {"", submission.token}
    known = Submission.objects.filter(token__in=tokens)
    return set(known.values_list("token", flat=True))


def _candidates(submission: Submission, matches: Iterable[Match]) -> list[Match]:
    """Those that may be ours: they agree, and are linked to no other submission."""
    like = [m for m in matches if m.is_candidate]
    taken = linked_elsewhere(submission, [m.remote_id for m in like])
    return [m for m in like if m.remote_id not in taken]


def _kept(match: Match) -> dict[str, object]:
    """A match as a look keeps it, for people."""
    kept = {"id": match.remote_id, "status": match.status, "note": match.note}
    kept["created_at"] = match.created_at.isoformat() if match.created_at else ""
    for strength in ("hard", "numeric", "soft"):
        kept[strength] = [asdict(d) for d in getattr(match, strength)]
    return kept | {"has_token": match.has_token}


def _accept(submission: Submission, match: Match) -> None:
    """T11, T14: the one trade with our token is ours."""
    was_absent = State(submission.state) is State.ABSENT
    try:
        with transaction.atomic(durable=True):
            moved = submission.move(
                State.ACCEPTED,
                by=RECONCILER,
                reason="found",
                remote_id=match.remote_id,
                remote_status=match.status[:60],
                remote_seen_at=Now(),
                next_look_at=Now(),
            )
            if moved and match.hard:
                told = ", ".join(d.path for d in match.hard)
                text = f"Trade {match.remote_id} has our token, but differs in {told}."
                raise_alarm(Alarm.Kind.ECHO, text, submission)
            if moved and was_absent:
                _warn_of_double(submission)
    except IntegrityError:  # linked to another submission: not used again
        text = f"Trade {match.remote_id} has our token, but is another submission's."
        raise_alarm(Alarm.Kind.DOUBLE, text, submission)


def _warn_of_double(found: Submission) -> None:
    """T14: it had been declared absent, and may have been sent again since."""
    later = Submission.objects.filter(
        Q(draft=found.draft) | Q(fingerprint=found.fingerprint),
        pk__gt=found.pk,
        mode=found.mode,
        remote_id__isnull=False,
    )
    again = list(later)
    numbers = " and ".join(str(s.remote_id) for s in [found, *again])
    text = f"A trade declared absent turned up after all. Look at {numbers}."
    for submission in [found, *again]:
        raise_alarm(Alarm.Kind.DOUBLE, text, submission)


def _refresh(submission: Submission, client: ThreeCommas) -> None:
    """What became of the trade since it was made: it can fail seconds later."""
    status = client.smart_trade(submission.remote_id).get("status")
    keep_skew(submission.account.connection, client.skew_s)
    seen = status if isinstance(status, dict) else {}
    name = printable(str(seen.get("type") or ""), 60)
    error = printable(str(seen.get("error") or ""), 1000)
    ended = {"next_look_at": None} if name in REMOTE_ENDS else {}
    Submission.objects.filter(pk=submission.pk).update(
        remote_status=name, remote_error=error, remote_seen_at=Now(), **ended
    )
