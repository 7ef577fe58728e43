"""What the tests of looking up begin with."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal

import pytest

from tests.services.markets import Market
from tests.services.steps import due
from trades.domain.lifecycle import State
from trades.models import Approval, Submission
from trades.services import approving, caps, sending, submissions
from trades.services.approving import Stands


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


@pytest.fixture
def above(reviewer):
    """Approval is asked from there on; of everyone, where no account is given."""

    def above(amount: str, currency: str = "USDT", account=None):
        told = {"amount": Decimal(amount), "currency": currency, "account": account}
        return caps.set_cap(by=reviewer, kind="approval", **told)

    return above


@pytest.fixture
def ask(trader, draft):
    def ask() -> Approval:
        stamp = submissions.review(draft).stamp
        return approving.ask(draft, by=trader, stamp=stamp)

    return ask


@pytest.fixture
def confirm_draft(trader, draft):
    def confirm(review=None) -> Submission:
        stamp = (review or submissions.review(draft)).stamp
        return submissions.confirm(draft, by=trader, stamp=stamp, ticked=[])

    return confirm


@pytest.fixture
def approved(above, ask, reviewer) -> Approval:
    """The draft's order needs approval, and has it."""
    above("0")
    approval = ask()
    assert approving.approve(approval, by=reviewer)
    approval.refresh_from_db()
    return approval


@pytest.fixture
def stands(draft):
    def stands() -> Stands | None:
        known = approving.standing(draft, submissions.review(draft).token)
        return known and known.stands

    return stands
