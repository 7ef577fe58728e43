"""Somebody else agrees to the exact bytes of an order, or it is not sent."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from tests.rewriting import rewrite
from tests.services.steps import put
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.models import Approval, Event, Submission
from trades.services import approving, caps, drafts, freezing, submissions
from trades.services.approving import Stands
from trades.services.guards import ApprovalNeeded

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def market(account):
    know(account)


# The ticket of the tests is worth 600 USDT.
@pytest.mark.parametrize(
    ("amount", "currency", "needed"),
    [
        ("600", "USDT", False),
        ("599.999999999999999999", "USDT", True),
        ("0", "USDT", True),
        ("0", "", True),
        ("1000", "BTC", True),
    ],
)
@pytest.mark.parametrize("scope", ["account", "everyone"])
def test_an_order_above_the_value_needs_approval(
    above, confirm_draft, account, amount, currency, needed, scope
):
    above(amount, currency, account if scope == "account" else None)
    if needed:
        with pytest.raises(ApprovalNeeded):
            confirm_draft()
        assert not Submission.objects.exists()
    else:
        assert confirm_draft().state == "queued"


def test_another_accounts_orders_are_not_covered(above, confirm_draft, make_account):
    above("0", account=make_account(1005))
    assert confirm_draft().state == "queued"


def test_an_order_of_unknown_value_needs_approval(draft, above, account):
    above("1000000")
    order = submissions.review(draft).measures
    assert not caps.needs_approval(order, account)
    object.__setattr__(order, "value", None)
    assert caps.needs_approval(order, account)


def test_a_cap_in_the_orders_own_currency_decides(above, confirm_draft):
    above("600")
    above("1", "BTC")
    assert confirm_draft().state == "queued"


def test_the_review_keeps_the_bytes_that_were_asked_for(draft, above, ask):
    above("0")
    approval = ask()
    again = submissions.review(draft)
    assert (again.sha256, again.token) == (approval.sha256, approval.token)
    assert freezing.digest(again.body) == approval.sha256


def test_asking_twice_with_one_page_is_asking_once(above, draft, trader):
    above("0")
    stamp = submissions.review(draft).stamp
    first, second = (approving.ask(draft, by=trader, stamp=stamp) for _ in range(2))
    assert first == second
    assert Event.objects.count() == 2  # the cap, and this


def test_nothing_is_asked_where_nothing_is_needed(ask):
    assert ask() is None
    assert not Approval.objects.exists()


def test_an_open_request_approves_nothing(above, ask, confirm_draft, stands):
    above("0")
    assert stands() is None
    ask()
    assert stands() is Stands.OPEN
    with pytest.raises(ApprovalNeeded):
        confirm_draft()


def test_whoever_asked_or_owns_the_draft_has_no_say(above, ask, trader, confirm_draft):
    above("0")
    approval = ask()
    for decide in (
        lambda: approving.approve(approval, by=trader),
        lambda: approving.refuse(approval, by=trader, why="no"),
    ):
        with pytest.raises(PermissionDenied):
            decide()
    assert state(approval) is None


@pytest.mark.parametrize("by", ["asked_by", "owner"])
def test_an_approval_by_oneself_is_none(approved, trader, stranger, confirm_draft, by):
    """Whatever has written it into the database."""
    asked = {"asked_by": trader, "owner": stranger}[by]
    rewrite(Approval.objects.all(), decided_by=trader, asked_by=asked)
    with pytest.raises(ApprovalNeeded):
        confirm_draft()


@pytest.mark.parametrize("field", ["sha256", "token"])
def test_an_approval_is_of_these_bytes_alone(approved, confirm_draft, draft, field):
    review = submissions.review(draft)
    other = "0" * len(getattr(approved, field))
    rewrite(Approval.objects.all(), **{field: other})
    with pytest.raises(ApprovalNeeded):
        confirm_draft(review)


def test_an_edit_makes_it_void(approved, draft, typed, confirm_draft, stands):
    assert stands() is Stands.APPROVED
    drafts.save(draft, typed=typed | {"note": "plan B"}, version=1)
    draft.refresh_from_db()
    assert stands() is Stands.VOID
    assert submissions.review(draft).token != approved.token
    with pytest.raises(ApprovalNeeded):
        confirm_draft()


def test_an_edit_that_was_taken_back_makes_it_void_too(approved, draft, typed, stands):
    drafts.save(draft, typed=typed | {"note": "plan B"}, version=1)
    drafts.save(draft, typed=typed, version=2)
    draft.refresh_from_db()
    assert stands() is Stands.VOID


def test_another_mode_makes_it_void(
    approved, connection, settings, confirm_draft, stands
):
    settings.REAL_TRADING = True
    connection.mode = "real"
    connection.save()
    assert stands() is Stands.VOID
    with pytest.raises(ApprovalNeeded):
        confirm_draft()


def test_what_was_edited_is_not_to_be_decided(above, ask, draft, typed, reviewer):
    above("0")
    approval = ask()
    assert list(approving.open_requests()) == [approval]
    drafts.save(draft, typed=typed | {"note": "plan B"}, version=1)
    assert not approving.open_requests().exists()
    assert not approving.approve(approval, by=reviewer)
    assert state(approval) is None


def test_a_new_request_takes_the_place_of_an_open_one(
    above, ask, draft, trader, settings, reviewer
):
    above("0")
    first = ask()
    settings.TOKEN_IN_NOTE = False  # and so the bytes are others
    second = ask()
    assert first != second
    assert list(approving.open_requests()) == [second]
    assert not approving.approve(first, by=reviewer)


def test_a_refusal_has_a_reason_that_the_trader_reads(
    above, ask, draft, reviewer, confirm_draft, stands
):
    above("0")
    approval = ask()
    review = submissions.review(draft)
    assert approving.refuse(approval, by=reviewer, why="far too large")
    assert stands() is Stands.REFUSED
    assert approving.standing(draft, "").approval.why == "far too large"
    with pytest.raises(ApprovalNeeded):
        confirm_draft(review)
    again = ask()
    assert again.token != approval.token
    assert stands() is Stands.OPEN


def test_what_is_decided_stays_so(above, ask, make_user):
    above("0")
    approval, (one, two) = ask(), (make_user(name) for name in ("one", "two"))
    assert approving.approve(approval, by=one)
    assert not approving.refuse(approval, by=two, why="no")
    assert not approving.approve(approval, by=two)
    approval.refresh_from_db()
    assert (approval.decided_by, approval.approved, approval.why) == (one, True, "")
    assert [e.new for e in Event.objects.all()][-1] == "order approved"


def test_one_approval_serves_one_order(approved, draft, confirm_draft, stands):
    first = confirm_draft()
    put(first, State.NOT_SENT, reason="expired", holds_draft=None)
    assert stands() is None
    assert submissions.review(draft).token != approved.token
    with pytest.raises(ApprovalNeeded):
        confirm_draft()


def test_each_act_is_on_record_with_the_hash(above, ask, reviewer, draft):
    above("0")
    first = ask()
    approving.refuse(first, by=reviewer, why="no")
    second = ask()
    approving.approve(second, by=reviewer)
    events = list(Event.objects.all())[1:]
    assert [(e.new, e.by, e.details["sha256"]) for e in events] == [
        ("approval asked for", "trader", first.sha256),
        ("approval refused", "reviewer", first.sha256),
        ("approval asked for", "trader", second.sha256),
        ("order approved", "reviewer", second.sha256),
    ]
    assert [e.details.get("why") for e in events] == [None, "no", None, None]
    assert {e.details["draft"] for e in events} == {str(draft.public_id)}


def state(approval: Approval) -> bool | None:
    approval.refresh_from_db()
    return approval.approved
