"""The chain of events: what the database refuses, and what shows all the same."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import IntegrityError, connection, connections, transaction

from tests.tampering import drop_guards, sql
from trades.models import ChainHead, Event
from trades.services import audit, stops

pytestmark = pytest.mark.django_db


@pytest.fixture
def without_triggers(events):
    """Somebody with write access has come around the refusal."""
    drop_guards()


def test_an_untouched_chain_holds(events):
    found = audit.verify()
    assert (found.events, found.bad, found.why) == (9, None, "")
    assert found.head == audit.head() == f"9 {events[-1].hash}"


def test_an_empty_chain_holds():
    assert audit.verify() == audit.Verified(0, "0")


@pytest.mark.django_db(transaction=True)
def test_a_chain_that_others_go_on_writing_holds(reviewer):
    stop, wrong = threading.Event(), []

    def write() -> None:
        try:
            while not stop.is_set():
                stops.pause(by=reviewer, why="tea")
        finally:
            connections.close_all()

    writing = threading.Thread(target=write)
    writing.start()
    while len(wrong) < 20:
        wrong.append(audit.verify().why)
    stop.set()
    writing.join()
    assert set(wrong) == {""}
    assert audit.verify().events == Event.objects.count() > 0


def test_every_move_is_in_the_chain_with_its_submission(events):
    told = [(e.number, e.submission_id is None, e.new) for e in events]
    states = ["queued", "claimed", "sending", "accepted"]
    expected = [(n, False, new) for n, new in enumerate(states * 2, 1)]
    assert told == [*expected, (9, True, "sending paused")]


def test_the_database_refuses_what_goes_around_an_update(events):
    """SQLite can replace a row; PostgreSQL can empty a table."""
    around = {
        "sqlite": "INSERT OR REPLACE INTO trades_event "
        "SELECT * FROM trades_event WHERE number = 3",
        "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE trades_event",
    }
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        sql(around[connection.vendor])


def test_an_event_that_was_filed_elsewhere_is_named(without_triggers, events):
    other = events[5].submission_id
    sql("UPDATE trades_event SET submission_id = %s WHERE number = 2", other)
    found = audit.verify()
    assert (found.bad, found.events) == (2, 1)
    sql("UPDATE trades_event SET submission_id = NULL WHERE number = 2")
    assert audit.verify().bad == 2


def test_an_event_added_without_the_key_is_named(events):
    record = events[-1].record.replace('"number":9', '"number":10')
    Event.objects.create(number=10, record=record, hash="0" * 64)
    ChainHead.objects.update(number=10, hash="0" * 64)
    assert audit.verify().bad == 10


def test_another_key_makes_another_chain(events, settings):
    settings.CHAIN_KEY = b"x" * 32
    assert audit.verify().bad == 1


def test_a_head_that_was_written_down_shows_a_history_begun_anew(
    without_triggers, settings
):
    written_down = audit.head()
    assert audit.verify(written_down).bad is None
    sql("DELETE FROM trades_event WHERE number > 6")
    last = Event.objects.get(number=6)
    ChainHead.objects.update(number=6, hash=last.hash)
    assert audit.verify(written_down).bad == 7
    assert audit.verify().bad == 7  # the journal has the head of the last send
    settings.JOURNAL.unlink()
    assert audit.verify().bad is None  # by itself it looks whole


def test_a_head_that_was_written_down_earlier_holds_for_good(events, reviewer):
    earlier = audit.head()
    stops.open_gate(by=reviewer)
    assert audit.verify(earlier).bad is None
    wrong = f"9 {'0' * 64}"
    found = audit.verify(wrong)
    assert (found.bad, found.why) == (9, "It is not the one that was written down.")


@pytest.mark.parametrize("text", ["9", "x y", f"9 {'0' * 63}", f"-1 {'0' * 64}"])
def test_what_is_no_head_is_refused(text):
    with pytest.raises(audit.BadHead):
        audit.verify(text)


def test_an_event_is_its_record(events):
    event = events[3]
    told = json.loads(event.record)
    assert list(told) == ["number", "submission", "at", "by", "old", "new", "details"]
    assert told["details"]["remote_id"] == event.submission.remote_id
    assert event.at.utcoffset() is not None
