"""The rate limiter that all processes share.

A request moves the rows of all its scopes in one commit, or it does not leave. So the
pace is kept for the address that 3Commas sees, for each key, and for each lane: looks
and submissions can't starve one another. Facts take what both leave: they pass only
while half of the burst stays free.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, Q
from django.db.models.functions import Now
from django.utils import timezone

from trades.models import Connection, Gate

SUBMISSIONS, LOOKS, FACTS = "submissions", "looks", "facts"
# Of the 100 a minute that 3Commas documents.
PER_MINUTE = {Gate.ADDRESS: 60, SUBMISSIONS: 45, LOOKS: 15, FACTS: 20}
PER_MINUTE_AND_KEY = 60
BURST = 10
RATE_S, BAN_S, LONGEST_S = 300, 1800, 86_400


class GateShut(Exception):
    """Not now: it would be too quick, or 3Commas asked for silence."""


@dataclass(frozen=True)
class Budget:
    """What a key could do this moment, and for how long nothing leaves at all.

    ``left``: so many requests at once. ``silent_until`` and ``needs_admin`` as in
    ``silent_until()``.
    """

    left: int
    per_minute: int
    silent_until: datetime | None
    needs_admin: bool


def pass_through(lane: str, connection: Connection, places: int = 1) -> None:
    """Take places in the rate, in the open transaction. Raises ``GateShut``.

    No place at all is for what took two before; silence holds for that, too.
    """
    gates = _held([Gate.ADDRESS, lane, _scope(connection)])
    for gate in gates:
        now, pace = _ms(gate.now), _pace_ms(gate)
        gate.tat = max(gate.tat, now) + places * pace
        is_full = places and gate.tat - now > _burst(lane, gate) * pace
        if gate.is_shut(now) or is_full:
            raise GateShut(gate.scope)
    Gate.objects.bulk_update(gates, ["tat"])


def admit(lane: str, connection: Connection, places: int = 1) -> None:
    """The same for a question, in a commit of its own."""
    with transaction.atomic(durable=True):
        pass_through(lane, connection, places)


def has_room(lane: str, places: int = 1) -> bool:
    """Whether trying is worth it: a glance at the rows that takes no place."""
    now = _ms(timezone.now())
    gates = Gate.objects.filter(scope__in=[Gate.ADDRESS, lane])
    return all(
        not gate.is_shut(now)
        and gate.tat - now <= (_burst(lane, gate) - places) * _pace_ms(gate)
        for gate in gates
    )


def budget(connection: Connection) -> Budget:
    """For a page: a glance at the rows of the address and of this key."""
    scopes = [Gate.ADDRESS, _scope(connection)]
    now, rows = _ms(timezone.now()), Gate.objects.filter(scope__in=scopes)
    gates = {gate.scope: gate for gate in rows}
    known = [gates.get(scope) or Gate(scope=scope) for scope in scopes]
    return Budget(
        min(_left(gate, now) for gate in known),
        min(60_000 // _pace_ms(gate) for gate in known),
        *silent_until(),
    )


def is_open() -> Q:
    """Holds while nobody asked for silence; for a compare-and-set."""
    now = _ms(timezone.now())
    silence = Q(needs_admin=True) | Q(blocked_until__gt=now)
    return ~Q(Exists(Gate.objects.filter(silence, scope=Gate.ADDRESS)))


def shut(reason: str, retry_after_s: int | None = None) -> None:
    """After a refusal for ``rate`` or ``ban``: silence of every kind.

    A ban lasts until an admin opens the gate, and at least twice as long as the one
    before it. Anything else that is given as ``reason`` does nothing.
    """
    if reason not in ("rate", "ban"):
        return
    with transaction.atomic():
        (gate,) = _held([Gate.ADDRESS])
        now, silence_s = _ms(gate.now), RATE_S
        if reason == "ban":
            is_new = gate.blocked_until < now - LONGEST_S * 1000
            gate.strikes = 1 if is_new else gate.strikes + 1
            gate.needs_admin = True
            silence_s = BAN_S * 2 ** (gate.strikes - 1)
        silence_s = min(max(silence_s, retry_after_s or 0), LONGEST_S)
        gate.blocked_until = max(gate.blocked_until, now + silence_s * 1000)
        gate.save()


def clamp() -> None:
    """Bring back what lies further ahead than it can: the clock was set back."""
    with transaction.atomic():
        for gate in _held(Gate.objects.values_list("scope", flat=True)):
            now = _ms(gate.now)
            gate.tat = min(gate.tat, now + BURST * _pace_ms(gate))
            gate.blocked_until = min(gate.blocked_until, now + LONGEST_S * 1000)
            gate.save()


def open_after_ban() -> bool:
    """An admin lets requests leave again once the silence is over. False: no ban."""
    banned = Gate.objects.filter(scope=Gate.ADDRESS, needs_admin=True)
    return banned.update(needs_admin=False) == 1


def silent_until() -> tuple[datetime | None, bool]:
    """Until when nothing leaves, if that is to come, and whether an admin must act."""
    gate = Gate.objects.filter(scope=Gate.ADDRESS).first()
    now = timezone.now()
    if gate is None or not gate.is_shut(_ms(now)):
        return None, False
    until = datetime.fromtimestamp(gate.blocked_until // 1000, now.tzinfo)
    return (until if until > now else None), gate.needs_admin


def _held(scopes: Iterable[str]) -> list[Gate]:
    """The locked rows, always in the same order; ``now`` is the database's clock."""
    scopes = sorted(scopes)
    rows = Gate.objects.select_for_update().order_by("scope").annotate(now=Now())
    found = list(rows.filter(scope__in=scopes))
    if len(found) < len(scopes):
        new = [Gate(scope=scope) for scope in scopes]
        Gate.objects.bulk_create(new, ignore_conflicts=True)
        found = list(rows.filter(scope__in=scopes))
    return found


def _scope(connection: Connection) -> str:
    return f"connection:{connection.pk}"


def _burst(lane: str, gate: Gate) -> int:
    """How many may leave at once. Facts leave half of what others share to them."""
    return BURST // 2 if lane == FACTS and gate.scope != FACTS else BURST


def _left(gate: Gate, now: int) -> int:
    """How many may leave at this millisecond."""
    if gate.is_shut(now):
        return 0
    pace = _pace_ms(gate)
    return max(0, (BURST * pace - max(0, gate.tat - now)) // pace)


def _pace_ms(gate: Gate) -> int:
    """The milliseconds that one request uses up, rounded up."""
    return -(-60_000 // PER_MINUTE.get(gate.scope, PER_MINUTE_AND_KEY))


def _ms(moment: datetime) -> int:
    """Whole milliseconds since 1970."""
    since = moment - datetime.fromtimestamp(0, moment.tzinfo)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
