"""What keeps orders from leaving at the moment, in words, and until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from trades.domain.lifecycle import State
from trades.models import Account, Submission
from trades.services import gates, guards

_WAITING = (State.QUEUED, State.CLAIMED)
_LOOKED_UP = (State.UNKNOWN, State.ABSENT)


@dataclass(frozen=True)
class Countdown:
    """A moment, and how far it is away: seconds, and the same as a clock shows it."""

    at: datetime

    @property
    def seconds(self) -> int:
        """Rounded up, and 0 once it is over."""
        left = self.at - timezone.now()
        return max(0, left.days * 86_400 + left.seconds + bool(left.microseconds))

    @property
    def clock(self) -> str:
        """4:32 or 1:04:32."""
        minutes, seconds = divmod(self.seconds, 60)
        hours, minutes = divmod(minutes, 60)
        if hours:
            return f"{hours}:{minutes:02}:{seconds:02}"
        return f"{minutes}:{seconds:02}"


@dataclass(frozen=True)
class Hold:
    """Why nothing leaves. Where the end is known, ``lead`` goes before ``until``."""

    text: str
    lead: str = ""
    until: Countdown | None = None


def sending(trader=None, account: Account | None = None) -> Hold | None:
    """What keeps this trader's orders with this account; None while they leave.

    Without them: what keeps everybody's.
    """
    if why := guards.why_paused(trader, account):
        return Hold(why)
    return silence()


def silence() -> Hold | None:
    """Whether the gate is shut: then nothing leaves, no look either."""
    until, needs_admin = gates.silent_until()
    countdown = Countdown(until) if until else None
    if needs_admin:
        return Hold(
            "3Commas shut us out, and we wait until an administrator opens the gate.",
            "It stays shut in any case until",
            countdown,
        )
    if until:
        return Hold("3Commas asked us to wait:", "sending goes on at", countdown)
    return None


def of(submission: Submission) -> Hold | None:
    """What keeps this submission from leaving, or from being looked up; or None."""
    state = State(submission.state)
    if state in _LOOKED_UP:
        return silence()
    return _keeping(submission) if state in _WAITING else None


def _keeping(submission: Submission) -> Hold | None:
    if hold := sending(submission.trader, submission.account):
        return hold
    wait_until = submission.wait_until
    if wait_until and wait_until > timezone.now():
        text = "It is a retry, and gives the network a moment:"
        return Hold(text, "it goes on at", Countdown(wait_until))
    if not gates.has_room(gates.SUBMISSIONS):
        pace = gates.PER_MINUTE[gates.SUBMISSIONS]
        return Hold(f"Others are first: {pace} a minute may leave, in their order.")
    return None
