"""Days and spans of days, by UTC."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

# The words that a view is kept with, so that it means another day tomorrow: how many
# days back the first one lies, and the last one.
SPANS = {
    "today": ("Today", 0, 0),
    "yesterday": ("Yesterday", 1, 1),
    "week": ("The last 7 days", 6, 0),
    "month": ("The last 30 days", 29, 0),
}


def span(name: str, today: date) -> tuple[date, date]:
    """First and last day. Raises ``KeyError`` for a word that is none of ``SPANS``."""
    _, first, last = SPANS[name]
    return today - timedelta(days=first), today - timedelta(days=last)


def begin(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), tzinfo=UTC)


def end(day: date) -> datetime:
    """The first moment after a day. Raises ``OverflowError`` for the last of all."""
    return begin(day + timedelta(days=1))
