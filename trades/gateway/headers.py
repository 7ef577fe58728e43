"""Reads what an answer says before its body: its clock, how long to wait, its id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from math import ceil

WAIT_STATUSES = (418, 429, 503)
_WAIT_MOST_S = 24 * 60 * 60
_SKEW_MOST_S = 15 * 60


@dataclass(frozen=True)
class Head:
    """``skew_s`` and ``retry_after_s`` as in ``Outcome``; None where it isn't said."""

    status: int
    request_id: str = ""
    skew_s: int | None = None
    retry_after_s: int | None = None


def read_head(status: int, headers: Mapping[str, str], *, now: datetime) -> Head:
    """``now`` is the local time at which the answer began to arrive."""
    sent = _moment(headers.get("Date", ""))
    wait = headers.get("Retry-After", "") if status in WAIT_STATUSES else ""
    return Head(
        status,
        request_id=re.sub(r"[^!-~]", "", headers.get("X-Request-Id", ""))[:100],
        skew_s=None if sent is None else _skew_s(sent, now),
        retry_after_s=_wait_s(wait, since=sent or now),
    )


def _skew_s(sent: datetime, now: datetime) -> int:
    return min(ceil(abs(now - sent).total_seconds()), _SKEW_MOST_S)


def _wait_s(text: str, *, since: datetime) -> int | None:
    """Seconds from a number or a date. A date is the server's, as ``since`` is."""
    text = text.strip()
    if re.fullmatch(r"[0-9]{1,99}", text):
        return min(int(text), _WAIT_MOST_S)
    until = _moment(text)
    if until is None:
        return None
    return max(0, min(ceil((until - since).total_seconds()), _WAIT_MOST_S))


def _moment(text: str) -> datetime | None:
    """A date of HTTP, which is always UTC."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
