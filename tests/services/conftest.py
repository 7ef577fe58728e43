"""What the tests of looking up begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.services.markets import Market
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


@pytest.fixture
def market_server(settings) -> Iterator[Market]:
    """Stands in the sandbox's place. The product's times are short."""
    with closing(Market()) as market:
        settings.SANDBOX_URL = market.server.url
        settings.CONNECT_S, settings.READ_S, settings.EXCHANGE_S = 0.5, 0.5, 3
        yield market
