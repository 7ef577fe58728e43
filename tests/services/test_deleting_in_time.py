"""A connection is deleted before an order is queued with it, or not at all."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connections as databases
from django.db import transaction

from trades.domain.lifecycle import State
from trades.models import Account, Connection, Submission
from trades.models.events import SENDER
from trades.services import connections
from trades.services.connections import StillNeeded

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
            Account.objects.select_for_update().get(pk=submission.account_id)
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
