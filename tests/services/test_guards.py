"""What keeps a trader from confirming, besides the rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.rewriting import rewrite
from tests.services.steps import age, put
from trades.domain.lifecycle import State
from trades.models import Account, Missing, Submission
from trades.services import drafts, stops, submissions
from trades.services.guards import SendingPaused, TooMany
from trades.services.submissions import UntickedWarnings

pytestmark = pytest.mark.django_db


@pytest.fixture
def confirm(trader, typed):
    """Confirm a new draft, accepting nothing but what is given."""

    def confirm(changes: dict[str, str] | None = None, *, accepting=()):
        draft = drafts.create(owner=trader, typed=typed | (changes or {}))
        stamp = submissions.review(draft).stamp
        ticked = [submissions.tick_look_alike(other) for other in accepting]
        return submissions.confirm(draft, by=trader, stamp=stamp, ticked=ticked)

    return confirm


@pytest.mark.parametrize(
    "state", [State.QUEUED, State.CLAIMED, State.SENDING, State.UNKNOWN]
)
def test_an_order_like_one_that_may_exist_needs_a_word_that_names_it(confirm, state):
    first = confirm()
    put(first, state)
    with pytest.raises(UntickedWarnings):
        confirm()
    second = confirm(accepting=[first])
    assert f"look-alike {first.public_id}" in second.ticked


def test_accepting_one_does_not_accept_another(confirm):
    first = confirm()
    second = confirm(accepting=[first])
    with pytest.raises(UntickedWarnings):
        confirm(accepting=[first])
    confirm(accepting=[first, second])


@pytest.mark.parametrize(
    "state", [State.REJECTED, State.NOT_SENT, State.ABSENT], ids=lambda s: s.value
)
def test_what_does_not_exist_needs_no_word(confirm, state):
    put(confirm(), state)
    confirm()


def test_a_trade_that_was_made_is_named_for_ten_minutes(confirm):
    first = confirm()
    put(first, State.ACCEPTED, remote_id=7, ended_at=timezone.now())
    age(first, minutes=9)
    with pytest.raises(UntickedWarnings):
        confirm()
    age(first, minutes=2)
    confirm()


@pytest.mark.parametrize(
    "changes",
    [
        {"pair": "USDT_ETH"},
        {"position.units.value": "0.011"},
        {
            "trade_type": "smart_cover",
            "take_profit.enabled": "false",
            "stop_loss.enabled": "false",
        },
    ],
    ids=["pair", "amount", "side"],
)
def test_another_pair_amount_or_side_is_no_look_alike(confirm, changes):
    confirm()
    confirm(changes)


def test_another_account_is_no_look_alike(confirm, make_account):
    confirm()
    confirm({"account_id": str(make_account(1005).public_id)})


@pytest.mark.parametrize("units", ["0.010", "0.01000"])
def test_the_same_amount_written_otherwise_is_a_look_alike(confirm, units):
    confirm()
    with pytest.raises(UntickedWarnings):
        confirm({"position.units.value": units})


def test_it_counts_who_places_the_order_not_whose_it_is(confirm, stranger):
    first = confirm()
    rewrite(Submission.objects.all(), trader=stranger)
    with pytest.raises(UntickedWarnings):
        confirm()
    assert Account.objects.count() == 1
    assert first.trader != stranger


def test_nothing_is_confirmed_while_sending_is_paused(confirm, reviewer):
    stop = stops.pause(by=reviewer, why="maintenance")
    with pytest.raises(SendingPaused, match="maintenance"):
        confirm()
    assert not Submission.objects.exists()
    stops.resume(stop, by=reviewer)
    confirm()


def test_nothing_is_confirmed_while_the_journal_knows_more(confirm, reviewer):
    missing = Missing.objects.create(
        submission="6f3c1a52-7f0e-4a5c-9a43-0f8a4f7e2d11", line={}
    )
    with pytest.raises(SendingPaused, match="older than what was sent"):
        confirm()
    stops.looked_up(missing, by=reviewer, found="nothing")
    confirm()


def test_a_page_posted_again_while_paused_still_leads_to_its_submission(
    trader, typed, reviewer
):
    draft = drafts.create(owner=trader, typed=typed)
    stamp = submissions.review(draft).stamp
    first = submissions.confirm(draft, by=trader, stamp=stamp, ticked=[])
    stops.pause(by=reviewer, why="maintenance")
    assert submissions.confirm(draft, by=trader, stamp=stamp, ticked=[]) == first


def test_a_trader_confirms_twenty_orders_a_minute(confirm, stranger):
    for n in range(20):
        confirm({"position.units.value": f"0.{n + 1:03}"})
    with pytest.raises(TooMany):
        confirm({"pair": "USDT_ETH"})
    assert Submission.objects.count() == 20
    rewrite(
        Submission.objects.all(), confirmed_at=timezone.now() - timedelta(seconds=61)
    )
    confirm({"pair": "USDT_ETH"})


def test_the_orders_of_others_do_not_count(confirm, stranger):
    for n in range(20):
        confirm({"position.units.value": f"0.{n + 1:03}"})
    rewrite(Submission.objects.all(), trader=stranger)
    confirm({"pair": "USDT_ETH"})
