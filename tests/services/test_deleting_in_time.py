"""A connection is deleted before an order is queued with it, or not at all."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connections as databases
from django.db import transaction

from trades.domain.lifecycle import State
from trades.models import Account, Connection, Submission
from trades.models.events import SENDER
from trades.services import connections, submissions
from trades.services.connections import StillNeeded
from trades.services.submissions import TicketDenied

pytestmark = pytest.mark.django_db(transaction=True)

# So long a deletion that does not wait for the other's commit would take at most.
LOOK_S = 0.5


def test_an_order_that_is_just_being_queued_is_waited_for(
    connection, trader, confirmed
):
    submission = confirmed()
    with transaction.atomic():
        assert submission.move(State.NOT_SENT, by=SENDER, reason="cancelled")
    locked, go_on = Event(), Event()
    refused = []

    def queue() -> None:
        """As confirming does: lock the account's row, then queue."""
        with transaction.atomic():
            held = Account.objects.select_for_update(no_key=True)
            held.get(pk=submission.account_id)
            locked.set()
            go_on.wait(10)
            Submission.objects.filter(pk=submission.pk).update(state="queued")
        databases.close_all()

    def delete() -> None:
        try:
            connections.delete(connection, by=trader)
        except StillNeeded as needed:
            refused.append(needed)
        databases.close_all()

    queueing, deleting = Thread(target=queue), Thread(target=delete)
    queueing.start()
    locked.wait(10)
    deleting.start()
    deleting.join(LOOK_S)
    go_on.set()
    queueing.join()
    deleting.join()
    assert len(refused) == 1
    assert Connection.objects.get().deleted_at is None


def test_an_order_is_not_queued_with_what_is_just_being_deleted(
    connection, trader, draft
):
    review = submissions.review(draft)
    deleted, go_on = Event(), Event()
    refused = []

    def delete() -> None:
        with transaction.atomic():
            connections.delete(connection, by=trader)
            deleted.set()
            go_on.wait(10)
        databases.close_all()

    def queue() -> None:
        try:
            submissions.confirm(draft, by=trader, stamp=review.stamp, ticked=[])
        except TicketDenied as denied:
            refused.append(denied)
        databases.close_all()

    deleting, queueing = Thread(target=delete), Thread(target=queue)
    deleting.start()
    deleted.wait(10)
    queueing.start()
    queueing.join(LOOK_S)
    go_on.set()
    deleting.join()
    queueing.join()
    assert len(refused) == 1
    assert not Submission.objects.exists()
