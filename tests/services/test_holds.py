"""Moments and ages as people read them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from trades.services.holds import Countdown
from trades.services.telling import age


@pytest.mark.parametrize(
    ("left_s", "seconds", "clock"),
    [
        (-100_000, 0, "0:00"),
        (0, 0, "0:00"),
        (8.5, 9, "0:09"),
        (271.5, 272, "4:32"),
        (3599.5, 3600, "1:00:00"),
        (90_000.5, 90_001, "25:00:01"),
    ],
)
def test_what_is_left_is_rounded_up(left_s, seconds, clock):
    countdown = Countdown(timezone.now() + timedelta(seconds=left_s))
    assert (countdown.seconds, countdown.clock) == (seconds, clock)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 seconds"),
        (1, "1 second"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (7199, "119 minutes"),
        (7200, "2 hours"),
        (172_800, "2 days"),
    ],
)
def test_an_age_is_told_in_one_unit(seconds, said):
    assert age(seconds) == said
