"""A submission as people read it: what became of it, what was sent, what came back.

For the pages and the admin. Nothing here changes anything.
"""

from __future__ import annotations

import json
import re
import shlex
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from trades.domain import payload, words
from trades.domain.lifecycle import State
from trades.domain.market_words import grouped
from trades.domain.parameters import row_of
from trades.domain.payload import Difference
from trades.domain.schema import Kind
from trades.models import Connection, Submission
from trades.services import holds
from trades.services.telling import HEADLINES, age

PAGE_SIZE = 50
MASK = "••••••"

_NUMBERS = {Kind.WHOLE, Kind.PRICE, Kind.PERCENT, Kind.AMOUNT}
# The units that are the same on every market.
_UNITS = {"%", "x", "s"}
_AMOUNT = "position.units.value"
_CURL = (
    'curl "$THREECOMMAS/public/api/v2/smart_trades"'
    ' -H "Content-Type: application/json"{mode}'
    ' -H "Apikey: $APIKEY" -H "Signature: $SIGNATURE" --data-raw '
)
_UNSETTLED = {State.QUEUED, State.CLAIMED, State.SENDING}
# A look that is due so soon is worth waiting for; one so late will not come.
_SOON = timedelta(seconds=10)
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
    change: str = ""  # where it can be changed


def page(trader, before: str = "") -> tuple[list[Submission], uuid.UUID | None]:
    """A page of a trader's submissions, newest first, and where the next one begins.

    ``before`` is what the page before said; anything else gives the first page.
    """
    own = found = Submission.objects.filter(trader=trader).order_by("-pk")
    if (id := _id_in(before)) and (last := own.filter(public_id=id).first()):
        found = own.filter(pk__lt=last.pk)
    rows = list(found.defer("answer")[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    return rows[:PAGE_SIZE], rows[PAGE_SIZE - 1].public_id if more else None


def _id_in(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def headline(submission: Submission) -> str:
    """What the state means, in one sentence."""
    text = HEADLINES[State(submission.state)]
    return text.format(remote_id=submission.remote_id)


def watch_s(submission: Submission) -> int:
    """How often its page should ask for news, in seconds; 0 where none will come."""
    state = State(submission.state)
    if state in _UNSETTLED:
        return 1
    return 2 if state is State.UNKNOWN or _is_looked_up_soon(submission) else 0


def last_try(submission: Submission) -> Submission:
    """The latest of its retries; itself where there is none."""
    while retry := getattr(submission, "retry", None):
        submission = retry
    return submission


def first_try(submission: Submission) -> Submission:
    """The one that it retries in the end; itself where it is no retry."""
    while submission.retry_of:
        submission = submission.retry_of
    return submission


@dataclass(frozen=True)
class Remote:
    """How the trade stood at 3Commas, by the answer or a look, and how long ago."""

    status: str
    has_failed: bool
    error: str
    age: str


def remote(submission: Submission) -> Remote | None:
    """None where no trade was made, or nobody has seen its status yet."""
    status = visible(submission.remote_status).replace("_", " ")
    if State(submission.state) is not State.ACCEPTED or not status:
        return None
    seen = submission.remote_seen_at
    passed = timezone.now() - seen if seen else None
    return Remote(
        status,
        status.lower() == "failed",
        visible(submission.remote_error),
        age(passed // timedelta(seconds=1)) if passed else "",
    )


def mark(submission: Submission) -> str:
    """A line that is another one as soon as its page tells something new."""
    parts = [
        submission.state,
        # None of them ever goes; a number of theirs would tell what others do.
        submission.events.count(),
        submission.looks.count(),
        int(submission.remote_seen_at.timestamp()) if submission.remote_seen_at else 0,
        "held" if holds.sending(submission.trader, submission.account) else "free",
    ]
    return " ".join(map(str, parts))


def _is_looked_up_soon(submission: Submission) -> bool:
    due = submission.next_look_at
    return due is not None and abs(due - timezone.now()) < _SOON


def carries_token(submission: Submission) -> bool:
    return submission.token in submission.body


def amount(submission: Submission) -> str:
    return value(submission.body, _AMOUNT)


def number(value: Decimal | None) -> str:
    """With commas between thousands; "" for what is not known."""
    return "" if value is None else grouped(value)


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
        visible(named(path, str(message)))
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


def curl(body: str, mode: str) -> str:
    """The request as a command; what is secret is left to the shell.

    It names the mode as the sender does, so that no paper order is a real one.
    """
    own = mode != Connection.Mode.SANDBOX
    named = f' -H "Forced-Mode: {mode}"' if own else ""
    return _CURL.format(mode=named) + shlex.quote(body)


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


def named(path: str, said: str) -> str:
    """What was said, with the field that it is about in front."""
    return f"{words.label(path)}: {said}" if path else said
