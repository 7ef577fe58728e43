"""Questions about markets yield to orders at the gate; and what a page is told."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

import pytest
from django.utils import timezone

from tests.services.test_gates import let_pass, passed
from trades.models import Gate
from trades.services import gates
from trades.services.gates import GateShut

pytestmark = pytest.mark.django_db


def test_facts_at_full_flood_leave_orders_and_looks_their_places_at_once(connection):
    assert passed(gates.FACTS, connection, 30) in (5, 6)
    facts = 0
    for second in range(60):
        let_pass(1)
        facts += passed(gates.FACTS, connection, 5)
        lane = gates.LOOKS if second % 4 == 0 else gates.SUBMISSIONS
        assert passed(lane, connection, 1) == 1, second
    assert facts <= 10
    assert passed(gates.SUBMISSIONS, connection, 4) == 4


def test_facts_have_a_pace_of_their_own(connection):
    began, left = monotonic(), 0
    for _ in range(60):
        let_pass(1)
        left += passed(gates.FACTS, connection, 3)
    seconds = 60 + monotonic() - began  # the test itself takes its time
    assert 20 <= left <= 10 + 20 * seconds / 60


def test_facts_wait_while_orders_use_more_than_half_of_the_burst(connection):
    passed(gates.SUBMISSIONS, connection, 6)
    assert not gates.has_room(gates.FACTS)
    assert gates.has_room(gates.SUBMISSIONS)
    assert passed(gates.FACTS, connection, 1) == 0
    let_pass(2)
    assert gates.has_room(gates.FACTS)
    assert passed(gates.FACTS, connection, 1) == 1


def test_a_fact_moves_the_rows_of_all_its_scopes(connection):
    gates.admit(gates.FACTS, connection)
    scopes = {"address", "facts", f"connection:{connection.pk}"}
    assert set(Gate.objects.values_list("scope", flat=True)) == scopes
    assert not Gate.objects.filter(tat=0).exists()


def test_two_places_are_taken_at_once_or_not_at_all(connection):
    for places in (2, 2, 2):
        try:
            gates.admit(gates.FACTS, connection, places)
        except GateShut:
            break
    else:
        raise AssertionError("six places of five")
    assert passed(gates.FACTS, connection, 1) == 1


def test_what_took_its_place_before_passes_unless_there_is_silence(connection):
    passed(gates.SUBMISSIONS, connection, 10)
    gates.admit(gates.FACTS, connection, 0)
    gates.shut("rate")
    with pytest.raises(GateShut):
        gates.admit(gates.FACTS, connection, 0)


def test_a_page_is_told_what_could_leave_now_for_a_key(connection):
    assert gates.budget(connection) == gates.Budget(10, 60, None, False)
    passed(gates.SUBMISSIONS, connection, 4)
    assert gates.budget(connection).left in (6, 7)
    Gate.objects.filter(scope=Gate.ADDRESS).update(tat=0)
    assert gates.budget(connection).left in (6, 7)
    Gate.objects.filter(scope=f"connection:{connection.pk}").update(tat=0)
    assert gates.budget(connection).left == 10


def test_what_a_page_is_told_is_what_gets_through(connection):
    passed(gates.SUBMISSIONS, connection, 7)
    left, began = gates.budget(connection).left, monotonic()
    through = passed(gates.LOOKS, connection, 10)
    assert left <= through <= left + 1 + monotonic() - began


def test_a_page_is_told_of_silence_and_of_a_ban(connection):
    gates.shut("rate")
    budget = gates.budget(connection)
    assert (budget.left, budget.needs_admin) == (0, False)
    assert budget.silent_until > timezone.now() + timedelta(seconds=280)
    gates.shut("ban")
    let_pass(3600)
    assert gates.budget(connection) == gates.Budget(0, 60, None, True)
