"""What the tests of looking up begin with."""

from __future__ import annotations

import pytest

from tests.services.steps import due
from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services import sending


@pytest.fixture
def unknown(confirmed, make_account, sandbox):
    """A submission that was sent, of which nobody knows what became."""

    def unknown(remote_id: int, **changes: str) -> Submission:
        account = make_account(remote_id)
        submission = confirmed({"account_id": str(account.public_id), **changes})
        sending.send(submission.pk)
        submission.refresh_from_db()
        assert submission.state == State.UNKNOWN.value
        return due(submission)

    return unknown
