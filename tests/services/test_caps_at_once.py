"""Two orders at the same moment don't both slip under the cap of a day."""

from __future__ import annotations

from decimal import Decimal
from threading import Event, Thread

import pytest
from django.db import connections as databases

from trades.models import Grant, Submission
from trades.services import caps, drafts, submissions
from trades.services.guards import CapReached

pytestmark = pytest.mark.django_db(transaction=True)

# So long an order that does not wait for the other's commit would take at most.
LOOK_S = 1


@pytest.fixture
def at_once(monkeypatch):
    """Confirm two drafts, the second while the first is about to be queued."""
    about_to, go_on, refused = Event(), Event(), []
    queue = submissions._queue

    def queue_slowly(*args, **kwargs):
        if not about_to.is_set():
            about_to.set()
            go_on.wait(10)
        return queue(*args, **kwargs)

    monkeypatch.setattr(submissions, "_queue", queue_slowly)

    def confirm(draft, stamp: str) -> None:
        try:
            submissions.confirm(draft, by=draft.owner, stamp=stamp, ticked=[])
        except CapReached as reached:
            refused.append(reached)
        databases.close_all()

    def at_once(*both) -> list[CapReached]:
        stamps = [submissions.review(draft).stamp for draft in both]
        first, second = (
            Thread(target=confirm, args=[draft, stamp])
            for draft, stamp in zip(both, stamps, strict=True)
        )
        first.start()
        about_to.wait(10)
        second.start()
        second.join(LOOK_S)
        go_on.set()
        first.join()
        second.join()
        return refused

    return at_once


def test_of_one_trader_on_two_accounts(at_once, trader, reviewer, typed, make_account):
    caps.set_cap(by=reviewer, kind="orders", amount=Decimal(1), trader=trader)
    other = {"account_id": str(make_account(1005).public_id)}
    both = [drafts.create(owner=trader, typed=typed | t) for t in ({}, other)]
    assert len(at_once(*both)) == 1
    assert Submission.objects.count() == 1


def test_of_two_traders_on_one_account(
    at_once, trader, stranger, reviewer, typed, account
):
    Grant.objects.create(account=account, trader=stranger, by="admin")
    caps.set_cap(by=reviewer, kind="orders", amount=Decimal(1), account=account)
    other = {"position.units.value": "0.02"}
    both = [
        drafts.create(owner=owner, typed=typed | changes)
        for owner, changes in ((trader, {}), (stranger, other))
    ]
    assert len(at_once(*both)) == 1
    assert Submission.objects.count() == 1
