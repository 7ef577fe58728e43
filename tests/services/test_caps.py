"""What an order may come to: caps at their limits, above, and past reckoning."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from tests.rewriting import rewrite
from tests.services.steps import put, state_of
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.domain.measures import Measures
from trades.models import Cap, Event, Grant, Submission
from trades.services import caps, drafts, sending, submissions
from trades.services.guards import CapReached

pytestmark = pytest.mark.django_db

# The ticket of the tests is worth 600 USDT and plans to lose 20.
HALF = {"position.units.value": "0.005"}
SCOPES = ("trader", "account")


@pytest.fixture(autouse=True)
def market(account):
    know(account)


@pytest.fixture
def cap(reviewer, trader, account):
    """Set one for the trader or the account of the tests."""
    whose = {"trader": trader, "account": account}

    def cap(kind: str, amount: str, scope: str = "trader", currency: str = "USDT"):
        return caps.set_cap(
            by=reviewer,
            kind=kind,
            amount=Decimal(amount),
            currency="" if kind == "orders" else currency,
            **{scope: whose[scope]},
        )

    return cap


@pytest.fixture
def said(trader, account):
    """What stands in the way of an order that comes to this."""

    def said(**measures: object) -> str:
        told = {"quote": "USDT", "value": Decimal(1), "planned_loss": Decimal(1)}
        order = Measures(side="buy", size=None, planned_r=None, **told | measures)
        return " ".join(caps.obstacles(order, trader=trader, account=account))

    return said


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("kind", ["value", "loss"])
def test_an_order_may_come_to_the_cap_and_not_above(confirmed, cap, kind, scope):
    limit = {"value": "600", "loss": "20"}[kind]
    cap(kind, str(Decimal(limit) - Decimal("1E-18")), scope)
    with pytest.raises(CapReached, match=f"{limit} USDT"):
        confirmed()
    assert not Submission.objects.exists()
    cap(kind, limit, scope)
    assert confirmed().state == "queued"


@pytest.mark.parametrize("scope", SCOPES)
def test_so_many_orders_a_day_and_not_one_more(confirmed, cap, scope):
    cap("orders", "2", scope)
    confirmed()
    confirmed(HALF)
    with pytest.raises(CapReached, match="2 of the last 24 hours count, and 0 are"):
        confirmed({"pair": "USDT_BTC", "position.units.value": "0.002"})
    assert Submission.objects.count() == 2


@pytest.mark.parametrize("scope", SCOPES)
def test_the_planned_losses_of_a_day_are_added_up(confirmed, cap, scope):
    cap("loss", "30", scope)
    confirmed()
    confirmed(HALF)
    with pytest.raises(CapReached, match="plans to lose 2 USDT, and 0 USDT are left"):
        confirmed({"position.units.value": "0.001"})


def test_no_order_at_all_with_a_cap_of_0(confirmed, cap):
    cap("orders", "0")
    with pytest.raises(CapReached, match="for you is 0"):
        confirmed()


def test_a_cap_of_others_is_none_of_this_one(
    confirmed, reviewer, stranger, make_account
):
    for scope in ({"trader": stranger}, {"account": make_account(1005)}):
        caps.set_cap(by=reviewer, kind="orders", amount=Decimal(0), **scope)
    assert confirmed().state == "queued"


def test_an_account_is_capped_for_all_its_traders_together(
    confirmed, cap, account, typed, stranger
):
    cap("orders", "1", "account")
    confirmed()
    Grant.objects.create(account=account, trader=stranger, by="admin")
    draft = drafts.create(owner=stranger, typed=typed | HALF)
    stamp = submissions.review(draft).stamp
    with pytest.raises(CapReached, match="for account 1001 is 1"):
        submissions.confirm(draft, by=stranger, stamp=stamp, ticked=[])


def test_the_orders_of_a_trader_count_on_all_accounts(confirmed, cap, make_account):
    cap("orders", "1", "trader")
    confirmed()
    other = make_account(1005)
    with pytest.raises(CapReached, match="for you is 1"):
        confirmed({"account_id": str(other.public_id)})


@pytest.mark.parametrize(
    ("kind", "measures", "words"),
    [
        ("value", {"value": None}, "What this order is worth can't be reckoned"),
        ("value", {"quote": "BTC"}, "100 USDT. This order is in BTC"),
        ("value", {"quote": ""}, "in a currency that is not known yet"),
        ("loss", {"planned_loss": None}, "may lose can't be reckoned; 100 USDT are"),
        ("loss", {"quote": "BTC"}, "100 USDT. This order is in BTC"),
        ("loss", {"quote": ""}, "in a currency that is not known yet"),
    ],
)
@pytest.mark.parametrize("scope", SCOPES)
def test_what_cant_be_reckoned_is_refused(cap, said, kind, measures, words, scope):
    assert said(**measures) == ""
    cap(kind, "100", scope)
    assert words in said(**measures)
    assert "ask an administrator" in said(**measures)
    assert said() == ""


def test_what_puts_nothing_new_at_stake_has_no_loss(cap, said):
    cap("loss", "0")
    assert said(planned_loss=Decimal("1E-18"))
    for quote in ("USDT", "BTC", ""):
        assert said(planned_loss=Decimal(0), quote=quote) == ""


def test_each_currency_has_its_own_cap(cap, said):
    cap("value", "100")
    cap("value", "0.5", currency="BTC")
    assert said(value=Decimal(100)) == ""
    assert "0.1 BTC more" in said(value=Decimal("0.6"), quote="btc")


def test_all_that_stands_in_the_way_is_said(cap, said):
    for scope in SCOPES:
        cap("value", "0", scope)
        cap("orders", "0", scope)
        cap("loss", "0", scope)
    assert said().count("ask an administrator") == 6


def test_an_earlier_order_of_unknown_loss_leaves_nothing_to_be_reckoned(
    confirmed, cap, said
):
    confirmed()
    cap("loss", "100")
    assert said() == ""
    rewrite(Submission.objects.all(), planned_loss=None)
    assert "an order of the last 24 hours has no planned loss" in said()
    rewrite(Submission.objects.all(), quote="BTC")
    assert said() == ""
    rewrite(Submission.objects.all(), quote="", planned_loss=Decimal(1))
    assert "an order of the last 24 hours has no planned loss" in said()
    rewrite(Submission.objects.all(), planned_loss=Decimal(0))
    assert said() == ""


def test_sums_are_exact_beyond_what_a_calculator_shows(confirmed, cap, said):
    confirmed()
    whole, least = Decimal("123456789012345"), Decimal("1E-18")
    rewrite(Submission.objects.all(), planned_loss=whole)
    cap("loss", f"{whole}.{'1'.zfill(18)}")
    assert said(planned_loss=least) == ""
    assert said(planned_loss=2 * least)


@pytest.mark.parametrize(("off_s", "counts"), [(5, True), (-5, False)])
def test_a_day_is_the_last_24_hours(confirmed, cap, said, off_s, counts):
    confirmed()
    cap("orders", "1")
    at = timezone.now() - timedelta(hours=24, seconds=-off_s)
    rewrite(Submission.objects.all(), confirmed_at=at)
    assert bool(said()) == counts


@pytest.mark.parametrize("state", State, ids=lambda s: s.value)
def test_what_is_or_may_be_a_trade_counts(confirmed, cap, said, state):
    told = {"remote_id": 7} if state is State.ACCEPTED else {}
    put(confirmed(), state, **told)
    cap("orders", "1")
    gone = {State.REJECTED, State.NOT_SENT, State.ABSENT}
    assert bool(said()) == (state not in gone)


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize(
    ("kind", "enough", "lower"),
    [("value", "600", "599"), ("orders", "2", "1"), ("loss", "30", "29")],
)
def test_the_sender_looks_at_the_caps_of_its_own_moment(
    confirmed, cap, sandbox, kind, enough, lower, scope
):
    cap(kind, enough, scope)
    confirmed(HALF)
    submission = confirmed()
    cap(kind, lower, scope)
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent capped"
    assert submission.holds_draft is None
    assert len(sandbox.trades) == 0


@pytest.mark.parametrize("kind", ["value", "orders", "loss"])
def test_the_sender_does_not_count_an_order_twice(confirmed, cap, sandbox, kind):
    cap(kind, {"value": "600", "orders": "1", "loss": "20"}[kind])
    submission = confirmed()
    sending.send(submission.pk)
    assert state_of(submission) == "accepted"


def test_the_sender_refuses_what_it_cant_reckon(confirmed, cap, sandbox):
    submission = confirmed()
    rewrite(Submission.objects.all(), value=None)
    cap("value", "1000000")
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent capped"


def test_a_retry_takes_the_place_of_what_it_retries(confirmed, cap, settings, sandbox):
    cap("orders", "1")
    submission, url = confirmed(), settings.SANDBOX_URL
    settings.SANDBOX_URL = "http://127.0.0.1:1"
    sending.send(submission.pk)
    assert state_of(submission) == "not_sent network"
    settings.SANDBOX_URL = url
    retry = submission.retry
    put(retry, State.QUEUED, wait_until=None)
    sending.send(retry.pk)
    assert state_of(retry) == "accepted"


def told() -> list[tuple[str, dict]]:
    return [(e.new, e.details) for e in Event.objects.filter(submission=None)]


def test_a_cap_is_lifted_and_set_anew_on_record(cap, account):
    first = cap("value", "1000", "account")
    second = cap("value", "500.50", "account")
    assert caps.lift_cap(second, by=account.connection.owner)
    assert not caps.lift_cap(second, by=account.connection.owner)
    first.refresh_from_db()
    assert (first.amount, first.lifted_by) == (Decimal(1000), "reviewer")
    assert not caps.in_force_of().exists()
    of = {"scope": "account 1001", "scope_id": str(account.public_id)}
    assert told() == [
        (what, {"cap": "Order value", "amount": amount, **of})
        for what, amount in (
            ("cap set", "1000 USDT"),
            ("cap lifted", "1000 USDT"),
            ("cap set", "500.5 USDT"),
            ("cap lifted", "500.5 USDT"),
        )
    ]


def test_a_cap_takes_no_other_ones_place(cap):
    cap("value", "1")
    cap("value", "1", "account")
    cap("value", "1", currency="BTC")
    cap("loss", "1")
    assert caps.in_force_of().count() == Cap.objects.count() == 4
