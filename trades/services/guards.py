"""What may keep a trader from confirming (T1), besides the rules, for the web."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.models import Missing, Pause, Submission

PER_MINUTE = 20
# The first word of what is ticked about an order that asks for the same.
LOOK_ALIKE = "look-alike"
# A trade that was made stays one to be named for so long.
LOOK_ALIKE_S = 600
_MAY_EXIST = (State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN)


class SendingPaused(Exception):
    """An admin, or a restored database, keeps sending off. ``why`` says it."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


class TooMany(Exception):
    """The trader confirmed too many orders within a minute; ``until`` ends that."""

    def __init__(self, until: datetime) -> None:
        super().__init__(str(until))
        self.until = until


def ensure_sending_is_on() -> None:
    if why := why_paused():
        raise SendingPaused(why)


def why_paused() -> str:
    """Why nothing is sent at the moment; "" while sending is on."""
    if pause := Pause.objects.filter(lifted_at=None).first():
        return f"An administrator has paused sending: {pause.why}"
    if Missing.objects.filter(looked_up_at=None).exists():
        return (
            "The database is older than what was sent. An administrator must look up "
            "the missing submissions first."
        )
    return ""


def ensure_within_caps(trader) -> None:
    """Raise ``TooMany`` where this trader has confirmed enough for this minute."""
    minute = timedelta(minutes=1)
    recent = Submission.objects.filter(
        trader=trader, retry_of=None, confirmed_at__gt=Now() - minute
    )
    newest = recent.order_by("-confirmed_at").values_list("confirmed_at", flat=True)
    if len(times := newest[:PER_MINUTE]) == PER_MINUTE:
        raise TooMany(times[PER_MINUTE - 1] + minute)


def look_alikes(fingerprint: str) -> QuerySet[Submission]:
    """Orders of this installation that ask for the same, and may exist already.

    Same mode, account, pair, side and amount, from any draft: on their way or unknown,
    or made a short while ago.
    """
    recent = Now() - timedelta(seconds=LOOK_ALIKE_S)
    may_exist = Q(state__in=[s.value for s in _MAY_EXIST])
    just_made = Q(state=State.ACCEPTED.value, ended_at__gt=recent)
    return Submission.objects.filter(may_exist | just_made, fingerprint=fingerprint)
