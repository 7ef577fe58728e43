"""F11 to F28: something has left, and no answer can be believed but a whole one."""

from __future__ import annotations

import tracemalloc

import pytest

from tests.faults.exchange import Step
from tests.faults.scripts import (
    EDGE_PAGE,
    answer,
    broken_record,
    close,
    create,
    cut,
    drop,
    garbage,
    good,
    gzip_zeros,
    half,
    half_chunked,
    half_unmeasured,
    handshake,
    hang,
    interim,
    read,
    reset,
    until_gone,
)
from tests.faults.wire import Wire, look_when_due
from tests.services.steps import age, state_of
from trades.models import Submission
from trades.services import sending

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("safe_in_the_end")]

GZIP = gzip_zeros(50)  # packed here, where nobody measures memory


@pytest.fixture
def wire(fault_server, client, confirmed, settings) -> Wire:
    return Wire(fault_server, client, confirmed, settings)


@pytest.fixture
def assert_found(wire):
    """Play this in answer to a POST; what became of it is found by a look."""

    def check(*script: Step, reason: str) -> None:
        wire.assert_found(unknown(wire, *script, reason=reason))

    return check


@pytest.fixture
def assert_absence_offered(wire):
    """Play this in answer to a POST; no look finds anything."""

    def check(*script: Step, reason: str) -> None:
        wire.assert_absence_offered(unknown(wire, *script, reason=reason))
        assert len(wire.server.posts) == 1

    return check


def unknown(wire: Wire, *script: Step, reason: str) -> Submission:
    wire.server.on_post(*script)
    submission = wire.send_in_a_hurry() if hang in script else wire.send()
    assert state_of(submission) == f"unknown {reason}"
    return submission


def test_f11_a_reset_in_the_middle_of_the_request(wire):
    wire.server.on_connect(handshake, read(100), reset)
    submission = wire.send()
    assert state_of(submission) == "unknown broken"
    wire.assert_absence_offered(submission)
    [post] = wire.server.posts
    assert (len(post.raw), post.is_whole) == (100, False)


def test_f12_a_server_that_never_reads(wire):
    wire.server.on_connect(handshake, hang)
    submission = wire.send_in_a_hurry()
    assert state_of(submission) == "unknown broken"
    wire.assert_absence_offered(submission)
    assert wire.server.posts == []


@pytest.mark.parametrize("beginning", [(), (interim(100),)])
def test_f13_no_answer_and_no_trade(assert_absence_offered, beginning):
    assert_absence_offered(*beginning, hang, reason="broken")


@pytest.mark.parametrize("beginning", [(), (interim(100),)])
def test_f14_a_trade_without_an_answer_is_found(assert_found, beginning):
    assert_found(create, *beginning, hang, reason="broken")


def test_f15_a_trade_that_is_made_after_our_time_was_over(wire):
    wire.server.on_post(until_gone)
    submission = wire.send_in_a_hurry()
    for _ in range(2):  # after 5 and 15 seconds
        wire.assert_open(submission)
        assert look_when_due(submission) == "unknown broken"
    age(submission, seconds=25)
    [post] = wire.server.posts
    wire.server.create_late(post)  # 40 seconds after our timeout
    wire.assert_found(submission)  # after 45


def test_f16_a_reset_instead_of_an_answer(assert_found):
    assert_found(create, reset, reason="broken")


def test_f17_a_reset_after_the_request_and_no_trade(assert_absence_offered):
    assert_absence_offered(reset, reason="broken")


@pytest.mark.parametrize("end", [close, drop])
def test_f18_a_close_instead_of_an_answer(assert_found, end):
    assert_found(create, end, reason="broken")


@pytest.mark.parametrize("garbled", [garbage, broken_record])
def test_f19_an_answer_that_is_not_http(assert_found, garbled):
    assert_found(create, garbled, reason="broken")


def test_f20_a_good_answer(wire):
    wire.server.on_post(create, good)
    submission = wire.send()
    assert state_of(submission) == "accepted"
    assert [submission.remote_id] == list(wire.server.trades)
    first_line = f"3Commas created trade {submission.remote_id}."
    assert wire.reads(submission).first_line == first_line
    assert look_when_due(submission) == "accepted"
    page = wire.reads(submission)
    assert page.first_line == first_line
    assert (
        f"Its status there: {submission.remote_status.replace('_', ' ')}" in page.text
    )
    assert len(wire.server.posts) == 1


def test_f21_a_page_instead_of_a_trade(assert_found):
    assert_found(create, answer(201, EDGE_PAGE), reason="unclear")


@pytest.mark.parametrize("status", [200, 201, 204])
def test_f22_an_empty_answer(assert_found, status):
    assert_found(create, answer(status), reason="unclear")


def test_f23_an_answer_that_is_shorter_than_its_length(assert_found):
    assert_found(create, half, reason="broken")


@pytest.mark.parametrize("bytes_left", [12, 120, -1])
def test_f23_an_answer_that_is_cut_anywhere(assert_found, bytes_left):
    assert_found(create, cut(bytes_left), reason="broken")


def test_f24_an_answer_that_is_cut_in_a_chunk(assert_found):
    assert_found(create, half_chunked, reason="broken")


def test_f24_an_answer_of_which_nobody_knows_the_length(assert_found):
    assert_found(create, half_unmeasured, reason="unclear")


def test_f25_an_answer_that_stalls_half_way(assert_found):
    assert_found(create, half, hang, reason="broken")


@pytest.mark.parametrize("body", ["[]", "{}", '{"id": null}'])
def test_f26_an_answer_without_a_trade(assert_found, body):
    assert_found(create, answer(201, body), reason="unclear")


def test_f27_an_answer_that_unpacks_to_50_megabytes(wire):
    wire.server.on_post(create, GZIP)
    submission = wire.confirmed()
    assert grown_bytes(sending.send, submission.pk) < 5 * 1024 * 1024
    assert state_of(submission) == "unknown unclear"
    wire.assert_found(submission)


def grown_bytes(act, *arguments: object) -> int:
    """By how much memory has grown at most, while this was done."""
    tracemalloc.start()
    try:
        act(*arguments)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("body", ['{"error": "record_invalid"}'])
def test_f28_an_error_with_a_good_status(assert_absence_offered, body):
    assert_absence_offered(answer(200, body), reason="unclear")
