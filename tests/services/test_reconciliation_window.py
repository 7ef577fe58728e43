"""In which window of time a look searches, and whose clock it goes by."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.services.steps import add_trade, age, look_again, state_of
from trades.domain import payload
from trades.models import Connection, Submission
from trades.services import reconciliation

pytestmark = pytest.mark.django_db

BROKEN = 1500


def test_a_trade_from_before_the_window_is_none(unknown, sandbox):
    submission = unknown(BROKEN)
    add_trade(sandbox, submission, note="by hand", ago_s=150)
    assert look_again(submission).listed == 0
    add_trade(sandbox, submission, note="by hand", ago_s=100)
    assert look_again(submission).listed == 1


def test_clocks_that_differ_widen_the_window(unknown, sandbox, connection):
    submission = unknown(BROKEN)
    add_trade(sandbox, submission, note="by hand", ago_s=600)
    assert look_again(submission).listed == 0
    Connection.objects.update(skew_s=500)
    submission = Submission.objects.get(pk=submission.pk)
    since, until = reconciliation.window(submission)
    assert submission.sent_at - since == timedelta(seconds=620)
    assert until - submission.ended_at == timedelta(seconds=1400)
    assert look_again(submission).listed == 1


@pytest.mark.parametrize(("skew_s", "used"), [(None, 5), (0, 5), (90_000, 900)])
def test_a_difference_of_clocks_is_believed_within_limits(unknown, skew_s, used):
    submission = unknown(BROKEN)
    Connection.objects.update(skew_s=skew_s)
    submission = Submission.objects.get(pk=submission.pk)
    since, _ = reconciliation.window(submission)
    assert submission.sent_at - since == timedelta(seconds=used + 120)


def test_an_answer_tells_how_far_the_clocks_differ(unknown, connection):
    look_again(unknown(BROKEN))
    connection.refresh_from_db()
    assert connection.skew_s in (0, 1)


def test_a_late_trade_is_still_inside_the_window_of_a_late_look(unknown, sandbox):
    submission = unknown(BROKEN)
    age(submission, hours=3)
    body_note = payload.decode(submission.body)["note"]
    made = add_trade(sandbox, submission, note=body_note)
    look_again(submission)
    assert state_of(submission) == "accepted found"
    assert submission.remote_id == made.id
