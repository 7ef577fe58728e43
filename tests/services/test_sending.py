"""What the sender does with a queued submission, against a real sandbox."""

from __future__ import annotations

import uuid
from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone

from tests.services.steps import PAST, put, state_of, story
from trades.domain.lifecycle import State
from trades.models import Event, Submission
from trades.services import gates, sending

pytestmark = pytest.mark.django_db


def test_a_queued_submission_becomes_one_trade(confirmed, sandbox):
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"
    assert [submission.remote_id] == list(sandbox.trades)
    assert sandbox.trades[submission.remote_id].body == submission.body.encode()
    assert story(submission) == ["queued", "claimed", "sending", "accepted"]
    assert submission.holds_draft == submission.draft


def test_sending_twice_posts_once(confirmed, sandbox):
    submission = confirmed()
    sending.send(submission.pk)
    sending.send(submission.pk)
    assert len(sandbox.trades) == 1


@pytest.mark.parametrize(
    ("remote_id", "state", "trades"),
    [
        (1400, "rejected refused", 0),
        (1402, "rejected plan", 0),
        (1418, "rejected ban", 0),
        (1422, "rejected refused", 0),
        (1429, "rejected rate", 0),
        (1500, "unknown unclear", 0),
        (1501, "unknown unclear", 1),
        (1502, "unknown unclear", 1),
        (1504, "unknown broken", 1),
    ],
)
def test_every_answer_is_written_down_for_what_it_proves(
    confirmed, make_account, sandbox, remote_id, state, trades
):
    account = make_account(remote_id)
    submission = confirmed({"account_id": str(account.public_id)})
    sending.send(submission.pk)
    assert state_of(submission) == state
    assert len(sandbox.trades) == trades
    is_free = submission.holds_draft is None
    assert is_free == state.startswith("rejected")


def test_a_refusal_puts_the_vendors_words_on_our_fields(
    confirmed, make_account, sandbox
):
    account = make_account(1422)
    submission = confirmed({"account_id": str(account.public_id)})
    sending.send(submission.pk)
    submission.refresh_from_db()
    assert submission.status == 422
    assert submission.vendor_text
    assert "position.units.value" in submission.vendor_errors
    assert submission.request_id
    assert submission.duration_ms is not None


def test_a_closed_port_means_that_nothing_was_sent(confirmed, settings, sandbox):
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent network"
    assert story(submission) == ["queued", "claimed", "not_sent"]


def test_a_key_that_opens_nowhere_means_that_nothing_was_sent(
    confirmed, connection, sandbox
):
    connection.sealed_secret = connection.sealed_secret[:-4]
    connection.save()
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent config"


def test_a_secret_moved_to_another_row_opens_nothing(confirmed, connection, sandbox):
    connection.public_id = uuid.uuid4()
    connection.save()
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent config"
    assert len(sandbox.trades) == 0


def test_an_order_that_waited_too_long_is_not_sent(confirmed, sandbox):
    submission = confirmed()
    put(submission, State.QUEUED, send_by=timezone.now() + PAST)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent expired"
    assert len(sandbox.trades) == 0


def test_an_order_that_runs_late_between_claim_and_first_byte_is_held(
    confirmed, sandbox
):
    submission = sending.claim(confirmed().pk)
    put(submission, State.CLAIMED, send_by=timezone.now() + PAST)
    with pytest.raises(sending.Held):
        sending.begin(submission)
    assert state_of(submission) == "claimed"


def test_the_time_of_the_commit_goes_to_who_writes_the_first_byte(confirmed):
    submission = sending.claim(confirmed().pk)
    before = monotonic()
    committed = sending.begin(submission)
    assert before <= committed <= monotonic()


def test_a_sender_that_lost_its_claim_sends_nothing(confirmed):
    submission = sending.claim(confirmed().pk)
    put(submission, State.CLAIMED, claim_token=uuid.uuid4())
    with pytest.raises(sending.Held):
        sending.begin(submission)


