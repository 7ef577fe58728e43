"""What admins do to sending, and what stays on record of it."""

from __future__ import annotations

import uuid

import pytest

from tests.services.steps import state_of
from trades.models import Event, Missing, Pause
from trades.services import gates, sending, stops

pytestmark = pytest.mark.django_db


def told() -> list[tuple[str, str, dict]]:
    events = Event.objects.filter(submission=None)
    return [(e.by, e.new, e.details) for e in events]


def test_while_paused_nothing_is_claimed_and_it_waits(confirmed, reviewer, sandbox):
    submission = confirmed()
    stop = stops.pause(by=reviewer, why="tea")
    sending.send(submission.pk)
    assert state_of(submission) == "queued"
    stops.resume(stop, by=reviewer)
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"


def test_a_pause_between_claim_and_first_byte_holds_it_back(
    confirmed, reviewer, sandbox, monkeypatch
):
    submission = confirmed()
    claim = sending.claim

    def claim_then_pause(pk: int):
        claimed = claim(pk)
        stops.pause(by=reviewer, why="tea")
        return claimed

    monkeypatch.setattr(sending, "claim", claim_then_pause)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent paused"
    assert len(sandbox.trades) == 0


def test_pause_and_resume_are_on_record(reviewer):
    stop = stops.pause(by=reviewer, why="tea")
    assert stops.resume(stop, by=reviewer)
    assert not stops.resume(stop, by=reviewer)
    details = {"scope": "everything", "why": "tea"}
    assert told() == [
        ("reviewer", "sending paused", details),
        ("reviewer", "sending resumed", details),
    ]
    pause = Pause.objects.get()
    assert (pause.lifted_by, pause.lifted_at is None) == ("reviewer", False)


def test_opening_the_gate_is_on_record_where_it_was_shut(reviewer):
    stops.open_gate(by=reviewer)
    assert told() == []
    gates.shut("ban")
    stops.open_gate(by=reviewer)
    stops.open_gate(by=reviewer)
    assert told() == [("reviewer", "gate opened", {})]
    until, needs_admin = gates.silent_until()
    assert until is not None
    assert not needs_admin


def test_what_was_looked_up_is_on_record_once(reviewer):
    missing = Missing.objects.create(submission=uuid.uuid4(), line={})
    for _ in range(2):
        stops.looked_up(missing, by=reviewer, found="trade 7")
    missing.refresh_from_db()
    assert missing.looked_up_by == reviewer
    ((by, new, details),) = told()
    assert (by, new, details["found"]) == ("reviewer", "missing looked up", "trade 7")
