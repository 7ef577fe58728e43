"""The restore guard: a database that is older than what was sent."""

from __future__ import annotations

import pytest

from tests.rewriting import rewrite
from tests.services.steps import put, state_of, story
from trades.domain.lifecycle import State
from trades.gateway import journal as book
from trades.models import Alarm, Event, Missing, Submission
from trades.services import audit, restoring, sending, stops

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(confirmed, sandbox):
    """A submission that was sent and accepted, with its two lines in the journal."""

    def sent() -> Submission:
        submission = confirmed()
        sending.send(submission.pk)
        assert state_of(submission) == "accepted"
        return submission

    return sent


def forgotten(submission: Submission) -> None:
    """As in a copy of the database from before its confirmation."""
    line = submission.journal_line("C3")
    row = Submission.objects.filter(pk=submission.pk)
    rewrite(row, public_id="6f3c1a52-7f0e-4a5c-9a43-0f8a4f7e2d11")
    assert line["submission"] != str(Submission.objects.get(pk=submission.pk).public_id)


def test_what_database_and_journal_agree_on_is_left_alone(sent):
    submission = sent()
    assert restoring.compare() == 0
    assert story(submission) == ["queued", "claimed", "sending", "accepted"]
    assert not Alarm.objects.exists()


def test_without_a_journal_there_is_nothing_to_compare(confirmed):
    confirmed()
    assert restoring.compare() == 0


def test_a_lost_submission_keeps_sending_off_until_it_was_looked_up(
    sent, confirmed, reviewer, sandbox
):
    lost = sent()
    forgotten(lost)
    waiting = confirmed()
    assert restoring.compare() == 1
    missing = Missing.objects.get()
    assert str(missing.submission) == str(lost.public_id)
    assert missing.line["token"] == lost.token
    assert missing.line["remote_id"] == lost.remote_id
    assert Alarm.objects.get().kind == Alarm.Kind.RESTORE
    sending.send(waiting.pk)
    assert state_of(waiting) == "queued"
    stops.looked_up(missing, by=reviewer, found="it is there")
    assert restoring.compare() == 0
    sending.send(waiting.pk)
    assert state_of(waiting) == "accepted"


@pytest.mark.parametrize("state", [State.QUEUED, State.CLAIMED])
def test_what_the_database_believes_unsent_is_never_sent_again(sent, sandbox, state):
    submission = sent()
    put(submission, state, remote_id=None, claim_token=None, sent_at=None)
    assert restoring.compare() == 1
    assert state_of(submission) == "unknown restored"
    assert submission.next_look_at is not None
    assert story(submission)[-2:] == ["sending", "unknown"]
    sending.send(submission.pk)
    assert len(sandbox.trades) == 1
    assert audit.verify().bad is None


def test_what_the_database_believes_surely_unsent_is_shown_to_an_admin(sent):
    submission = sent()
    put(submission, State.NOT_SENT, remote_id=None, reason="expired")
    assert restoring.compare() == 1
    assert state_of(submission) == "not_sent expired"
    assert Missing.objects.get().submission == submission.public_id


@pytest.mark.parametrize("state", [State.SENDING, State.UNKNOWN])
def test_an_answer_that_only_the_journal_has_settles_it(sent, state):
    submission = sent()
    remote_id = submission.remote_id
    put(submission, state, remote_id=None, claim_token=None)
    assert restoring.compare() == 0
    assert state_of(submission) == "accepted journal"
    assert submission.remote_id == remote_id
    assert submission.events.last().by == "the restore guard"


def test_a_refusal_that_only_the_journal_has_settles_it(
    confirmed, make_account, sandbox
):
    account = make_account(1422)
    submission = confirmed({"account_id": str(account.public_id)})
    sending.send(submission.pk)
    put(submission, State.UNKNOWN, reason="broken", claim_token=None)
    assert restoring.compare() == 0
    assert state_of(submission) == "rejected refused"


def test_a_line_of_the_first_byte_alone_settles_nothing(sent, journal):
    submission = sent()
    put(submission, State.SENDING, remote_id=None, claim_token=None)
    first, *_ = book.read(journal)
    journal.unlink()
    book.append(journal, first)
    assert restoring.compare() == 0
    assert state_of(submission) == "sending"


def test_an_answer_with_anothers_trade_settles_nothing(sent):
    first, second = sent(), sent()
    remote_id = second.remote_id
    put(second, State.UNKNOWN, remote_id=None, claim_token=None)
    put(first, State.ACCEPTED, remote_id=remote_id)
    restoring.compare()
    assert state_of(second) == "unknown"


def test_lines_that_name_no_submission_are_passed_over(sent, journal):
    sent()
    for line in ({}, {"submission": "x"}, {"submission": None}, {"submission": 7}):
        book.append(journal, line)
    assert restoring.compare() == 0


def test_comparing_twice_notes_a_loss_once(sent):
    forgotten(sent())
    assert restoring.compare() == restoring.compare() == 1
    assert Missing.objects.count() == 1
    assert Alarm.objects.count() == 1
    assert not Event.objects.filter(submission=None).exists()
