"""What the sender does with a queued submission, against a real sandbox."""

from __future__ import annotations

import pytest

from trades.domain.lifecycle import State
from trades.services import sending

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_queued_submission_becomes_one_trade(confirmed, sandbox):
    submission = confirmed()
    sending.send(submission.pk)
    submission.refresh_from_db()
    assert submission.state == State.ACCEPTED.value
    assert [submission.remote_id] == list(sandbox.trades)
    assert sandbox.trades[submission.remote_id].body == submission.body.encode()
