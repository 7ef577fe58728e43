"""Review and confirm: what was seen is what is queued, once."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta

import pytest
from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from trades.domain import payload
from trades.domain.lifecycle import State
from trades.models import Event, Submission
from trades.services import drafts, freezing, submissions

pytestmark = pytest.mark.django_db


def confirm(draft, review, ticked=()):
    return submissions.confirm(draft, by=draft.owner, stamp=review.stamp, ticked=ticked)


def test_the_body_of_the_review_is_the_body_that_is_queued(draft):
    review = submissions.review(draft)
    submission = confirm(draft, review)
    assert submission.body == review.body
    assert submission.sha256 == hashlib.sha256(review.body.encode()).hexdigest()
    assert submission.state == State.QUEUED.value
    assert payload.decode(submission.body)["note"] == f"plan A ref:{review.token}"
    assert (submission.pair, submission.trade_type) == ("USDT_BTC", "smart_trade")
    assert submission.note == "plan A"


def test_the_first_event_says_who_confirmed_which_bytes(draft, trader):
    submission = confirm(draft, submissions.review(draft))
    event = Event.objects.get()
    assert (event.by, event.old, event.new) == ("trader", "", "queued")
    assert event.details["sha256"] == submission.sha256


def test_each_review_has_a_token_of_its_own(draft):
    tokens = {submissions.review(draft).token for _ in range(50)}
    assert len(tokens) == 50
    assert all(len(token) == 10 and token.isalnum() for token in tokens)


def test_confirming_twice_makes_one_submission(draft):
    review = submissions.review(draft)
    assert confirm(draft, review) == confirm(draft, review)
    assert Submission.objects.count() == 1


def test_two_review_pages_make_one_submission(draft):
    pages = [submissions.review(draft), submissions.review(draft)]
    assert confirm(draft, pages[0]) == confirm(draft, pages[1])
    assert Submission.objects.count() == 1


def test_a_page_confirms_nothing_again_after_its_submission_was_cancelled(
    draft, trader
):
    review = submissions.review(draft)
    first = confirm(draft, review)
    assert submissions.cancel(first, by=trader)
    assert confirm(draft, review) == first
    assert Submission.objects.count() == 1
    assert confirm(draft, submissions.review(draft)) != first


def test_the_database_itself_holds_a_draft_to_one_live_submission(draft):
    first = confirm(draft, submissions.review(draft))
    second = Submission.objects.get(pk=first.pk)
    second.pk, second.public_id, second.token = None, uuid.uuid4(), "another"
    with pytest.raises(IntegrityError, match="holds_draft"), transaction.atomic():
        second.save(force_insert=True)


def test_a_draft_changed_since_its_review_is_refused_with_the_difference(draft, typed):
    review = submissions.review(draft)
    changed = typed | {"position.units.value": "0.02"}
    drafts.save(draft, typed=changed, version=1)
    with pytest.raises(drafts.DraftChanged) as refused:
        confirm(draft, review)
    (change,) = refused.value.changes
    assert (change.path, change.before, change.after) == (
        "position.units.value", "0.01", "0.02",
    )  # fmt: skip
    assert not Submission.objects.exists()


def test_a_draft_saved_again_since_its_review_is_looked_at_again(draft, typed):
    review = submissions.review(draft)
    drafts.save(draft, typed=typed | {"position.units.value": "0.010"}, version=1)
    with pytest.raises(drafts.DraftChanged) as refused:
        confirm(draft, review)
    assert refused.value.changes == []


def test_a_save_that_changes_nothing_leaves_the_review_as_it_was(draft, typed):
    review = submissions.review(draft)
    assert drafts.save(draft, typed=typed, version=1).version == 1
    assert confirm(draft, review).body == review.body


def test_other_bytes_of_the_same_draft_are_refused(draft, account):
    review = submissions.review(draft)
    account.remote_id = 1002
    account.save()
    with pytest.raises(drafts.DraftChanged) as refused:
        confirm(draft, review)
    assert [change.path for change in refused.value.changes] == ["account_id"]


def test_a_draft_whose_type_is_gone_differs_in_everything(draft, typed):
    review = submissions.review(draft)
    drafts.save(draft, typed=typed | {"trade_type": ""}, version=1)
    with pytest.raises(drafts.DraftChanged) as refused:
        confirm(draft, review)
    assert {c.after for c in refused.value.changes} == {""}


def test_a_connection_that_changed_its_mode_since_the_review_is_refused(
    draft, connection, settings
):
    settings.REAL_TRADING = True
    review = submissions.review(draft)
    connection.mode = "real"
    connection.save()
    with pytest.raises(drafts.DraftChanged):
        confirm(draft, review)
    assert not Submission.objects.exists()


def test_a_draft_that_became_wrong_since_its_review_is_denied(draft, account):
    review = submissions.review(draft)
    account.flags["smart_trading_supported"] = False
    account.save()
    with pytest.raises(submissions.TicketDenied):
        confirm(draft, review)
    assert not Submission.objects.exists()


def test_a_wrong_draft_has_no_review(trader, typed):
    wrong = drafts.create(owner=trader, typed=typed | {"pair": ""})
    with pytest.raises(submissions.TicketDenied):
        submissions.review(wrong)


def test_every_warning_must_be_ticked_and_is_kept(trader, typed):
    warned = typed | {"stop_loss.conditional.price.value": "61000"}
    draft = drafts.create(owner=trader, typed=warned)
    review = submissions.review(draft)
    ticks = [submissions.tick(w) for w in review.examined.warnings]
    assert ticks == ["sl-direction stop_loss.conditional.price.value"]
    with pytest.raises(submissions.UntickedWarnings):
        confirm(draft, review)
    assert confirm(draft, review, ticked=ticks).ticked == ticks


def test_the_stamp_of_another_draft_confirms_nothing(draft, trader, typed):
    other = drafts.create(owner=trader, typed=typed)
    with pytest.raises(freezing.StaleReview):
        confirm(draft, submissions.review(other))


@pytest.mark.parametrize("stamp", ["", "x", "a:b:c", "\x00", "é" * 1000])
def test_a_forged_stamp_confirms_nothing(draft, stamp):
    with pytest.raises(freezing.StaleReview):
        submissions.confirm(draft, by=draft.owner, stamp=stamp, ticked=[])


def test_an_old_review_page_confirms_nothing(draft, monkeypatch):
    monkeypatch.setattr(signing.time, "time", lambda: 1_000_000_000.0)
    review = submissions.review(draft)
    monkeypatch.undo()
    with pytest.raises(freezing.StaleReview):
        confirm(draft, review)


@pytest.mark.parametrize(("order_type", "seconds"), [("market", 30), ("limit", 120)])
def test_an_order_may_wait_only_so_long(confirmed, order_type, seconds):
    submission = confirmed({"position.order_type": order_type})
    left = submission.send_by - timezone.now()
    assert timedelta(seconds=seconds - 10) < left <= timedelta(seconds=seconds)


def test_only_a_queued_submission_can_be_cancelled(confirmed, trader):
    submission = confirmed()
    assert submissions.cancel(submission, by=trader)
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == ("not_sent", "cancelled")
    assert submission.holds_draft is None
    assert not submissions.cancel(submission, by=trader)


def test_a_cancel_that_comes_after_the_claim_changes_nothing(confirmed, trader):
    known_as_queued = confirmed()
    elsewhere = Submission.objects.get(pk=known_as_queued.pk)
    elsewhere.move(State.CLAIMED, by="sender")
    assert not submissions.cancel(known_as_queued, by=trader)
    elsewhere.refresh_from_db()
    assert elsewhere.state == State.CLAIMED.value
