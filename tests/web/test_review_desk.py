"""One submission at the desk: its whole story, what changed, and what is said of it."""

from __future__ import annotations

import html
import re

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from tests.rewriting import rewrite
from tests.web.listed import FIRST, candidate, looked
from tests.web.pages import text_of
from trades.domain.lifecycle import State
from trades.models import Event, Remark, Submission, Verdict
from trades.services import audit, copying, drafts, reviewing
from trades.services.alarms import raise_alarm

pytestmark = pytest.mark.django_db

ACCEPTED = [State.CLAIMED, State.SENDING, State.ACCEPTED]


def desk(submission: Submission, act: str = "") -> str:
    name = f"desk-{act}" if act else "desk-submission"
    return reverse(name, args=[submission.public_id])


def test_the_page_has_everything_in_it(reviewing_client, put):
    submission = put(
        *ACCEPTED,
        remote_id=30350494,
        status=201,
        request_id="req-1",
        duration_ms=153,
        answer='{"id":30350494,"fee":0.10000000000000000001}',
        changes={"note": "<script>alert('1')</script>"},
    )
    page = reviewing_client.get(desk(submission))
    text = text_of(page)
    assert "3Commas created trade 30350494." in text
    assert "POST /public/api/v2/smart_trades" in text
    assert "Apikey: ••••••" in text
    assert submission.account.connection.api_key not in text
    assert submission.body in html.unescape(page.content.decode())
    assert '"fee": 0.10000000000000000001' in text
    for detail in ("HTTP status 201", "X-Request-Id req-1", "153 ms", "Trade 30350494"):
        assert detail in text.partition("What happened")[2]
    assert "Entry: Order price" in text
    assert "<script>alert" not in page.content.decode()
    assert 'curl "$THREECOMMAS/public/api/v2/smart_trades"' in text
    assert f"Rule set {submission.rule_set} (the one in force)" in text
    assert f"App version {submission.app_version}" in text


def test_the_story_goes_from_the_first_version_to_the_review(
    reviewing_client, put, trader, reviewer
):
    submission = put(State.CLAIMED, State.SENDING, State.UNKNOWN)
    looked(submission, candidate(FIRST))
    raise_alarm("double", "Look at 7 and 8.", submission)
    reviewing.review(submission, by=reviewer, verdict="flagged", text="why so large?")
    text = text_of(reviewing_client.get(desk(submission)))
    story = text.partition("What happened")[2]
    places = [
        story.index(told)
        for told in (
            "Draft saved: version 1 by trader",
            "Draft → Queued by trader",
            "Queued → Claimed by the sender",
            "Sending → Unknown by the sender",
            "Looked at 3Commas by the reconciler",
            "Reviewed by reviewer",
        )
    ]
    assert places == sorted(places)
    assert "1 that may be this one" in story
    assert "Verdict: Flagged" in story
    assert "Possible double" in text
    assert "Look at 7 and 8." in text


def test_the_ladder_is_the_one_that_was_shown(
    reviewing_client, confirm, make_draft, reviewer
):
    confirm(make_draft())
    reviewing_client.force_login(reviewer)
    submission = Submission.objects.get()
    assert submission.ladder["lines"]
    text = text_of(reviewing_client.get(desk(submission)))
    shown = text.partition("The ladder as it was shown")[2]
    assert "at 66,000: sells 100 %, +60.00" in shown
    assert "at 58,000" in shown


def test_versions_are_compared_up_to_the_confirmed_one(
    reviewing_client, make_draft, reviewer, confirm
):
    draft = make_draft()
    drafts.save(draft, typed=draft.typed | {"note": "plan B"}, version=1)
    confirm(drafts.Draft.objects.get())
    submission = Submission.objects.get()
    Submission.objects.update(state="rejected", holds_draft=None)
    later = drafts.Draft.objects.get()
    drafts.save(later, typed=later.typed | {"note": "mine alone"}, version=2)
    reviewing_client.force_login(reviewer)
    page = reviewing_client.get(desk(submission), {"from": "v1", "to": "sent"})
    text = text_of(page)
    assert "Note plan A plan B" in text
    assert "mine alone" not in text
    assert "Version 3" not in text
    assert "whose SHA-256 stands in the event that queued them" in text
    page = reviewing_client.get(desk(submission))
    assert "Nothing differs." in text_of(page)


@pytest.mark.parametrize("stage", ["v9", "x", "", "\0"])
def test_a_stage_that_is_none_compares_what_was_confirmed(reviewing_client, put, stage):
    page = reviewing_client.get(desk(put()), {"from": stage, "to": "sent"})
    assert page.status_code == 200
    assert "Nothing differs." in text_of(page)


def test_bytes_that_are_not_those_of_the_event_say_so(reviewing_client, put):
    submission = put()
    rewrite(Submission.objects.all(), body=submission.body.replace("0.01", "0.02"))
    text = text_of(reviewing_client.get(desk(submission)))
    assert "The bytes here are not those" in text


def test_earlier_and_later_tries_are_linked(
    reviewing_client, put, trader, reviewer, confirm
):
    refused = put(State.CLAIMED, State.SENDING, State.REJECTED)
    mending = copying.mend(refused, by=trader)
    reviewing_client.force_login(trader)
    confirm(mending)
    retry = Submission.objects.first()
    reviewing_client.force_login(reviewer)
    for one, other in ((refused, retry), (retry, refused)):
        page = reviewing_client.get(desk(one)).content.decode()
        assert f'href="{desk(other)}"' in page


