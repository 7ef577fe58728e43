"""Looking up what is unknown, against a real sandbox."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.services.steps import add_trade, age, due, look_again, state_of
from trades.domain import payload
from trades.models import Alarm, Connection, Fact, Gate, Look, Submission
from trades.services import reconciliation, sending, settling

pytestmark = pytest.mark.django_db

BROKEN, BROKEN_AFTER, SILENT = 1500, 1501, 1504


@pytest.mark.parametrize("remote_id", [BROKEN_AFTER, SILENT])
def test_a_trade_without_an_answer_is_found_by_its_token(unknown, sandbox, remote_id):
    submission = unknown(remote_id)
    reconciliation.look(submission)
    assert state_of(submission) == "accepted found"
    assert [submission.remote_id] == list(sandbox.trades)
    assert submission.events.last().by == "the reconciler"
    assert submission.remote_status


def test_finding_nothing_proves_nothing(unknown):
    submission = unknown(BROKEN)
    look = look_again(submission, 8)
    assert look.clean
    assert state_of(submission) == "unknown unclear"


def test_looks_come_five_seconds_after_and_then_ever_rarer(unknown):
    submission = unknown(BROKEN)
    waits = []
    for passed in (0, 6, 20, 60, 200, 400, 1000, 4000, 50_000):
        age(submission, seconds=passed)
        reconciliation.look(due(submission))
        submission.refresh_from_db()
        since = submission.next_look_at - submission.ended_at
        waits.append(round(since.total_seconds()))
        age(submission, seconds=-passed)
    assert waits[:7] == [5, 15, 45, 120, 300, 900, 3600]
    assert waits[7] == pytest.approx(7600, abs=60)
    assert waits[8] == pytest.approx(53_600, abs=60)


def test_after_a_day_the_looks_end(unknown):
    submission = unknown(BROKEN)
    age(submission, hours=26)
    look_again(submission)
    submission.refresh_from_db()
    assert submission.next_look_at is None


def test_the_first_look_is_due_after_five_seconds(confirmed, make_account, sandbox):
    account = make_account(SILENT)
    submission = confirmed({"account_id": str(account.public_id)})
    sending.send(submission.pk)
    submission.refresh_from_db()
    wait = submission.next_look_at - submission.ended_at
    assert wait == timedelta(seconds=5)
    assert not reconciliation.due().exists()
    age(submission, seconds=6)
    assert list(reconciliation.due()) == [submission]


def test_two_senders_make_one_look(unknown):
    submission = unknown(BROKEN)
    other = Submission.objects.get(pk=submission.pk)
    reconciliation.look(submission)
    reconciliation.look(other)
    assert Look.objects.count() == 1


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        ({"joiner": "?", "api_key": "gone"}, "key 401"),
        ({"sealed_secret": "spoiled"}, "does not open"),
    ],
)
def test_a_look_that_fails_does_not_count(unknown, connection, spoil, why):
    submission = unknown(SILENT)
    Connection.objects.filter(pk=connection.pk).update(**spoil)
    submission = Submission.objects.get(pk=submission.pk)
    reconciliation.look(submission)
    look = submission.looks.get()
    assert not look.clean
    assert why in look.why
    assert state_of(submission) == "unknown broken"


def test_a_shut_gate_puts_the_look_off_without_counting_it(unknown):
    submission = unknown(SILENT)
    Gate.objects.update(needs_admin=True)
    reconciliation.look(submission)
    assert not Look.objects.exists()
    assert submission.next_look_at <= timezone.now()
    submission.refresh_from_db()
    assert submission.next_look_at > timezone.now()


def test_a_twin_without_token_is_a_candidate_and_settles_nothing(unknown, sandbox):
    submission = unknown(BROKEN)
    twin = add_trade(sandbox, submission, note="by hand")
    look_again(submission)
    assert state_of(submission) == "unknown unclear"
    (candidate,) = settling.standing(submission).candidates
    assert candidate["id"] == twin.id
    assert candidate["hard"] == candidate["numeric"] == []


def test_a_trade_that_differs_in_a_hard_field_is_none(unknown, sandbox):
    submission = unknown(BROKEN)
    add_trade(sandbox, submission, note="by hand", type="sell")
    assert look_again(submission).candidates == []


def test_another_amount_is_shown_and_left_to_the_person(unknown, sandbox):
    submission = unknown(BROKEN)
    add_trade(sandbox, submission, note="by hand", units={"value": "0.02"})
    (candidate,) = look_again(submission).candidates
    paths = [difference["path"] for difference in candidate["numeric"]]
    assert "position.units.value" in paths


def test_two_trades_with_our_token_raise_an_alarm_and_settle_nothing(unknown, sandbox):
    submission = unknown(SILENT)
    note = payload.decode(submission.body)["note"]
    second = add_trade(sandbox, submission, note=note)
    look_again(submission)
    assert state_of(submission) == "unknown broken"
    alarm = Alarm.objects.get()
    assert alarm.kind == Alarm.Kind.DOUBLE
    assert all(str(id) in alarm.text for id in sandbox.trades)
    ids = {c["id"] for c in settling.standing(submission).candidates}
    assert ids == set(sandbox.trades)
    assert second.id in ids


def test_our_token_on_another_kind_of_trade_is_ours_with_an_alarm(unknown, sandbox):
    submission = unknown(BROKEN)
    note = payload.decode(submission.body)["note"]
    add_trade(sandbox, submission, note=note, type="sell")
    look_again(submission)
    assert state_of(submission) == "accepted found"
    assert Alarm.objects.get().kind == Alarm.Kind.ECHO


def test_a_trade_that_belongs_to_another_submission_is_not_used(
    unknown, confirmed, sandbox
):
    submission = unknown(SILENT)
    (made,) = sandbox.trades
    other = confirmed()
    Submission.objects.filter(pk=other.pk).update(state="accepted", remote_id=made)
    look_again(submission)
    assert state_of(submission) == "unknown broken"
    assert Alarm.objects.get().kind == Alarm.Kind.DOUBLE
    age(submission, minutes=20)
    look_again(submission, 5)
    standing = settling.standing(submission)
    assert standing.candidates == []
    assert not standing.absence_offered  # it was found, though it can't be used


def test_a_trade_with_the_token_of_another_submission_is_no_candidate(
    unknown, confirmed, sandbox
):
    submission = unknown(BROKEN)
    other = confirmed()
    add_trade(sandbox, submission, note=f"plan B ref:{other.token}")
    add_trade(sandbox, submission, note="plan C ref:zzzzzzzzzz")
    (candidate,) = look_again(submission).candidates
    assert candidate["note"] == "plan C ref:zzzzzzzzzz"


def test_without_tokens_even_a_perfect_match_is_left_to_a_person(
    unknown, settings, sandbox
):
    settings.TOKEN_IN_NOTE = False
    submission = unknown(SILENT)
    look_again(submission)
    assert state_of(submission) == "unknown broken"
    assert len(settling.standing(submission).candidates) == 1


def test_what_is_found_after_absence_was_declared_is_an_alarm(
    unknown, confirmed, trader, sandbox
):
    submission = unknown(BROKEN)
    age(submission, minutes=20)
    look_again(submission, 5)
    settling.declare_absent(submission, typed="USDT_BTC", by=trader)
    again = confirmed()
    sending.send(again.pk)
    again.refresh_from_db()
    note = payload.decode(submission.body)["note"]
    late = add_trade(sandbox, submission, note=note)
    look_again(submission)
    assert state_of(submission) == "accepted found"
    alarms = Alarm.objects.filter(kind=Alarm.Kind.DOUBLE)
    assert str(late.id) in alarms.get(submission=submission).text


def test_a_restart_looks_everything_up_at_once(unknown):
    submission = unknown(BROKEN)
    later = timezone.now() + timedelta(hours=1)
    Submission.objects.update(next_look_at=later)
    reconciliation.wake()
    for woken in reconciliation.due():
        reconciliation.look(woken)
    assert [look.submission for look in Look.objects.all()] == [submission]


def test_the_wish_of_a_person_is_a_look(unknown):
    submission = unknown(SILENT)
    settling.check_now(submission)
    (wanted,) = reconciliation.due()
    reconciliation.look(wanted)
    assert state_of(submission) == "accepted found"


def test_what_becomes_of_an_accepted_trade_is_asked_for(
    confirmed, make_account, sandbox
):
    account = make_account(1201)  # created, then failed
    submission = confirmed({"account_id": str(account.public_id)})
    sending.send(submission.pk)
    submission.refresh_from_db()
    assert timedelta() < submission.next_look_at - submission.ended_at
    assert submission.remote_status == ""
    sandbox.api._clock = lambda: time.time_ns() // 1_000_000 + 4000
    reconciliation.look(due(submission))
    assert state_of(submission) == "accepted"
    assert submission.remote_status == "failed"
    assert "KYC" in submission.remote_error
    assert submission.next_look_at is None  # nothing more will happen to it
    assert not Look.objects.exists()


def test_a_note_that_was_copied_with_its_token_is_the_copys(
    unknown, confirmed, sandbox
):
    submission = unknown(BROKEN)
    note = payload.decode(submission.body)["note"]
    other = confirmed()
    add_trade(sandbox, submission, note=f"{note} ref:{other.token}")
    look_again(submission)
    assert state_of(submission) == "unknown unclear"
    assert submission.looks.last().candidates == []


def test_a_candidate_that_was_ruled_out_is_not_found_again(unknown, trader, sandbox):
    submission = unknown(BROKEN)
    add_trade(sandbox, submission, note="by hand")
    assert look_again(submission).candidates
    settling.dismiss(submission, by=trader)
    assert look_again(submission).candidates == []


@pytest.mark.parametrize(
    ("rates", "is_ours"),
    [
        ({"lotStep": "0.003"}, True),
        ({"lotStep": "0.004"}, False),
        *(({"lotStep": odd}, False) for odd in ("0", "-1", "Infinity", None, [])),
        *((odd, False) for odd in ({}, [], None)),
    ],
)
def test_an_amount_that_was_cut_to_a_known_lot_step_agrees(
    unknown, sandbox, rates, is_ours
):
    submission = unknown(BROKEN)
    about = {"account": submission.account, "pair": submission.pair}
    Fact.objects.create(kind=Fact.Kind.RATES, answer=rates, **about)
    add_trade(sandbox, submission, note="by hand", units={"value": "0.009"})
    (candidate,) = look_again(submission).candidates
    paths = [difference["path"] for difference in candidate["numeric"]]
    assert ("position.units.value" not in paths) == is_ours
