"""A sender that stood still until it was given up, and then goes on."""

from __future__ import annotations

from threading import Event

import pytest

from tests.faults.trader import (
    Pages,
    assert_absence_is_offered,
    assert_accepted,
    assert_unknown,
    be_patient,
    reap_the_dead,
)
from tests.services.steps import state_of
from trades.gateway.fence import STALE_AFTER_S
from trades.services import sending

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def pages(trader, fault_server, settings) -> Pages:
    be_patient(settings)
    return Pages(trader)


@pytest.fixture
def given_up(pages, confirmed, sender_process):
    """A submission, and its sender that stands still since some point."""

    def stop(point: str):
        submission = confirmed()
        sender = sender_process(stop_at=point)
        sender.wait_until_stopped()
        reap_the_dead()
        return submission, sender

    return stop


def go_on(sender) -> None:
    sender.resume()
    sender.terminate()
    assert sender.wait() == 0


@pytest.mark.parametrize("point", ["after-c2", "connecting"])
def test_who_wakes_up_before_c3_sends_nothing_that_another_has_sent(
    assert_safe, fault_server, pages, given_up, point
):
    submission, sender = given_up(point)
    sending.send(submission.pk)
    assert_accepted(pages, submission, fault_server)
    go_on(sender)
    assert_accepted(pages, submission, fault_server)
    assert len(fault_server.posts) == 1
    assert_safe()


def test_who_wakes_up_too_long_after_c3_sends_nothing(
    assert_safe, fault_server, pages, given_up
):
    submission, sender = given_up("at-c3")
    assert_unknown(pages, submission)
    Event().wait(STALE_AFTER_S)  # only time itself can make it late
    go_on(sender)
    assert fault_server.posts == []
    assert_absence_is_offered(pages, submission)
    assert_safe()


def test_an_answer_that_is_read_late_still_counts(
    assert_safe, fault_server, pages, given_up
):
    submission, sender = given_up("after-body")
    assert_unknown(pages, submission)
    go_on(sender)
    assert state_of(submission) == "accepted"
    assert_accepted(pages, submission, fault_server)
    assert_safe()
