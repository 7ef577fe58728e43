"""A submission as people read it: what became of it, what was sent, what came back.

For the pages and the admin. Nothing here changes anything.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from trades.domain import payload, words
from trades.domain.lifecycle import State
from trades.domain.parameters import row_of
from trades.domain.payload import Difference
from trades.domain.schema import Kind
from trades.models import Connection, Event, Submission
from trades.models.events import SENDER
from trades.services.telling import ALLOWED_NO_MORE, HEADLINES, REASONS

PAGE_SIZE = 50
MASK = "••••••"

_NUMBERS = {Kind.WHOLE, Kind.PRICE, Kind.PERCENT, Kind.AMOUNT}
# The units that are the same on every market.
_UNITS = {"%", "x", "s"}
_AMOUNT = "position.units.value"
_UNSETTLED = {State.QUEUED, State.CLAIMED, State.SENDING}
# Characters that turn the text around them.
_TURNING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_PART = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s"\[\]{},:]+')
_DEEPEST = 20


@dataclass(frozen=True)
class Field:
    """One value of a body under the name that people know, with what was said of it."""

    path: str
    label: str
    value: str
    unit: str
    is_number: bool
    errors: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One line of the timeline."""

    at: datetime
    by: str
    old: str
    new: str
    details: tuple[str, ...]


def page(trader, before: str = "") -> tuple[list[Submission], int | None]:
    """A page of a trader's submissions, newest first, and where the next one begins.

    ``before`` is what the page before said; anything else gives the first page.
    """
    found = Submission.objects.filter(trader=trader).order_by("-pk")
    if re.fullmatch("[0-9]{1,18}", before):
        found = found.filter(pk__lt=int(before))
    rows = list(found.defer("answer")[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].pk if more else None


def headline(submission: Submission) -> str:
    """What the state means, in one sentence."""
    text = HEADLINES[State(submission.state)]
    return text.format(remote_id=submission.remote_id)


def reason(submission: Submission) -> str:
    """Why, where the headline leaves that open; "" otherwise."""
    if submission.reason == "cancelled" and _is_stopped(submission.events.last()):
        return ALLOWED_NO_MORE
    return REASONS.get(submission.reason, submission.reason)


def is_unsettled(submission: Submission) -> bool:
    """Whether the next moments will bring news without anybody's doing."""
    return State(submission.state) in _UNSETTLED


def carries_token(submission: Submission) -> bool:
    return submission.token in submission.body


def amount(submission: Submission) -> str:
    return value(submission.body, _AMOUNT)


def value(body: str, path: str) -> str:
    """One value of a body, as it stands there."""
    return payload.flat(payload.decode(body)).get(path, "")


def fields(
    body: str, errors: Mapping[str, Iterable[str]] | None = None
) -> Iterator[Field]:
    """Everything that a body says, in its order; ``errors`` by path."""
    for path, text in payload.flat(payload.decode(body)).items():
        row = row_of(path)
        unit = row.unit if row and row.unit in _UNITS else ""
        said = tuple(visible(str(m)) for m in (errors or {}).get(path, ()))
        is_number = bool(row and row.kind in _NUMBERS and path != "account_id")
        value = shown(path, text)
        yield Field(path, words.label(path), value, unit, is_number, said)


@dataclass(frozen=True)
class Changed:
    """A field that differs, in words: as it was shown, and as it is now."""

    label: str
    shown: str
    now: str


def compared(changes: Iterable[Difference]) -> list[Changed]:
    return [
        Changed(words.label(c.path), shown(c.path, c.before), shown(c.path, c.after))
        for c in changes
    ]


def elsewhere(submission: Submission) -> list[str]:
    """What the vendor said of fields that the body lacks, and of none."""
    sent = payload.flat(payload.decode(submission.body))
    return [
        visible(_named(path, str(message)))
        for path, messages in submission.vendor_errors.items()
        if path not in sent
        for message in messages
    ]


def shown(path: str, text: str) -> str:
    """A value as people read it: a switch is on or off, all else stays as it is."""
    row = row_of(path)
    if row and row.kind is Kind.SWITCH:
        return {"true": "on", "false": "off"}.get(text, text)
    return visible(text)


def visible(text: str) -> str:
    """The text with a mark in place of each character that would turn it around."""
    return _TURNING.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


def request_head(submission: Submission) -> list[str]:
    """The request's first line and headers. The two that are secrets are kept nowhere.

    The host depends on the mode alone, and what carries the connection is left out.

    Source: 3Commas API, "Create SmartTrade" and "Signed requests".
    """
    own_mode = submission.mode != Connection.Mode.SANDBOX
    return [
        "POST /public/api/v2/smart_trades",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Content-Length: {len(submission.body.encode())}",
        "User-Agent: smarttrade-ui",
        *([f"Forced-Mode: {submission.mode}"] if own_mode else []),
        f"Apikey: {MASK}",
        f"Signature: {MASK}",
    ]


def timeline(submission: Submission) -> list[Entry]:
    events: QuerySet[Event] = submission.events.all()
    return [entry(event) for event in events]


def entry(event: Event) -> Entry:
    """An event in words."""
    details = (_detail(key, value) for key, value in event.details.items())
    told = [ALLOWED_NO_MORE] if _is_stopped(event) else map(visible, details)
    old = state_label(event.old) if event.old else "Draft"
    return Entry(event.at, event.by, old, state_label(event.new), tuple(told))


def state_label(state: str) -> str:
    return state.replace("_", " ").capitalize()


def indented(text: str) -> str:
    """JSON spread over lines, each value as it came; any other text as it is.

    Nothing is parsed and written again, so that no digit and no twin key is lost.
    """
    try:
        json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        return text
    parts: list[str] = []
    depth, last = 0, ""
    for part in _PART.findall(text):
        opened, closes = last in ("{", "["), part in ("}", "]")
        depth -= closes
        if depth > _DEEPEST:  # the indentation would outgrow the text
            return text
        if opened != closes or last == ",":
            parts.append("\n" + "  " * depth)
        parts.append(": " if part == ":" else part)
        depth += part in ("{", "[")
        last = part
    return "".join(parts)


def _is_stopped(event: Event | None) -> bool:
    """Whether the sender, not a person, took the submission back."""
    return (
        event is not None
        and event.by == SENDER
        and event.details.get("reason") == "cancelled"
    )


def _detail(key: str, value: object) -> str:
    if key == "vendor_errors" and isinstance(value, dict):
        return "; ".join(_named(path, _listed(said)) for path, said in value.items())
    if key == "ticked" and isinstance(value, list):
        return f"Accepted warnings: {', '.join(_ticked(str(tick)) for tick in value)}"
    if key == "reason":
        return REASONS.get(str(value), str(value))
    return _DETAILS.get(key, "{key}: {}").format(value, key=key)


_DETAILS = {
    "draft_version": "Version {} of the draft",
    "sha256": "SHA-256 {}",
    "status": "HTTP status {}",
    "vendor_text": "3Commas: “{}”",
    "request_id": "X-Request-Id {}",
    "duration_ms": "{} ms",
    "remote_id": "Trade {}",
}


def _named(path: str, said: str) -> str:
    return f"{words.label(path)}: {said}" if path else said


def _ticked(tick: str) -> str:
    rule, _, path = tick.partition(" ")
    return f"{rule} ({words.label(path)})"


def _listed(said: object) -> str:
    return ", ".join(map(str, said)) if isinstance(said, list) else str(said)
