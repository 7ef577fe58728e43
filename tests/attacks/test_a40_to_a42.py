"""Somebody with write access to the database rewrites what happened."""

from __future__ import annotations

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from tests.tampering import drop_guards, sql
from trades.models import Event, Submission
from trades.services import audit

pytestmark = pytest.mark.django_db


@pytest.fixture
def unguarded(events) -> list[Event]:
    drop_guards()
    return events


def assert_named(number: int) -> None:
    """By the walk, by the desk's button and by the command, which fails."""
    assert audit.verify().bad == number
    with pytest.raises(CommandError, match=f"^Event {number} of the history: "):
        call_command("verify_history")


def test_an_untouched_history_holds(unguarded, capsys):
    assert audit.verify().bad is None
    call_command("verify_history")
    assert "9 events hold." in capsys.readouterr().out


@pytest.mark.parametrize("number", [1, 5, 9])
@pytest.mark.parametrize("column", ["record", "hash"])
def test_a40_an_event_with_one_byte_changed_is_named(unguarded, number, column):
    old = Event.objects.values_list(column, flat=True).get(number=number)
    new = old.replace(old[-3], "f" if old[-3] != "f" else "e", 1)
    sql(f"UPDATE trades_event SET {column} = %s WHERE number = %s", new, number)
    assert_named(number)


def test_a40_each_byte_of_a_record_counts(unguarded):
    """Every character of one, each for itself; what is put back holds again."""
    record = Event.objects.get(number=4).record
    change = "UPDATE trades_event SET record = %s WHERE number = 4"
    for place, char in enumerate(record):
        other = chr(ord(char) ^ 1)
        sql(change, record[:place] + other + record[place + 1 :])
        assert audit.verify().bad == 4, place
    sql(change, record)
    assert audit.verify().bad is None


def test_a40_an_event_that_is_told_otherwise_with_its_own_hash_is_named(unguarded):
    """Without the key nobody reckons the hash: that of another event does not fit."""
    event = unguarded[3]
    told = json.dumps(json.loads(event.record) | {"by": "nobody"})
    change = "UPDATE trades_event SET record = %s, hash = %s WHERE number = 4"
    sql(change, told, unguarded[4].hash)
    assert_named(4)


def test_a40_an_event_that_was_filed_elsewhere_is_named(unguarded):
    other = Submission.objects.first().pk
    sql("UPDATE trades_event SET submission_id = %s WHERE number = 2", other)
    assert_named(2)


@pytest.mark.parametrize("number", [1, 4, 8])
def test_a41_a_deleted_event_is_named_by_the_next_one(unguarded, number):
    sql("DELETE FROM trades_event WHERE number = %s", number)
    assert_named(number + 1)


def test_a41_deleted_last_events_are_named(unguarded):
    sql("DELETE FROM trades_event WHERE number > 7")
    assert_named(8)


@pytest.mark.parametrize(("one", "two"), [(3, 6), (4, 5), (1, 9)])
def test_a41_two_swapped_events_are_named_by_the_first(unguarded, one, two):
    for old, new in ((one, 99), (two, one), (99, two)):
        sql("UPDATE trades_event SET number = %s WHERE number = %s", new, old)
    assert_named(one)


def test_a41_two_events_with_their_records_swapped_are_named(unguarded):
    change = "UPDATE trades_event SET record = %s WHERE number = %s"
    sql(change, unguarded[5].record, 3)
    sql(change, unguarded[2].record, 6)
    assert_named(3)


@pytest.mark.parametrize(
    "change",
    [
        lambda: Event.objects.update(record="{}"),
        lambda: Event.objects.filter(number=3).delete(),
        lambda: Event.objects.get(number=3).delete(),
        lambda: Event.objects.get(number=3).save(),
        lambda: Event.objects.bulk_update(Event.objects.all(), ["hash"]),
        lambda: sql("UPDATE trades_event SET hash = ''"),
        lambda: sql("DELETE FROM trades_event"),
    ],
    ids=["update", "delete", "delete one", "save", "bulk", "raw update", "raw delete"],
)
def test_a42_the_database_refuses_to_change_what_happened(events, change):
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        change()
    assert list(Event.objects.values()) == [
        {k: v for k, v in vars(e).items() if not k.startswith("_")} for e in events
    ]
