"""An approval holds when its order is confirmed and again when it is claimed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.services.steps import put, state_of
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.models import Approval
from trades.services import approving, caps, sending, submissions
from trades.services.approving import Stands
from trades.services.guards import ApprovalNeeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(account):
    know(account)


def run_out(approval: Approval) -> None:
    ago = timezone.now() - timedelta(seconds=1)
    Approval.objects.filter(pk=approval.pk).update(valid_until=ago)


def left(approval: Approval) -> timedelta:
    approval.refresh_from_db()
    return approval.valid_until - timezone.now()


def test_a_request_runs_out_undecided(above, ask, reviewer, stands):
    above("0")
    approval = ask()
    assert timedelta(hours=23, minutes=59) < left(approval) <= timedelta(hours=24)
    run_out(approval)
    assert stands() is Stands.OVER
    assert not approving.open_requests().exists()
    assert not approving.approve(approval, by=reviewer)
    assert not approving.refuse(approval, by=reviewer, why="late")
    approval.refresh_from_db()
    assert approval.approved is None
    assert ask().token != approval.token


def test_an_approval_runs_out_before_it_is_confirmed(
    approved, draft, confirm_draft, stands
):
    assert timedelta(minutes=29) < left(approved) <= timedelta(minutes=30)
    review = submissions.review(draft)
    run_out(approved)
    assert stands() is Stands.OVER
    with pytest.raises(ApprovalNeeded):
        confirm_draft(review)


def test_an_approval_runs_out_before_it_is_claimed(approved, confirm_draft, sandbox):
    submission = confirm_draft()
    run_out(approved)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent unapproved"
    assert submission.holds_draft is None
    assert len(sandbox.trades) == 0


def test_the_sender_asks_for_approval_that_is_needed_since(
    above, confirm_draft, sandbox
):
    submission = confirm_draft()
    above("0")
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent unapproved"


def test_the_sender_asks_nobody_where_it_is_not_needed_any_more(
    approved, confirm_draft, reviewer, sandbox
):
    submission = confirm_draft()
    run_out(approved)
    for cap in caps.in_force_of():
        caps.lift_cap(cap, by=reviewer)
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"


def test_a_retry_is_covered_by_the_approval(approved, confirm_draft, settings, sandbox):
    submission, url = confirm_draft(), settings.SANDBOX_URL
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent network"
    settings.SANDBOX_URL = url
    retry = submission.retry
    put(retry, State.QUEUED, wait_until=None)
    sending.send(retry.pk)
    assert state_of(retry) == "accepted"


def test_what_somebody_else_approved_is_sent(approved, confirm_draft, sandbox):
    submission = confirm_draft()
    assert (submission.sha256, submission.body) == (approved.sha256, approved.body)
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"