@pytest.mark.parametrize(
    "revoke",
    [
        lambda s: setattr(s.trader, "is_active", False) or s.trader.save(),
        lambda s: s.trader.user_permissions.clear(),
        lambda s: (
            setattr(s.account.connection, "mode", "paper")
            or s.account.connection.save()
        ),
    ],
    ids=["trader disabled", "right taken away", "mode changed"],
)
def test_what_is_no_longer_allowed_is_not_sent(confirmed, sandbox, revoke):
    submission = confirmed()
    revoke(submission)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent cancelled"
    assert len(sandbox.trades) == 0


def test_an_account_that_changed_hands_is_not_used(
    confirmed, connection, stranger, sandbox
):
    submission = confirmed()
    connection.owner = stranger
    connection.save()
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent cancelled"


def test_real_trading_needs_its_setting_until_the_end(
    confirmed, connection, settings, sandbox
):
    settings.REAL_TRADING = True
    connection.mode = "real"
    connection.save()
    submission = confirmed()
    settings.REAL_TRADING = False
    assert sending.claim(submission.pk) is None
    assert state_of(submission) == "not_sent cancelled"


@pytest.mark.parametrize(
    ("state", "in_time", "lease_over", "after"),
    [
        (State.QUEUED, True, False, "queued"),
        (State.QUEUED, False, False, "not_sent expired"),
        (State.CLAIMED, True, False, "claimed"),
        (State.CLAIMED, True, True, "queued"),
        (State.CLAIMED, False, True, "not_sent expired"),
        (State.SENDING, True, False, "sending"),
        (State.SENDING, True, True, "unknown broken"),
        (State.SENDING, False, True, "unknown broken"),
        (State.UNKNOWN, False, True, "unknown"),
    ],
)
def test_the_reaper_goes_by_the_row(confirmed, state, in_time, lease_over, after):
    submission = confirmed()
    now, later = timezone.now(), timedelta(minutes=1)
    put(
        submission,
        state,
        claim_token=uuid.uuid4(),
        send_by=now + (later if in_time else PAST),
        lease_until=now + (PAST if lease_over else later),
    )
    sending.reap()
    assert state_of(submission) == after


def test_a_claim_given_back_can_be_taken_again(confirmed, sandbox):
    submission = sending.claim(confirmed().pk)
    put(submission, State.CLAIMED, lease_until=timezone.now() + PAST)
    sending.reap()
    with pytest.raises(sending.Held):
        sending.begin(submission)
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"
    assert len(sandbox.trades) == 1


def test_any_fault_of_the_connection_means_that_nothing_was_sent(
    confirmed, connection, sandbox
):
    submission = confirmed()
    connection.scheme = "none"
    connection.save()
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent config"


def test_no_event_and_no_row_holds_a_secret(confirmed, connection, sandbox_file):
    submission = confirmed()
    sending.send(submission.pk)
    told = str([*Event.objects.values(), *Submission.objects.values()])
    assert connection.api_key not in told
    assert submission.body in told


def test_a_gate_that_shuts_after_the_claim_holds_it_for_the_reaper(
    confirmed, sandbox, monkeypatch
):
    submission, claim = confirmed(), sending.claim

    def claim_then_shut(pk: int) -> Submission | None:
        claimed = claim(pk)
        gates.shut("rate")
        return claimed

    monkeypatch.setattr(sending, "claim", claim_then_shut)
    sending.send(submission.pk)
    assert state_of(submission) == "claimed"
    assert len(sandbox.trades) == 0
    put(submission, State.CLAIMED, lease_until=timezone.now() + PAST)
    sending.reap()
    assert state_of(submission) == "queued"


def test_what_the_reaper_calls_unknown_is_looked_up_soon(confirmed):
    submission = sending.claim(confirmed().pk)
    sending.begin(submission)
    put(submission, State.SENDING, lease_until=timezone.now() + PAST)
    sending.reap()
    submission.refresh_from_db()
    assert submission.next_look_at - submission.ended_at == timedelta(seconds=5)
