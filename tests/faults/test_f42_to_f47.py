"""F42 to F47: however often somebody clicks, and however many send, it is one trade."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.faults.scripts import reset
from tests.faults.trader import (
    DO_NOT_SEND,
    Pages,
    assert_absence_is_offered,
    assert_accepted,
    be_patient,
    open_the_gates,
    until,
)
from tests.rewriting import rewrite
from tests.services.steps import state_of
from tests.web.browsing import Page
from tests.web.pages import text_of, url
from trades.models import Draft, Submission
from trades.services import drafts, sending, submissions

RUNS = 100
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("assert_safe")]


@pytest.fixture
def pages(trader, fault_server, settings) -> Pages:
    be_patient(settings)
    return Pages(trader)


def lots(count: int) -> list[dict[str, str]]:
    """Orders for different amounts, so that none warns of another."""
    return [{"position.units.value": f"0.{n + 1000}"} for n in range(count)]


def forget_the_caps() -> None:
    rewrite(
        Submission.objects.all(), confirmed_at=timezone.now() - timedelta(minutes=5)
    )


def assert_sent_once(pages, fault_server, page: str) -> None:
    """There is one submission, which becomes the one trade, as its page says."""
    submission = Submission.objects.get()
    assert page == submission.get_absolute_url()
    sending.send(submission.pk)
    assert_accepted(pages, submission, fault_server)


@pytest.mark.django_db(transaction=True)
def test_f42_two_clicks_five_milliseconds_apart_are_one_order(
    assert_safe, fault_server, pages, trader, typed
):
    with ThreadPoolExecutor(2) as hands:
        for number, lot in enumerate(lots(RUNS)):
            if number % 10 == 0:
                forget_the_caps()
                open_the_gates()
            draft = drafts.create(owner=trader, typed=typed | lot)
            page = reviewed(draft)
            first = hands.submit(pages.clicks, draft, page)
            second = hands.submit(pages.clicks, draft, page, after_s=0.005)
            assert (first.result(), second.result()) == (ended_at(draft),) * 2
            sending.send(draft.live.pk)
    assert set(Submission.objects.values_list("state", flat=True)) == {"accepted"}
    assert Submission.objects.count() == len(fault_server.trades) == RUNS
    assert_safe()


def reviewed(draft: Draft) -> dict[str, object]:
    """What the review page would post, without the page."""
    review = submissions.review(draft)
    return {"stamp": review.stamp, "warnings": [w.tick for w in review.warned]}


def ended_at(draft: Draft) -> tuple:
    """Where a click that was heard leads to: the page of the draft's submission."""
    draft.refresh_from_db()
    return 303, draft.live.get_absolute_url()


def test_f43_two_tabs_of_the_same_version_are_one_order(
    fault_server, pages, draft, safe_in_the_end
):
    one, other = pages.reviews(draft), pages.reviews(draft)
    assert one["stamp"] != other["stamp"]
    first, second = pages.confirms(draft, one), pages.confirms(draft, other)
    assert (first.status_code, first.url) == (second.status_code, second.url)
    assert_sent_once(pages, fault_server, second.url)


@pytest.mark.django_db(transaction=True)
def test_f43_two_tabs_at_the_same_moment_are_one_order(
    fault_server, pages, draft, assert_safe
):
    tabs = [pages.reviews(draft) for _ in range(2)]
    with ThreadPoolExecutor(2) as hands:
        clicks = [hands.submit(pages.clicks, draft, tab) for tab in tabs]
    assert [c.result() for c in clicks] == [ended_at(draft)] * 2
    assert_sent_once(pages, fault_server, clicks[0].result()[1])
    assert_safe()


def test_f44_what_another_tab_has_changed_is_not_sent_as_it_was_reviewed(
    fault_server, pages, draft, safe_in_the_end
):
    reviewed = pages.reviews(draft)
    form = Page(pages.client.get(url("edit", draft))).form
    changed = form | {"position__price__value": "61000", "action": "save"}
    assert pages.client.post(url("edit", draft), changed).status_code == 303
    refused = pages.confirms(draft, reviewed)
    assert refused.status_code == 409
    text = text_of(refused)
    assert "The draft has changed since you reviewed it" in text
    assert "Nothing was sent." in text
    assert "Order price 60000 61000" in text
    assert not Submission.objects.exists()
    assert (fault_server.posts, len(fault_server.trades)) == ([], 0)


def test_f45_going_back_and_confirming_again_shows_the_same_trade(
    fault_server, pages, draft, safe_in_the_end
):
    reviewed = pages.reviews(draft)
    made = pages.confirms(draft, reviewed)
    assert_sent_once(pages, fault_server, made.url)
    again = pages.confirms(draft, reviewed)
    assert (again.status_code, again.url) == (303, made.url)
    assert pages.client.get(url("review", draft)).url == made.url
    assert Submission.objects.count() == len(fault_server.trades) == 1


@pytest.mark.django_db(transaction=True)
def test_f46_two_senders_make_one_trade_of_each_of_a_hundred(
    assert_safe, fault_server, pages, confirmed, sender_process
):
    for number, lot in enumerate(lots(RUNS)):
        if number % 10 == 0:
            forget_the_caps()
        confirmed(lot)
    Submission.objects.update(send_by=timezone.now() + timedelta(hours=1))
    senders = [sender_process() for _ in range(2)]
    for sent in range(5, RUNS, 5):
        fault_server.arrived.wait(sent, timeout_s=30)
        open_the_gates()
    until(lambda: not Submission.objects.exclude(state="accepted").exists())
    for sender in senders:
        sender.terminate()
    assert [sender.wait() for sender in senders] == [0, 0]
    assert len(fault_server.posts) == len(fault_server.trades) == RUNS
    trades = dict(fault_server.trades)
    for submission in Submission.objects.all():
        assert trades.pop(submission.remote_id).body == submission.body.encode()
    first, _ = pages.reads(submission)
    assert first == f"3Commas created trade {submission.remote_id}."
    assert_safe()


def test_f47_what_may_be_the_same_as_an_unknown_order_is_asked_about(
    fault_server, pages, draft, confirmed, safe_in_the_end
):
    fault_server.on_post(reset)
    first = confirmed()
    sending.send(first.pk)
    assert state_of(first) == "unknown broken"
    reviewed = pages.reviews(draft)
    named = f"look-alike {first.public_id}"
    assert reviewed["warnings"][-1] == named
    unticked = [tick for tick in reviewed["warnings"] if tick != named]
    refused = pages.confirms(draft, reviewed | {"warnings": unticked})
    assert refused.status_code == 422
    assert "it may be the same as another order: 0.01 on USDT_BTC" in text_of(refused)
    assert f'href="{first.get_absolute_url()}"' in refused.content.decode()
    assert Submission.objects.get() == first
    assert_absence_is_offered(pages, first)


def test_f47_both_are_sent_where_both_are_meant(
    fault_server, pages, draft, confirmed, safe_in_the_end
):
    fault_server.on_post(reset)
    first = confirmed()
    sending.send(first.pk)
    pages.confirms(draft, pages.reviews(draft))
    second = Submission.objects.exclude(pk=first.pk).get()
    assert f"look-alike {first.public_id}" in second.ticked
    sending.send(second.pk)
    assert (state_of(first), state_of(second)) == ("unknown broken", "accepted")
    assert list(fault_server.trades) == [second.remote_id]
    assert pages.reads(first)[0] == DO_NOT_SEND
