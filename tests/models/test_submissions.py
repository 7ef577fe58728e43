"""A submission changes its state in one way only, and the database agrees."""

from __future__ import annotations

import uuid
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError, Q
from django.db.models.functions import Now
from django.utils import timezone

from tests.rewriting import rewrite
from trades.domain.lifecycle import HOLDS_DRAFT, MOVES, ImpossibleMove, State
from trades.models import Event, Submission

pytestmark = pytest.mark.django_db


@pytest.fixture
def submission(confirmed):
    return confirmed()


def put(submission: Submission, state: State) -> None:
    remote_id = 7 if state is State.ACCEPTED else None
    Submission.objects.filter(pk=submission.pk).update(
        state=state.value, remote_id=remote_id
    )
    submission.refresh_from_db()


def test_a_move_writes_its_event(submission):
    assert submission.move(State.CLAIMED, by="sender", claim_token=uuid.uuid4())
    event = submission.events.last()
    assert (event.by, event.old, event.new) == ("sender", "queued", "claimed")
    assert submission.state == State.CLAIMED.value


def test_after_a_move_the_object_knows_what_the_row_says(submission):
    lease = {"claim_token": uuid.uuid4(), "lease_s": 15}
    assert submission.move(State.CLAIMED, by="sender", **lease)
    assert submission.move(State.NOT_SENT, by="sender", ended_at=Now(), reason="tls")
    stored = Submission.objects.get(pk=submission.pk)
    for field in Submission._meta.concrete_fields:
        name = field.attname
        assert getattr(submission, name) == getattr(stored, name), name
    assert stored.ended_at
    assert stored.holds_draft is None


def test_who_knows_an_older_state_moves_nothing(submission):
    other = Submission.objects.get(pk=submission.pk)
    assert other.move(State.NOT_SENT, by="trader", reason="cancelled")
    assert not submission.move(State.CLAIMED, by="sender")
    assert Submission.objects.get().state == State.NOT_SENT.value
    assert [event.new for event in Event.objects.all()] == ["queued", "not_sent"]


def test_who_holds_an_older_claim_moves_nothing(submission):
    assert submission.move(State.CLAIMED, by="sender", claim_token=uuid.uuid4())
    Submission.objects.update(claim_token=uuid.uuid4())
    assert not submission.move(State.SENDING, by="sender")


def test_what_is_given_is_judged_with_the_move(submission):
    assert not submission.move(State.CLAIMED, by="sender", given=Q(pair="USDT_ETH"))
    assert submission.move(State.CLAIMED, by="sender", given=Q(pair="USDT_BTC"))


def test_a_move_and_its_event_come_together_or_not_at_all(submission):
    with transaction.atomic():
        submission.move(State.CLAIMED, by="sender")
        transaction.set_rollback(True)
    assert Submission.objects.get().state == State.QUEUED.value
    assert Event.objects.count() == 1


@pytest.mark.parametrize(("old", "new"), sorted(MOVES, key=str), ids=str)
def test_the_draft_is_held_exactly_as_long_as_a_trade_may_exist(submission, old, new):
    put(submission, old)
    assert submission.move(new, by="x", remote_id=7 if new is State.ACCEPTED else None)
    if new not in HOLDS_DRAFT:
        assert submission.holds_draft is None
    elif old in HOLDS_DRAFT:
        assert submission.holds_draft == submission.draft


@pytest.mark.parametrize(
    ("old", "new"), [m for m in product(State, State) if m not in MOVES], ids=str
)
def test_an_impossible_move_is_our_own_bug(submission, old, new):
    put(submission, old)
    with pytest.raises(ImpossibleMove):
        submission.move(new, by="x")


@pytest.mark.parametrize("remote_id", [None, 0, -1])
def test_accepted_without_a_trade_id_is_refused_by_the_database(submission, remote_id):
    rows = Submission.objects.filter(pk=submission.pk)
    with pytest.raises(IntegrityError, match="accepted_has_remote_id"):
        rows.update(state=State.ACCEPTED.value, remote_id=remote_id)


def test_two_modes_may_have_the_same_trade_id_but_one_mode_may_not(confirmed):
    first, second = confirmed(), confirmed()
    rows = Submission.objects.all()
    rows.filter(pk=first.pk).update(remote_id=7)
    rewrite(rows.filter(pk=second.pk), remote_id=7, mode="paper")
    with pytest.raises(IntegrityError, match="remote"):
        rewrite(rows.filter(pk=second.pk), mode="sandbox")


@pytest.mark.parametrize("above", ["draft", "account", "trader"])
def test_nothing_that_history_stands_on_can_be_deleted(submission, above):
    with pytest.raises(ProtectedError):
        getattr(submission, above).delete()


@pytest.mark.parametrize("seconds", [15, 90])
def test_a_lease_runs_from_now_on(submission, seconds):
    before = timezone.now()
    assert submission.move(State.CLAIMED, by="sender", lease_s=seconds)
    left = (submission.lease_until - before).total_seconds()
    assert seconds - 2 < left < seconds + 10


def test_a_move_without_a_lease_ends_the_one_before(submission):
    assert submission.move(State.CLAIMED, by="sender", lease_s=15)
    assert submission.move(State.NOT_SENT, by="sender")
    assert submission.lease_until is None
