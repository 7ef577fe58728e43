"""What an answer says before its body, whatever stands in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.gateway.headers import read_head

NOW = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
DAY_S = 24 * 60 * 60
WAITING = {418, 429, 503}


def date(offset_s: int) -> str:
    return format_datetime(NOW + timedelta(seconds=offset_s), usegmt=True)


def wait(text: str, status: int = 429, **headers: str) -> int | None:
    given_headers = {"Retry-After": text} | headers
    return read_head(status, given_headers, now=NOW).retry_after_s


def skew(text: str, now: datetime = NOW) -> int | None:
    return read_head(201, {"Date": text}, now=now).skew_s


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("0", 0),
        ("1", 1),
        (" 300 ", 300),
        ("0060", 60),
        (str(DAY_S), DAY_S),
        (str(DAY_S + 1), DAY_S),
        ("9" * 99, DAY_S),
        (date(90), 90),
        (date(-90), 0),
        (date(DAY_S + 1), DAY_S),
        ("Sunday, 01-Mar-26 12:01:30 GMT", 90),
        ("Sun Mar  1 12:01:30 2026", 90),
    ],
)
def test_a_wait_is_seconds_or_a_date_and_a_day_at_most(text, seconds):
    assert wait(text) == seconds


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            " ",
            "-5",
            "+5",
            "1.5",
            "1e3",
            "5 s",
            "120, 60",
            "soon",
            "0x10",
            "٣",
            "²",
        ),
        *("Sun, 99 Mar 2026 12:00:00 GMT", "Sun, 01 Mar 99999 12:00:00 GMT"),
        "9" * 5000,
        f"Sun, 01 Mar 2026 {'9' * 20}:00:00 GMT",
        f"Sun, 01 Mar 2026 12:00:00 +{'9' * 20}",
    ],
    ids=lambda text: text[:30],
)
def test_nonsense_is_no_wait_and_no_clock(text):
    assert wait(text) is None
    assert skew(text) is None


@pytest.mark.parametrize("status", range(100, 600))
def test_only_three_statuses_ask_to_wait(status):
    assert wait("60", status) == (60 if status in WAITING else None)
    assert wait(date(60), status) == (60 if status in WAITING else None)


def test_a_wait_until_a_date_is_counted_on_the_clock_that_wrote_it():
    assert wait(date(660), Date=date(600)) == 60
    assert wait(date(660), Date="no date") == 660


@pytest.mark.parametrize("offset_s", [0, 1, 2, 59, 600, 899, 900, 901, 10**9])
def test_skew_is_the_distance_of_the_clocks_either_way(offset_s):
    assert skew(date(offset_s)) == skew(date(-offset_s)) == min(offset_s, 900)


@pytest.mark.parametrize(
    ("microseconds", "seconds"), [(1, 1), (999_999, 1), (1_000_001, 2), (-1, 1)]
)
def test_skew_is_rounded_up(microseconds, seconds):
    assert skew(date(0), NOW + timedelta(microseconds=microseconds)) == seconds


@pytest.mark.parametrize(
    "text", ["", "now", "2026-03-01T12:00:00Z", "1772366400", "Sun, 32 Mar 2026"]
)
def test_without_a_date_nothing_is_known_of_the_clock(text):
    assert skew(text) is None
    assert read_head(201, {}, now=NOW).skew_s is None


@pytest.mark.parametrize(
    "text", ["Sun, 01 Mar 2026 12:00:07", "Sun, 01 Mar 2026 14:00:07 +0200"]
)
def test_a_date_without_its_zone_is_utc(text):
    assert skew(text) == 7


@pytest.mark.parametrize(
    ("sent", "kept"), [("r-1", "r-1"), (" a\tb\u00e9 ", "ab"), ("x" * 101, "x" * 100)]
)
def test_the_id_of_a_request_is_kept_as_far_as_it_can_be_written(sent, kept):
    assert read_head(201, {"X-Request-Id": sent}, now=NOW).request_id == kept
    assert read_head(201, {}, now=NOW).request_id == ""


pieces = ["Sun,", "01", "Mar", "2026", "12:00:00", "GMT", "+9999", "-", ",", " "]
texts = st.text() | st.lists(
    st.sampled_from([*pieces, "9" * 30, "Feb", "31", "0000", "24:60:61"])
).map(" ".join)


@given(st.integers(100, 599), texts, texts, texts)
def test_whatever_stands_there_is_read_within_the_limits(status, one, two, three):
    headers = {"Date": one, "Retry-After": two, "X-Request-Id": three}
    head = read_head(status, headers, now=NOW)
    assert head.skew_s is None or 0 <= head.skew_s <= 900
    assert head.retry_after_s is None or 0 <= head.retry_after_s <= DAY_S
    assert head.request_id.isascii()
    assert len(head.request_id) <= 100
