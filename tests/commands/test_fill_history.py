"""``fill_history`` makes a history that holds, and only where no money is."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from trades.domain import payload, reading, rules
from trades.models import Connection, Event, Submission, Verdict
from trades.services import audit, comparing

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def filled(account):
    call_command("fill_history", "300", stdout=None)
    return Submission.objects.order_by("pk")


def test_the_chain_of_what_was_added_holds_and_goes_on(account, confirmed):
    before = confirmed()
    call_command("fill_history", "300")
    after = confirmed({"pair": "USDT_ETH"})
    assert after.pk == before.pk + 301
    found = audit.verify()
    assert found.bad is None, found.why
    assert found.events == Event.objects.count() > 900


def test_what_was_added_is_whole_and_believable(filled):
    states = {submission.state for submission in filled}
    assert {"accepted", "rejected", "not_sent"} <= states
    assert Verdict.objects.count() == 300
    for submission in filled[:50]:
        assert comparing.is_intact(submission)
        assert submission.value == submission.size * _number(submission, "price")
        trade = reading.read_json(payload.decode(submission.body))
        assert [f for f in rules.check(trade) if f.severity.value == "error"] == []


def _number(submission: Submission, name: str):
    return reading.read_json(payload.decode(submission.body)).number(
        f"position.{name}.value"
    )


def test_the_same_seed_tells_the_same_stories(account):
    call_command("fill_history", "20", "--seed", "7")
    call_command("fill_history", "20", "--seed", "7")
    pairs = list(Submission.objects.order_by("pk").values_list("pair", "size"))
    assert pairs[:20] == pairs[20:]


def test_nothing_is_added_beside_real_money(account, connection):
    Connection.objects.filter(pk=connection.pk).update(mode="real")
    with pytest.raises(CommandError, match="sandbox"):
        call_command("fill_history", "5")
    assert not Submission.objects.exists()


@pytest.mark.parametrize("count", ["0", "-3", "5000001"])
def test_a_count_out_of_bounds_is_refused(account, count):
    with pytest.raises(CommandError, match="Choose from"):
        call_command("fill_history", count)


def test_without_an_account_it_says_what_to_do_first():
    with pytest.raises(CommandError, match="demo first"):
        call_command("fill_history", "5")
