"""Days and spans of days."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from trades.domain.periods import SPANS, begin, end, span

TODAY = date(2026, 3, 1)


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("today", TODAY, TODAY),
        ("yesterday", date(2026, 2, 28), date(2026, 2, 28)),
        ("week", date(2026, 2, 23), TODAY),
        ("month", date(2026, 1, 31), TODAY),
    ],
)
def test_a_span_has_a_first_and_a_last_day(name, first, last):
    assert span(name, TODAY) == (first, last)


def test_every_word_is_a_span():
    assert set(SPANS) == {"today", "yesterday", "week", "month"}
    with pytest.raises(KeyError):
        span("year", TODAY)


def test_a_day_lasts_from_midnight_to_midnight_by_utc():
    assert begin(TODAY) == datetime(2026, 3, 1, tzinfo=UTC)
    assert end(TODAY) == datetime(2026, 3, 2, tzinfo=UTC)


def test_the_last_of_all_days_has_no_end():
    with pytest.raises(OverflowError):
        end(date.max)
