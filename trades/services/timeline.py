"""What happened, in words: the events of one submission, or of the installation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from trades.domain import words
from trades.domain.lifecycle import State
from trades.models import Event, Submission, Verdict
from trades.models.events import SENDER
from trades.services.guards import LOOK_ALIKE
from trades.services.history import named, visible
from trades.services.telling import ALLOWED_NO_MORE, REASONS

LATEST = 20
_STATES = {state.value for state in State}


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    by: str
    what: str
    details: tuple[str, ...]


def of(submission: Submission) -> list[Entry]:
    return [entry(event) for event in submission.events.all()]


def latest() -> list[Entry]:
    """The latest of what concerns the whole installation, newest first."""
    events = Event.objects.filter(submission=None).order_by("-number")
    return [entry(event) for event in events[:LATEST]]


def entry(event: Event) -> Entry:
    """An event in words: a move with both its ends, anything else by its name."""
    details = tuple(visible(_detail(k, v)) for k, v in event.details.items())
    told = (ALLOWED_NO_MORE,) if is_stopped(event) else details
    return Entry(event.at, event.by, _what(event), told)


def state_label(state: str) -> str:
    return state.replace("_", " ").capitalize()


def reason(submission: Submission) -> str:
    """Why it is in its state, where the headline leaves that open; "" otherwise."""
    if submission.reason == "cancelled" and is_stopped(submission.events.last()):
        return ALLOWED_NO_MORE
    return REASONS.get(submission.reason, submission.reason)


def declaration(submission: Submission) -> Entry | None:
    """Who declared it absent, and when."""
    declared = [e for e in submission.events.all() if e.new == State.ABSENT.value]
    return entry(declared[-1]) if declared else None


def is_stopped(event: Event | None) -> bool:
    """Whether the sender, not a person, took the submission back."""
    return (
        event is not None
        and event.by == SENDER
        and event.details.get("reason") == "cancelled"
    )


def accepted(ticks: list) -> str:
    """What a trader accepted on the review page."""
    return ", ".join(_ticked(str(tick)) for tick in ticks)


def _what(event: Event) -> str:
    new = state_label(event.new)
    if event.new not in _STATES:
        return visible(new)
    return f"{state_label(event.old) if event.old else 'Draft'} → {new}"


def _detail(key: str, value: object) -> str:
    if (word := _WORDED.get(key)) and (told := word(value)):
        return told
    return _DETAILS.get(key, "{key}: {}").format(value, key=key.replace("_", " "))


_DETAILS = {
    "draft_version": "Version {} of the draft",
    "sha256": "SHA-256 {}",
    "status": "HTTP status {}",
    "vendor_text": "3Commas: “{}”",
    "request_id": "X-Request-Id {}",
    "duration_ms": "{} ms",
    "remote_id": "Trade {}",
    "remote_status": "At 3Commas: {}",
    "retry_of": "Retry of submission {}",
    "submission_id": "Submission {}",
    "why": "“{}”",
    "found": "“{}”",
    "text": "“{}”",
    "assigned_to": "Assigned to {}",
    "scope": "For {}",
    "scope_id": "Id {}",
    "amount": "Amount {}",
    "draft": "Draft {}",
    "cap": "{}",
}


def _reason(value: object) -> str:
    return REASONS.get(str(value), str(value))


def _errors(value: object) -> str:
    if not isinstance(value, Mapping):
        return ""
    return "; ".join(named(path, _listed(said)) for path, said in value.items())


def _ticks(value: object) -> str:
    return f"Accepted warnings: {accepted(value)}" if isinstance(value, list) else ""


def _trades(value: object) -> str:
    return f"Trades {_listed(value)}"


def _verdict(value: object) -> str:
    return f"Verdict: {Verdict.Value(value).label}" if value in Verdict.Value else ""


_WORDED: dict[str, Callable[[object], str]] = {
    "reason": _reason,
    "vendor_errors": _errors,
    "ticked": _ticks,
    "trades": _trades,
    "verdict": _verdict,
}


def _ticked(tick: str) -> str:
    rule, _, about = tick.partition(" ")
    told = f"submission {about}" if rule == LOOK_ALIKE else words.label(about)
    return f"{rule} ({told})"


def _listed(said: object) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)
