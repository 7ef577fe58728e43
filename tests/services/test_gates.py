"""The rate limiter that all processes share."""

from __future__ import annotations

import threading
from datetime import timedelta
from time import monotonic

import pytest
from django.db import connections
from django.db.models import F
from django.utils import timezone

from trades.models import Gate, Submission
from trades.services import gates, sending
from trades.services.gates import GateShut

pytestmark = pytest.mark.django_db


def passed(lane: str, connection, times: int) -> int:
    """How many of so many requests get through at once."""
    through = 0
    for _ in range(times):
        try:
            gates.admit(lane, connection)
        except GateShut:
            continue
        through += 1
    return through


def let_pass(seconds: int) -> None:
    """The rows as they would stand so many seconds later."""
    ms = seconds * 1000
    Gate.objects.update(tat=F("tat") - ms, blocked_until=F("blocked_until") - ms)


def use_up(connection) -> None:
    """Take all places there are, and those of the next minute."""
    passed(gates.SUBMISSIONS, connection, 10)
    let_pass(-60)


def address() -> Gate:
    return Gate.objects.get(scope=Gate.ADDRESS)


def test_ten_may_leave_at_once_and_then_one_after_the_other(connection):
    began = monotonic()
    assert 10 <= passed(gates.SUBMISSIONS, connection, 15) <= 10 + monotonic() - began
    let_pass(2)
    assert passed(gates.SUBMISSIONS, connection, 1) == 1


def test_no_minute_sees_more_than_seventy(connection):
    began = monotonic()
    left = passed(gates.SUBMISSIONS, connection, 20)
    for second in range(59):
        let_pass(1)
        lane = gates.LOOKS if second % 4 == 0 else gates.SUBMISSIONS
        left += passed(lane, connection, 3)
    seconds = 59 + monotonic() - began  # the test itself takes its time
    assert 10 + 59 <= left <= 10 + seconds


@pytest.mark.parametrize(
    ("lane", "other", "a_minute"),
    [
        (gates.SUBMISSIONS, gates.LOOKS, 45),
        (gates.LOOKS, gates.SUBMISSIONS, 15),
    ],
)
def test_neither_lane_starves_the_other(connection, lane, other, a_minute):
    began, left = monotonic(), 0
    for _ in range(60):
        let_pass(1)
        left += passed(lane, connection, 3)
    seconds = 60 + monotonic() - began  # the test itself takes its time
    assert a_minute <= left <= 10 + a_minute * seconds / 60
    assert passed(other, connection, 1) == 1


def test_a_key_has_a_pace_of_its_own(connection):
    use_up(connection)
    Gate.objects.exclude(scope=f"connection:{connection.pk}").update(tat=0)
    assert passed(gates.SUBMISSIONS, connection, 3) == 0


def test_what_is_refused_uses_up_no_place(connection):
    use_up(connection)
    before = dict(Gate.objects.values_list("scope", "tat"))
    assert passed(gates.SUBMISSIONS, connection, 3) == 0
    assert dict(Gate.objects.values_list("scope", "tat")) == before


def test_after_a_rate_refusal_nothing_leaves_for_five_minutes(connection):
    gates.admit(gates.LOOKS, connection)
    gates.shut("rate")
    assert passed(gates.LOOKS, connection, 1) == passed("submissions", connection, 1)
    assert not gates.has_room(gates.SUBMISSIONS)
    let_pass(299)
    assert passed(gates.LOOKS, connection, 1) == 0
    let_pass(2)
    assert passed(gates.LOOKS, connection, 1) == 1


def test_the_vendors_own_wait_counts_where_it_is_longer(connection):
    gates.shut("rate", 30)
    until, needs_admin = gates.silent_until()
    assert 290 < (until - timezone.now()).seconds <= 300
    gates.shut("rate", 900)
    until, needs_admin = gates.silent_until()
    assert 890 < (until - timezone.now()).seconds <= 900
    assert not needs_admin


