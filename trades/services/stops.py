"""What admins do to sending, for the web: pause it, open the gate, own up to a restore.

Each act is an event of the audit log.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from trades.models import Event, Missing, Pause
from trades.services import gates


def pause(*, by, why: str, **scope: object) -> Pause:
    """Keep from leaving what has not left yet: all of it, or that of ``scope``, which
    is one ``connection``, one ``account`` or one ``trader``."""
    with transaction.atomic(durable=True):
        stop = Pause.objects.create(by=by.get_username(), why=why, **scope)
        _tell("sending paused", stop, by)
    return stop


def resume(stop: Pause, *, by) -> bool:
    """Lift one stop; others stay. False where it is lifted already."""
    with transaction.atomic(durable=True):
        rows = Pause.objects.filter(pk=stop.pk, lifted_at=None)
        if not rows.update(lifted_at=Now(), lifted_by=by.get_username()):
            return False
        _tell("sending resumed", stop, by)
    return True


def open_stops() -> QuerySet[Pause]:
    """Those that hold, the newest first."""
    related = ("connection__owner", "account__connection__owner", "trader")
    return Pause.objects.filter(lifted_at=None).select_related(*related)


def _tell(what: str, stop: Pause, by) -> None:
    one = stop.connection or stop.account
    Event.append(
        None,
        by=by.get_username(),
        new=what,
        scope=stop.scope,
        scope_id=str(one.public_id) if one else "",
        why=stop.why,
    )


def open_gate(*, by) -> None:
    """After a ban: requests leave again as soon as the silence is over."""
    with transaction.atomic(durable=True):
        if gates.open_after_ban():
            Event.append(None, by=by.get_username(), new="gate opened")


def looked_up(missing: Missing, *, by, found: str) -> None:
    """Somebody looked a missing submission up; ``found`` says what is at 3Commas."""
    with transaction.atomic(durable=True):
        rows = Missing.objects.filter(pk=missing.pk, looked_up_at=None)
        if rows.update(looked_up_at=Now(), looked_up_by=by):
            Event.append(
                None,
                by=by.get_username(),
                new="missing looked up",
                submission_id=str(missing.submission),
                found=found,
            )
