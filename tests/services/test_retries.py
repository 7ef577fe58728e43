"""What surely never left for a network reason is tried again by itself, twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.services.steps import PAST, put, state_of, story
from trades.domain.lifecycle import Outcome, State
from trades.models import Submission
from trades.services import recording, sending, submissions

pytestmark = pytest.mark.django_db

NOWHERE = "http://127.0.0.1:1"


def go_on(submission: Submission) -> Submission:
    """Send what waits for the network, as if its wait were over."""
    retry = submission.retry
    put(retry, State.QUEUED, wait_until=timezone.now() + PAST)
    sending.send(retry.pk)
    retry.refresh_from_db()
    return retry


@pytest.fixture
def unreachable(confirmed, settings, sandbox):
    """A submission that could not be sent for want of a network."""
    there, settings.SANDBOX_URL = settings.SANDBOX_URL, NOWHERE
    submission = confirmed()
    sending.send(submission.pk)
    submission.refresh_from_db()
    assert state_of(submission) == "not_sent network"
    settings.SANDBOX_URL = there
    return submission


def test_a_retry_has_the_same_bytes_token_and_deadline(unreachable):
    retry = unreachable.retry
    for name in ("body", "sha256", "token", "fingerprint", "send_by", "draft"):
        assert getattr(retry, name) == getattr(unreachable, name)
    assert retry.state == "queued"
    assert retry.public_id != unreachable.public_id
    assert story(retry) == ["queued"]
    assert retry.events.get().details["retry_of"] == str(unreachable.public_id)


def test_a_retry_takes_the_draft_over(unreachable):
    assert unreachable.holds_draft is None
    assert unreachable.draft.live_submission == unreachable.retry


def test_a_retry_gives_the_network_a_moment(unreachable, sandbox):
    sending.send(unreachable.retry.pk)
    assert state_of(unreachable.retry) == "queued"
    assert go_on(unreachable).state == "accepted"
    assert len(sandbox.trades) == 1


def test_there_are_three_tries_in_all(unreachable, settings, sandbox):
    settings.SANDBOX_URL = NOWHERE
    second = go_on(unreachable)
    third = go_on(second)
    assert state_of(third) == "not_sent network"
    assert not hasattr(third, "retry")
    assert third.draft.live_submission is None
    assert Submission.objects.count() == 3


def test_nothing_is_tried_again_after_its_time(confirmed, settings, sandbox):
    settings.SANDBOX_URL = NOWHERE
    submission = confirmed()
    soon = timezone.now() + timedelta(seconds=0.9)
    put(submission, State.QUEUED, send_by=soon)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent network"
    assert not hasattr(submission, "retry")


@pytest.mark.parametrize("reason", ["tls", "config", "expired", "cancelled", "paused"])
def test_for_other_reasons_nothing_is_tried_again(confirmed, reason):
    submission = sending.claim(confirmed().pk)
    recording.record(submission, Outcome(State.NOT_SENT, reason))
    assert state_of(submission) == f"not_sent {reason}"
    assert Submission.objects.count() == 1


def test_a_person_confirms_again_with_a_new_token(unreachable, trader):
    put(unreachable.retry, State.NOT_SENT, holds_draft=None)
    review = submissions.review(unreachable.draft)
    ticked = [submissions.tick(w) for w in review.examined.warnings]
    again = submissions.confirm(
        unreachable.draft, by=trader, stamp=review.stamp, ticked=ticked
    )
    assert again.token != unreachable.token
    assert again.retry_of is None


def test_the_review_page_posted_again_leads_to_the_latest_try(
    confirmed, draft, trader, settings, sandbox
):
    settings.SANDBOX_URL = NOWHERE
    stamp = submissions.review(draft).stamp
    first = submissions.confirm(draft, by=trader, stamp=stamp, ticked=[])
    sending.send(first.pk)
    again = submissions.confirm(draft, by=trader, stamp=stamp, ticked=[])
    assert again.retry_of == first
