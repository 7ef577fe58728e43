"""Keys are kept sealed, changed on record, and wiped when nothing needs them."""

from __future__ import annotations

import pytest
from django.utils import timezone

from tests.services.sealed import opened
from trades.domain.lifecycle import State
from trades.gateway.vault import KeyUnusable, Secret
from trades.models import Connection, Event, Submission
from trades.models.events import SENDER
from trades.services import connections, sending, submissions
from trades.services.connections import NameTaken, StillNeeded
from trades.services.drafts import DraftChanged
from trades.services.submissions import TicketDenied

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, dict]]:
    return [(e.by, e.new, e.details) for e in Event.objects.filter(submission=None)]


def added(owner, name: str) -> Connection:
    """Another key, entered by this trader."""
    return connections.save_key(
        owner=owner,
        name=name,
        mode="paper",
        scheme="hmac",
        api_key="another-key",
        secret=Secret(b"another-secret"),
    )


def test_adding_is_on_record_without_key_and_secret(trader):
    connection = added(trader, "Mine")
    ((by, what, details),) = told()
    assert (by, what) == ("trader", "connection added")
    assert details == {
        "connection": str(connection.public_id),
        "name": "Mine",
        "mode": "paper",
        "scheme": "hmac",
    }
    assert "another" not in Event.objects.get().record
    assert opened(connection) == Secret(b"another-secret")


def test_a_name_can_be_used_once_until_its_connection_is_deleted(connection, trader):
    with pytest.raises(NameTaken):
        added(trader, "Sandbox")
    assert told() == []
    connections.delete(connection, by=trader)
    added(trader, "Sandbox")


def test_two_traders_may_use_the_same_name(connection, stranger):
    added(stranger, "Sandbox")


def test_each_act_is_on_record_once(connection, trader):
    connections.rename(connection, "Mine", by=trader)
    connections.rename(connection, "Mine", by=trader)
    connections.set_joiner(connection, "?", by=trader)
    connections.disable(connection, by=trader)
    connections.disable(connection, by=trader)
    connections.enable(connection, by=trader)
    connections.enable(connection, by=trader)
    assert [what for _, what, _ in told()] == [
        "connection renamed",
        "connection joiner set",
        "connection disabled",
        "connection enabled",
    ]
    assert told()[0][2]["was"] == "Sandbox"
    stored = Connection.objects.get()
    assert (stored.name, stored.joiner, stored.disabled_at) == ("Mine", "?", None)


def test_a_name_that_is_taken_stays_with_its_connection(connection, trader):
    other = added(trader, "Other")
    with pytest.raises(NameTaken):
        connections.rename(other, "Sandbox", by=trader)
    assert sorted(Connection.objects.values_list("name", flat=True)) == [
        "Other",
        "Sandbox",
    ]


def test_a_replaced_key_forgets_what_was_known_of_the_old_one(connection, trader):
    now = timezone.now()
    Connection.objects.update(
        refused_at=now,
        refusal="order: 401 no",
        tested_at=now,
        worked_at=now,
        test_failure={"step": "validate"},
    )
    new = Secret(b"another one")
    connections.replace_key(connection, api_key="key-2", secret=new, by=trader)
    stored = Connection.objects.get()
    assert opened(stored) == new
    assert stored.api_key == "key-2"
    assert (stored.refused_at, stored.refusal, stored.test_failure) == (None, "", {})
    assert (stored.tested_at, stored.worked_at) == (None, None)
    assert stored.test_wanted_at is not None
    assert told()[-1][1] == "connection key replaced"


def test_deleting_wipes_the_secret_and_all_but_the_end_of_the_key(
    connection, trader, account
):
    end = connection.api_key[-4:]
    Connection.objects.update(test_wanted_at=timezone.now())
    connections.delete(connection, by=trader)
    stored = Connection.objects.get()
    assert (stored.api_key, stored.sealed_secret) == (end, "")
    assert stored.deleted_at
    assert stored.test_wanted_at is None
    assert told()[-1][1] == "connection deleted"
    with pytest.raises(KeyUnusable):
        opened(stored)


def test_nothing_more_can_be_done_to_a_deleted_one(connection, trader):
    connections.delete(connection, by=trader)
    for act in (connections.disable, connections.delete):
        act(connection, by=trader)
    connections.rename(connection, "Back", by=trader)
    new = Secret(b"new")
    connections.replace_key(connection, api_key="k2", secret=new, by=trader)
    stored = Connection.objects.get()
    assert (stored.name, stored.sealed_secret) == ("Sandbox", "")
    assert stored.test_wanted_at is None
    assert told()[-1][1] == "connection deleted"
    assert len(told()) == 1


def put(submission: Submission, *states: State, **fields) -> None:
    for state in states:
        told = fields if state is states[-1] else {}
        assert submission.move(state, by=SENDER, **told)


WAY = (State.CLAIMED, State.SENDING)
NEEDED = {
    "queued": ((), {}),
    "claimed": (WAY[:1], {}),
    "sending": (WAY, {}),
    "unknown": ((*WAY, State.UNKNOWN), {}),
    "looked for": (
        (*WAY, State.UNKNOWN, State.ABSENT),
        {"next_look_at": timezone.now()},
    ),
}


@pytest.mark.parametrize("case", NEEDED)
def test_a_connection_is_kept_while_a_submission_needs_it(
    connection, trader, confirmed, case
):
    states, fields = NEEDED[case]
    put(confirmed(), *states, **fields)
    with pytest.raises(StillNeeded):
        connections.delete(connection, by=trader)
    stored = Connection.objects.get()
    assert stored.deleted_at is None
    assert opened(stored)


SETTLED = {
    "not sent": ((State.NOT_SENT,), {}),
    "rejected": ((*WAY, State.REJECTED), {}),
    "accepted": (
        (*WAY, State.ACCEPTED),
        {"remote_id": 7, "next_look_at": timezone.now()},
    ),
    "given up": ((*WAY, State.UNKNOWN, State.ABSENT), {"next_look_at": None}),
}


@pytest.mark.parametrize("case", SETTLED)
def test_what_is_settled_keeps_no_connection_and_is_looked_up_no_more(
    connection, trader, confirmed, case
):
    states, fields = SETTLED[case]
    put(confirmed(), *states, **fields)
    connections.delete(connection, by=trader)
    assert Connection.objects.get().deleted_at
    assert Submission.objects.get().next_look_at is None


def test_somebody_elses_submission_keeps_nothing(connection, stranger, confirmed):
    confirmed()
    theirs = added(stranger, "Theirs")
    connections.delete(theirs, by=stranger)


def test_what_is_queued_is_not_sent_once_the_connection_is_disabled(
    connection, trader, confirmed, sandbox
):
    submission = confirmed()
    connections.disable(connection, by=trader)
    sending.send(submission.pk)
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == ("not_sent", "cancelled")
    assert not sandbox.trades


def test_what_was_reviewed_before_can_t_be_confirmed_once_it_is_deleted(
    connection, trader, draft
):
    review = submissions.review(draft)
    ticked = [submissions.tick(w) for w in review.examined.warnings]
    connections.delete(connection, by=trader)
    with pytest.raises((DraftChanged, TicketDenied)):
        submissions.confirm(draft, by=trader, stamp=review.stamp, ticked=ticked)
    assert not Submission.objects.exists()