def test_a_shorter_silence_does_not_shorten_a_longer_one():
    gates.shut("rate", 3600)
    gates.shut("rate")
    until, _ = gates.silent_until()
    assert until > timezone.now() + timedelta(minutes=50)


def test_a_glance_tells_whether_trying_is_worth_it(connection):
    assert gates.has_room(gates.SUBMISSIONS)
    use_up(connection)
    assert not gates.has_room(gates.SUBMISSIONS)
    let_pass(90)
    assert gates.has_room(gates.SUBMISSIONS)


@pytest.mark.parametrize("reason", ["plan", "refused", "key", ""])
def test_other_refusals_leave_the_gate_open(connection, reason):
    gates.shut(reason)
    assert passed(gates.SUBMISSIONS, connection, 1) == 1


def test_a_ban_needs_an_admin_and_half_an_hour(connection):
    gates.shut("ban")
    let_pass(3600)
    assert passed(gates.SUBMISSIONS, connection, 1) == 0
    assert gates.silent_until() == (None, True)
    assert gates.open_after_ban()
    assert passed(gates.SUBMISSIONS, connection, 1) == 1


def test_an_admin_can_not_end_the_silence_before_its_time(connection):
    gates.shut("ban")
    gates.open_after_ban()
    let_pass(1799)
    assert passed(gates.SUBMISSIONS, connection, 1) == 0
    let_pass(2)
    assert passed(gates.SUBMISSIONS, connection, 1) == 1


def test_each_ban_is_twice_as_long_until_a_quiet_day():
    lengths = []
    for _ in range(3):
        gates.shut("ban")
        until, _ = gates.silent_until()
        lengths.append(round((until - timezone.now()).total_seconds() / 60))
        let_pass(lengths[-1] * 60 + 1)
    assert lengths == [30, 60, 120]
    let_pass(86_401)
    gates.shut("ban")
    assert address().strikes == 1


def test_a_clock_that_was_set_back_shuts_nothing_for_good(connection):
    gates.admit(gates.SUBMISSIONS, connection)
    let_pass(-30 * 86_400)
    assert passed(gates.SUBMISSIONS, connection, 1) == 0
    gates.clamp()
    let_pass(2)
    assert passed(gates.SUBMISSIONS, connection, 1) == 1


def test_a_silence_of_a_clock_that_was_set_back_lasts_a_day_at_most():
    gates.shut("rate")
    let_pass(-30 * 86_400)
    gates.clamp()
    until, _ = gates.silent_until()
    assert until <= timezone.now() + timedelta(days=1)


def test_the_gate_can_be_part_of_a_compare_and_set(confirmed):
    submission = confirmed()
    rows = Submission.objects.filter(gates.is_open(), pk=submission.pk)
    assert rows.exists()
    gates.shut("rate")
    rows = Submission.objects.filter(gates.is_open(), pk=submission.pk)
    assert not rows.exists()


@pytest.mark.django_db(transaction=True)
def test_many_at_once_take_no_more_places_than_there_are(connection):
    through: list[int] = []

    def push() -> None:
        try:
            through.append(passed(gates.SUBMISSIONS, connection, 5))
        finally:
            connections.close_all()

    began = monotonic()
    pushing = [threading.Thread(target=push) for _ in range(6)]
    for thread in pushing:
        thread.start()
    for thread in pushing:
        thread.join()
    assert 10 <= sum(through) <= 10 + monotonic() - began


@pytest.mark.django_db(transaction=True)
def test_a_claim_that_fails_gives_its_place_back(confirmed, connection):
    gates.admit(gates.SUBMISSIONS, connection)
    before = address().tat
    submission = confirmed()
    later = timezone.now() + timedelta(seconds=9)
    Submission.objects.update(wait_until=later)
    assert sending.claim(submission.pk) is None
    assert address().tat == before
