"""The states of a submission, the moves between them, and what a POST came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class State(Enum):
    """Where a submission stands. Only ``UNKNOWN`` does not say whether a trade is."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"
    ABSENT = "absent"


MOVES = frozenset(
    {
        (State.QUEUED, State.CLAIMED),  # T4
        (State.QUEUED, State.NOT_SENT),  # T2 cancelled, T3 expired
        (State.CLAIMED, State.QUEUED),  # T6 its sender died: nothing has left
        (State.CLAIMED, State.NOT_SENT),  # T5 failed before T7, T6 expired
        (State.CLAIMED, State.SENDING),  # T7 from here on bytes may have left
        (State.SENDING, State.ACCEPTED),  # T8
        (State.SENDING, State.REJECTED),  # T9
        (State.SENDING, State.UNKNOWN),  # T10 anything but a clear answer
        (State.UNKNOWN, State.ACCEPTED),  # T11 found, picked, or a late answer
        (State.UNKNOWN, State.REJECTED),  # T12 a late refusal
        (State.UNKNOWN, State.ABSENT),  # T13 only a person says so
        (State.ABSENT, State.ACCEPTED),  # T14 it turned up after all: alarm
    }
)

# While a submission is in one of these, its draft can have no other.
HOLDS_DRAFT = frozenset(
    {State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN, State.ACCEPTED}
)

# What 3Commas calls a trade that nothing more will happen to.
REMOTE_ENDS = frozenset(
    {"finished", "cancelled", "failed", "panic_sold", "stop_loss_finished"}
)


class ImpossibleMove(Exception):
    """Our own bug: a move that no transition of the table allows."""


def ensure(old: State, new: State) -> None:
    """Raise ``ImpossibleMove`` unless a submission may go from ``old`` to ``new``."""
    if (old, new) not in MOVES:
        raise ImpossibleMove(f"{old.value} -> {new.value}")


@dataclass(frozen=True)
class Outcome:
    """What one try to send a submission came to.

    ``reason`` is one word: network, tls or config where nothing was sent; plan, rate,
    ban, key or refused where 3Commas said no; broken or unclear where nobody knows.
    ``errors`` are the vendor's messages by our parameter paths, "" for those that
    belong to no field. ``answer`` is the body as received, at most 1 MiB of it.
    ``retry_after_s`` is how long 3Commas asks to stay away, with 429, 418 and 503
    alone, a day at most. ``skew_s`` is how far its clock is from ours, either way,
    rounded up, 900 at most. None where the answer does not say.
    """

    state: State
    reason: str = ""
    status: int | None = None
    text: str = ""
    errors: Mapping[str, list[str]] = field(default_factory=dict)
    remote_id: int | None = None
    answer: str = ""
    request_id: str = ""
    duration_ms: int | None = None
    retry_after_s: int | None = None
    skew_s: int | None = None