def test_a_remark_is_kept_beside_history_and_in_the_chain(
    reviewing_client, put, reviewer
):
    submission = put()
    before = Submission.objects.filter(pk=submission.pk).values().get()
    said = {
        "verdict": "flagged",
        "assigns": "reviewer",
        "text": "too large",
    }
    answer = reviewing_client.post(desk(submission, "remark"), said)
    assert answer.status_code == 303
    assert Submission.objects.filter(pk=submission.pk).values().get() == before
    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.assigned_to) == ("flagged", reviewer)
    event = submission.events.last()
    assert (event.by, event.new) == ("reviewer", "reviewed")
    assert event.details["text"] == "too large"
    assert audit.verify().bad is None
    text = text_of(reviewing_client.get(desk(submission)))
    assert "Flagged, assigned to reviewer." in text
    assert "too large" in text


def test_one_button_says_that_it_is_fine_and_keeps_the_filters(reviewing_client, put):
    submission = put()
    said = {"action": "fine", "verdict": "", "assigns": "", "text": ""}
    address = f"{desk(submission, 'remark')}?state=queued"
    answer = reviewing_client.post(address, said)
    assert answer["Location"] == f"{desk(submission)}?state=queued"
    assert Verdict.objects.get().value == "fine"


def test_a_comment_leaves_the_verdict_as_it_is(reviewing_client, put, reviewer):
    submission = put()
    reviewing.review(submission, by=reviewer, verdict="needs", assigns=reviewer)
    reviewing_client.post(desk(submission, "remark"), {"text": "and quickly"})
    verdict = Verdict.objects.get()
    assert (verdict.value, verdict.assigned_to) == ("needs", reviewer)
    assert Remark.objects.count() == 2


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"text": ""}, "Choose a verdict"),
        ({"text": "x" * 2001}, "at most 2000"),
        ({"text": "kept", "verdict": "splendid"}, "Select a valid choice"),
        ({"text": "kept", "assigns": "trader"}, "Select a valid choice"),
    ],
)
def test_a_remark_that_can_not_be_kept_comes_back_as_typed(
    reviewing_client, put, said, wrong
):
    submission = put()
    page = reviewing_client.post(desk(submission, "remark"), said)
    assert page.status_code == 422
    assert "Nothing was kept" in text_of(page)
    assert wrong in text_of(page)
    assert page.context["form"]["text"].value() == said["text"]
    assert not Remark.objects.exists()
    assert submission.events.count() == 1


def test_nobody_reviews_an_order_of_their_own(client, put, trader):
    trader.is_staff = True
    trader.save()
    rights = ("view_submission", "review_submission")
    trader.user_permissions.add(*Permission.objects.filter(codename__in=rights))
    submission = put()
    client.force_login(trader)
    buttons = re.findall(r"<button[^>]*>(\w+)", _source(client, submission))
    assert "Keep" not in buttons
    page = client.post(desk(submission, "remark"), {"verdict": "fine", "text": ""})
    assert page.status_code == 303
    assert not Remark.objects.exists()


def _source(client, submission: Submission) -> str:
    return client.get(desk(submission)).content.decode()


@pytest.mark.parametrize("who", ["trader", "stranger"])
def test_others_do_not_review(client, request, put, who):
    submission = put()
    client.force_login(request.getfixturevalue(who))
    said = {"verdict": "fine", "text": ""}
    assert client.post(desk(submission, "remark"), said).status_code == 403
    assert client.get(desk(submission, "remark")).status_code == 405
    assert not Remark.objects.exists()


def test_a_reader_without_the_right_to_review_is_offered_no_form(
    client, make_user, put
):
    client.force_login(make_user("auditor", "view_submission", is_staff=True))
    submission = put()
    page = client.get(desk(submission)).content.decode()
    assert "desk-remark" not in page
    assert "/remark/" not in page
    assert client.post(desk(submission, "remark"), {"text": "x"}).status_code == 403


def test_acts_are_offered_to_those_who_may_stop_sending_alone(
    client, put, reviewer, admin
):
    submission = put()
    for user, count in ((reviewer, 0), (admin, 1)):
        client.force_login(user)
        page = client.get(desk(submission)).content.decode()
        assert page.count(">Cancel</button>") == count


def test_the_trader_reads_the_review_and_answers(signed_in, put, reviewer):
    submission = put()
    page = signed_in.get(submission.get_absolute_url())
    assert "Your answer" not in text_of(page)
    reviewing.review(submission, by=reviewer, verdict="needs", text="why\nat night?")
    text = text_of(signed_in.get(submission.get_absolute_url()))
    assert "Needs answer by reviewer" in text
    assert "why at night?" in text
    address = reverse("submission-answer", args=[submission.public_id])
    assert signed_in.post(address, {"text": "the plan said so"}).status_code == 303
    assert Verdict.objects.get().value == "unreviewed"
    event = submission.events.last()
    assert (event.by, event.new) == ("trader", "answered")
    assert "the plan said so" in text_of(signed_in.get(submission.get_absolute_url()))


def test_an_empty_answer_asks_again(signed_in, put, reviewer):
    submission = put()
    reviewing.review(submission, by=reviewer, verdict="needs")
    address = reverse("submission-answer", args=[submission.public_id])
    page = signed_in.post(address, {"text": "  "})
    assert page.status_code == 422
    assert "This field is required." in text_of(page)
    assert Remark.objects.count() == 1


def test_nobody_answers_for_another_trader(client, put, reviewer, stranger):
    submission = put()
    client.force_login(stranger)
    address = reverse("submission-answer", args=[submission.public_id])
    assert client.post(address, {"text": "mine"}).status_code == 404
    assert not Event.objects.filter(submission=submission, record__contains="answered")
