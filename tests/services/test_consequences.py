"""What follows from an outcome: the gate shuts, people are told, the mode is kept."""

from __future__ import annotations

import json
import time

import pytest

from tests.services.steps import due, put, state_of
from trades.domain.lifecycle import Outcome, State
from trades.models import Account, Alarm, Connection, Gate, Submission
from trades.sandbox.calls import Refused
from trades.sandbox.limiter import PATIENCE, Limiter
from trades.services import gates, reconciliation, recording, sending

pytestmark = pytest.mark.django_db


@pytest.fixture
def claimed(confirmed) -> Submission:
    return sending.claim(confirmed().pk)


@pytest.fixture
def on_its_way(claimed) -> Submission:
    sending.begin(claimed)
    return claimed


def kinds() -> list[str]:
    return [alarm.kind for alarm in Alarm.objects.all()]


def made(submission: Submission, **members: object) -> Outcome:
    """The answer to the POST, with some members other than what was sent."""
    sent = json.loads(submission.body)
    trade = {
        "id": 7,
        "account": {"id": sent["account_id"]},
        "pair": sent["pair"],
        "position": {"type": sent["position"]["type"]},
    }
    answer = json.dumps(trade | members)
    return Outcome(State.ACCEPTED, status=201, remote_id=7, answer=answer)


def test_a_rate_refusal_shuts_the_gate_for_what_the_vendor_asks(on_its_way):
    refused = Outcome(State.REJECTED, "rate", 429, retry_after_s=900)
    recording.record(on_its_way, refused)
    until, needs_admin = gates.silent_until()
    assert until is not None
    assert not needs_admin
    assert kinds() == []


def test_a_ban_shuts_the_gate_and_raises_the_alarm(on_its_way):
    recording.record(on_its_way, Outcome(State.REJECTED, "ban", 418))
    assert gates.silent_until()[1]
    assert kinds() == [Alarm.Kind.BAN]


def test_a_ban_that_comes_late_counts_once(on_its_way):
    put(on_its_way, State.UNKNOWN)
    recording.record(on_its_way, Outcome(State.REJECTED, "ban", 418))
    assert state_of(on_its_way) == "rejected ban"
    assert Gate.objects.get(scope=Gate.ADDRESS).strikes == 1


def test_a_server_that_is_not_3commas_raises_the_alarm(claimed):
    recording.record(claimed, Outcome(State.NOT_SENT, "tls"))
    assert kinds() == [Alarm.Kind.TLS]


def test_a_trade_that_another_submission_has_raises_the_alarm(confirmed):
    first, second = (sending.claim(confirmed().pk) for _ in range(2))
    for submission in (first, second):
        sending.begin(submission)
        recording.record(submission, made(submission))
    assert state_of(second) == "unknown taken"
    assert kinds() == [Alarm.Kind.DOUBLE]


def test_an_answer_that_echoes_what_was_sent_raises_none(on_its_way):
    recording.record(on_its_way, made(on_its_way))
    assert state_of(on_its_way) == "accepted"
    assert kinds() == []


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({"pair": "USDT_ETH"}, "USDT_ETH"),
        ({"account": {"id": 1002}}, "1002"),
        ({"position": {"type": "sell"}}, "sell"),
    ],
    ids=["pair", "account", "side"],
)
def test_an_answer_about_something_else_is_accepted_with_an_alarm(
    on_its_way, members, told
):
    recording.record(on_its_way, made(on_its_way, **members))
    assert state_of(on_its_way) == "accepted"
    assert kinds() == [Alarm.Kind.ECHO]
    assert told in Alarm.objects.get().text


def test_a_look_that_comes_too_often_shuts_the_gate_as_well(unknown, sandbox):
    submission = unknown(1504)
    sandbox.api._limiter = Limiter(0)
    reconciliation.look(submission)
    look = submission.looks.get()
    assert (look.clean, look.why[:8]) == (False, "rate 429")
    assert gates.silent_until()[0]
    assert kinds() == []


def test_a_look_that_is_banned_raises_the_alarm(unknown, sandbox):
    submission = unknown(1504)
    sandbox.api._limiter = limiter = Limiter(0)
    with pytest.raises(Refused):
        limiter.admit(sandbox.api.keys[0].api_key, time.time_ns() // 1_000_000)
    limiter._callers[sandbox.api.keys[0].api_key].ignored = PATIENCE
    reconciliation.look(submission)
    assert gates.silent_until()[1]
    assert kinds() == [Alarm.Kind.BAN]


@pytest.fixture
def paper(connection, make_account, confirmed, sandbox, monkeypatch):
    """An order in paper mode; the sandbox stands where 3Commas would."""
    monkeypatch.setattr(sending, "THREE_COMMAS", sandbox.url)
    Connection.objects.update(mode="paper")
    account = make_account(1003, Account.PAPER_MARKET)
    return confirmed({"account_id": str(account.public_id)})


def test_a_paper_order_is_sent_and_looked_up_in_its_own_mode(paper, sandbox):
    sending.send(paper.pk)
    (trade,) = sandbox.trades.of(owner=1, mode="paper")
    put(paper, State.UNKNOWN, remote_id=None)
    reconciliation.look(due(paper))
    assert state_of(paper) == "accepted found"
    assert paper.remote_id == trade.id


def test_a_connection_that_changed_its_mode_is_still_asked_in_the_orders_mode(
    paper, sandbox
):
    sending.send(paper.pk)
    put(paper, State.UNKNOWN, remote_id=None)
    Connection.objects.update(mode="real")
    reconciliation.look(due(paper))
    assert state_of(paper) == "accepted found"
