"""What admins do to sending, for the web: pause it, open the gate, own up to a restore.

Each act is an event of the audit log.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models.functions import Now

from trades.models import Event, Missing, Pause
from trades.services import gates


def pause(*, by, why: str) -> None:
    """Keep everything that has not left yet from leaving."""
    with transaction.atomic(durable=True):
        Pause.objects.create(by=by.get_username(), why=why)
        Event.append(None, by=by.get_username(), new="sending paused", why=why)


def resume(*, by) -> None:
    """Lift every pause. Without one nothing happens."""
    with transaction.atomic(durable=True):
        paused = Pause.objects.filter(lifted_at=None)
        if paused.update(lifted_at=Now(), lifted_by=by.get_username()):
            Event.append(None, by=by.get_username(), new="sending resumed")


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
