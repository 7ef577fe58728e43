"""What a person may say of an unknown submission, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.services.steps import age, put, state_of
from trades.domain.lifecycle import State
from trades.models import Look, Submission
from trades.services import settling
from trades.services.settling import NotOffered

pytestmark = pytest.mark.django_db

FIRST, SECOND = 3_000_000_001, 3_000_000_002


@pytest.fixture
def unknown(confirmed) -> Submission:
    submission = confirmed()
    now = timezone.now()
    put(submission, State.UNKNOWN, sent_at=now, ended_at=now, next_look_at=now)
    submission.refresh_from_db()
    return submission


def candidate(remote_id: int) -> dict:
    return {"id": remote_id, "status": "Pending", "hard": [], "numeric": [], "soft": []}


def looked(submission: Submission, *ids: int, clean: bool = True) -> None:
    candidates = [candidate(id) for id in ids]
    Look.objects.create(submission=submission, clean=clean, candidates=candidates)


def test_a_person_picks_a_candidate(unknown, trader):
    looked(unknown, FIRST, SECOND)
    settling.pick(unknown, SECOND, by=trader)
    assert state_of(unknown) == "accepted picked"
    assert unknown.remote_id == SECOND
    assert unknown.events.last().by == "trader"
    assert unknown.holds_draft == unknown.draft


def test_only_candidates_of_the_latest_clean_look_can_be_picked(unknown, trader):
    looked(unknown, FIRST)
    looked(unknown, SECOND)
    looked(unknown, FIRST, clean=False)
    with pytest.raises(NotOffered):
        settling.pick(unknown, FIRST, by=trader)
    settling.pick(unknown, SECOND, by=trader)


def test_a_trade_of_another_submission_can_not_be_picked(unknown, confirmed, trader):
    other = confirmed()
    put(other, State.ACCEPTED, remote_id=FIRST)
    looked(unknown, FIRST)
    with pytest.raises(NotOffered):
        settling.pick(unknown, FIRST, by=trader)
    assert state_of(unknown) == "unknown"


@pytest.mark.parametrize(
    "state", [s for s in State if s not in (State.UNKNOWN, State.ACCEPTED)]
)
def test_nothing_is_settled_that_is_not_unknown(unknown, trader, state):
    looked(unknown, FIRST)
    put(unknown, state)
    unknown.refresh_from_db()
    with pytest.raises(NotOffered):
        settling.pick(unknown, FIRST, by=trader)
    with pytest.raises(NotOffered):
        settling.dismiss(unknown, by=trader)
    with pytest.raises(NotOffered):
        settling.declare_absent(unknown, typed="USDT_BTC", by=trader)


def test_who_is_overtaken_by_an_answer_settles_nothing(unknown, trader):
    looked(unknown, FIRST)
    put(unknown, State.REJECTED)
    with pytest.raises(NotOffered):
        settling.pick(unknown, FIRST, by=trader)
    assert state_of(unknown) == "rejected"


def test_candidates_that_were_ruled_out_are_gone_and_on_record(unknown, trader):
    looked(unknown, FIRST)
    settling.dismiss(unknown, by=trader)
    unknown.refresh_from_db()
    assert settling.standing(unknown).candidates == []
    event = unknown.events.last()
    assert (event.by, event.details) == ("trader", {"trades": [FIRST]})
    looked(unknown, FIRST, SECOND)
    assert [c["id"] for c in settling.standing(unknown).candidates] == [SECOND]
    settling.dismiss(unknown, by=trader)
    unknown.refresh_from_db()
    assert unknown.dismissed == [FIRST, SECOND]


def test_without_candidates_there_is_nothing_to_rule_out(unknown, trader):
    with pytest.raises(NotOffered):
        settling.dismiss(unknown, by=trader)


@pytest.mark.parametrize(
    ("clean", "failed", "minutes", "offered"),
    [(5, 0, 15, True), (4, 9, 60, False), (9, 0, 14, False), (5, 3, 90, True)],
)
def test_absence_is_offered_after_five_clean_looks_in_fifteen_minutes(
    unknown, clean, failed, minutes, offered
):
    age(unknown, minutes=minutes)
    for _ in range(clean):
        looked(unknown)
    for _ in range(failed):
        looked(unknown, clean=False)
    standing = settling.standing(unknown)
    assert standing.absence_offered is offered
    assert standing.clean_looks == clean


def test_fifteen_minutes_count_up_to_the_last_clean_look(unknown):
    for _ in range(5):
        looked(unknown)
    age(unknown, minutes=60)
    looked(unknown, clean=False)
    assert not settling.standing(unknown).absence_offered


def test_absence_is_not_offered_beside_a_candidate(unknown):
    age(unknown, minutes=20)
    for _ in range(5):
        looked(unknown, FIRST)
    assert not settling.standing(unknown).absence_offered


def test_a_person_declares_it_absent_and_the_draft_is_free(unknown, trader):
    age(unknown, minutes=20)
    for _ in range(5):
        looked(unknown)
    settling.declare_absent(unknown, typed=" USDT_BTC ", by=trader)
    assert state_of(unknown) == "absent"
    assert unknown.holds_draft is None
    assert unknown.next_look_at is not None  # it may turn up after all


@pytest.mark.parametrize("said", ["", "usdt_btc", "USDT_ETH", "yes"])
def test_a_declaration_without_the_pair_counts_for_nothing(unknown, trader, said):
    age(unknown, minutes=20)
    for _ in range(5):
        looked(unknown)
    with pytest.raises(NotOffered):
        settling.declare_absent(unknown, typed=said, by=trader)
    assert state_of(unknown) == "unknown"


def test_a_declaration_that_is_not_offered_counts_for_nothing(unknown, trader):
    with pytest.raises(NotOffered):
        settling.declare_absent(unknown, typed="USDT_BTC", by=trader)


def test_the_wish_for_a_look_is_left_in_the_row(unknown):
    later = timezone.now() + timedelta(hours=1)
    put(unknown, State.UNKNOWN, next_look_at=later)
    settling.check_now(unknown)
    unknown.refresh_from_db()
    assert unknown.next_look_at <= timezone.now()


@pytest.mark.parametrize("state", [State.QUEUED, State.SENDING, State.REJECTED])
def test_what_is_clear_or_under_way_is_not_looked_up(unknown, state):
    put(unknown, state, next_look_at=None)
    unknown.refresh_from_db()
    settling.check_now(unknown)
    unknown.refresh_from_db()
    assert unknown.next_look_at is None


def test_others_that_were_sent_for_the_same_are_told(unknown, confirmed):
    twin, unsent, other = confirmed(), confirmed(), confirmed({"pair": "USDT_ETH"})
    for submission in (twin, other):
        put(submission, State.REJECTED, sent_at=timezone.now())
    assert list(settling.standing(unknown).twins) == [twin]
    assert unsent not in settling.standing(unknown).twins
