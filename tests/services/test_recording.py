"""How the outcome of a POST is written down: late, doubled, or without a database."""

from __future__ import annotations

import pytest
from django.db import OperationalError, transaction
from django.db import connection as db
from django.utils import timezone

from tests.services.steps import PAST, due, state_of
from trades.domain.lifecycle import Outcome, State
from trades.gateway.failures import Refused
from trades.gateway.journal import read
from trades.models import Connection, Submission
from trades.services import market, reconciliation, recording, sending

pytestmark = pytest.mark.django_db

MADE = Outcome(State.ACCEPTED, status=201, remote_id=7, answer='{"id": 7}')


def sending_one(confirmed) -> Submission:
    submission = sending.claim(confirmed().pk)
    sending.begin(submission)
    return submission


def reaped(submission: Submission) -> None:
    """Let its lease run out and the reaper come by."""
    over = timezone.now() + PAST
    Submission.objects.filter(pk=submission.pk).update(lease_until=over)
    sending.reap()


@pytest.mark.parametrize(
    ("outcome", "after"),
    [
        (Outcome(State.ACCEPTED, status=201, remote_id=7), "accepted"),
        (Outcome(State.REJECTED, "refused", 400), "rejected refused"),
        (Outcome(State.UNKNOWN, "unclear", 500), "unknown broken"),
    ],
    ids=lambda value: str(getattr(value, "state", value)),
)
def test_only_a_clear_answer_that_comes_late_settles_it(confirmed, outcome, after):
    submission = sending_one(confirmed)
    reaped(submission)
    recording.record(submission, outcome)
    assert state_of(submission) == after


def test_a_trade_belongs_to_one_submission_only(confirmed):
    first, second = sending_one(confirmed), sending_one(confirmed)
    recording.record(first, MADE)
    recording.record(second, MADE)
    assert state_of(first) == "accepted"
    assert state_of(second) == "unknown taken"
    assert (second.remote_id, second.answer) == (None, MADE.answer)


def test_a_late_answer_that_names_anothers_trade_settles_nothing(confirmed):
    first, second = sending_one(confirmed), sending_one(confirmed)
    recording.record(first, MADE)
    reaped(second)
    recording.record(second, MADE)
    assert state_of(second) == "unknown broken"


class Failing:
    """Lets the database fail so many times, then answer again."""

    def __init__(self, times: int) -> None:
        self.times = times

    def __call__(self, execute, *arguments):
        if self.times:
            self.times -= 1
            raise OperationalError("the database is away")
        return execute(*arguments)


@pytest.mark.django_db(transaction=True)
def test_an_outcome_is_written_down_once_the_database_is_back(confirmed):
    submission = sending_one(confirmed)
    with db.execute_wrapper(Failing(2)):
        recording.record(submission, MADE)
    assert state_of(submission) == "accepted"


@pytest.mark.django_db(transaction=True)
def test_an_outcome_that_no_database_takes_is_in_the_journal(
    confirmed, monkeypatch, journal
):
    monkeypatch.setattr(recording, "RECORD_WITHIN_S", 0)
    submission = sending_one(confirmed)
    with db.execute_wrapper(Failing(9)), pytest.raises(OperationalError):
        recording.record(submission, MADE)
    assert state_of(submission) == "sending"
    steps = [(line["step"], line.get("remote_id")) for line in read(journal)]
    assert steps == [("C3", None), ("C4", 7)]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("step", ["confirm", "claim", "begin", "record"])
def test_no_step_hides_inside_a_longer_transaction(confirmed, step):
    """What a step wrote must be on disk when it returns."""
    first, second = confirmed(), sending_one(confirmed)
    claimed = sending.claim(confirmed().pk)
    steps = {
        "confirm": confirmed,
        "claim": lambda: sending.claim(first.pk),
        "begin": lambda: sending.begin(claimed),
        "record": lambda: recording.record(second, MADE),
    }
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        steps[step]()


@pytest.mark.parametrize("status", [401, 403])
def test_a_key_that_was_refused_stays_marked_until_a_trade_is_made(
    confirmed, connection, status
):
    recording.record(sending_one(confirmed), Outcome(State.REJECTED, "key", status))
    connection.refresh_from_db()
    assert connection.refused_at
    recording.record(sending_one(confirmed), Outcome(State.REJECTED, "refused", 400))
    connection.refresh_from_db()
    assert connection.refused_at
    recording.record(sending_one(confirmed), MADE)
    connection.refresh_from_db()
    assert connection.refused_at is None


def test_no_other_refusal_marks_the_key(confirmed, connection):
    for reason, status in (("refused", 422), ("plan", 429)):
        recording.record(
            sending_one(confirmed), Outcome(State.REJECTED, reason, status)
        )
    connection.refresh_from_db()
    assert connection.refused_at is None


def test_a_refusal_is_kept_in_the_vendors_words(confirmed, connection):
    for text, kept in (("No " * 200, ("order: 403 " + "No " * 200)[:300]), ("", None)):
        refused = Outcome(State.REJECTED, "key", 403, text=text)
        recording.record(sending_one(confirmed), refused)
        connection.refresh_from_db()
        assert connection.refusal == (kept or "order: 403")
    recording.record(sending_one(confirmed), MADE)
    connection.refresh_from_db()
    assert (connection.refusal, connection.refused_at) == ("", None)
    assert connection.worked_at


def test_an_order_that_is_refused_shows_no_key_that_works(confirmed, connection):
    refused = Outcome(State.REJECTED, "refused", 422)
    recording.record(sending_one(confirmed), refused)
    connection.refresh_from_db()
    assert connection.worked_at is None


def test_a_look_that_is_refused_marks_the_key_until_one_is_not(
    confirmed, connection, market_server
):
    submission = sending_one(confirmed)
    recording.record(submission, MADE)
    no = {"error": "Forbidden", "error_description": "Api key not authorized"}
    market_server.replies["7"] = (403, no)
    reconciliation.look(due(submission))
    connection.refresh_from_db()
    assert connection.refusal == "look: 403 Api key not authorized"
    assert connection.refused_at
    recording.keep_yes(connection, recording.ORDER)
    recording.keep_yes(connection, recording.TEST)
    connection.refresh_from_db()
    assert connection.refused_at
    Connection.objects.update(worked_at=None)
    market_server.replies["7"] = (200, {"id": 7, "status": {"type": "finished"}})
    reconciliation.look(due(submission))
    connection.refresh_from_db()
    assert (connection.refusal, connection.refused_at) == ("", None)
    assert connection.worked_at


def test_a_refusal_from_before_their_kinds_were_kept_is_taken_back(connection):
    Connection.objects.update(refused_at=timezone.now(), refusal="")
    recording.keep_yes(connection, recording.ORDER)
    connection.refresh_from_db()
    assert connection.refused_at is None


def test_a_good_test_takes_back_what_a_test_was_refused_for(connection, market_server):
    good = market_server.replies["accounts"]
    market_server.replies["accounts"] = (403, {"error": "Forbidden"})
    with pytest.raises(Refused):
        market.fetch_accounts(connection)
    connection.refresh_from_db()
    assert connection.refusal == "test: 403 Forbidden"
    market_server.replies["accounts"] = good
    market.fetch_accounts(connection)
    connection.refresh_from_db()
    assert (connection.refused_at, connection.refusal) == (None, "")


def test_a_good_test_does_not_take_back_what_an_order_was_refused_for(
    connection, market_server
):
    kept = {"refused_at": timezone.now(), "refusal": "order: 403 Forbidden"}
    Connection.objects.update(**kept)
    market.fetch_accounts(connection)
    connection.refresh_from_db()
    assert (connection.refusal, bool(connection.refused_at)) == (kept["refusal"], True)
    assert connection.worked_at
