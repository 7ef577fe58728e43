"""Confirming queues what was reviewed, once, or says why not."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.web.pages import stamp_in, ticks_in, url
from trades.models import Submission
from trades.services import drafts, submissions

pytestmark = pytest.mark.django_db

# Beyond the targets: a warning, not an error.
WARNED = {"stop_loss.conditional.price.value": "61000"}


def test_a_ticked_warning_is_kept_with_the_submission(confirm, make_draft):
    assert confirm(make_draft(WARNED)).status_code == 303
    (tick,) = Submission.objects.get().ticked
    assert tick.startswith("sl-direction ")


def test_an_unticked_warning_is_asked_for_again(confirm, signed_in, make_draft):
    draft = make_draft(WARNED)
    answer = confirm(draft, warnings=[])
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Nothing was sent: 1 thing to do first" in text
    assert '<a href="#warning-0">' in text
    assert 'aria-describedby="warning-0_rule warning-0_error"' in text
    assert not Submission.objects.exists()
    data = {"stamp": stamp_in(answer), "warnings": ticks_in(answer)}
    assert signed_in.post(url("confirm", draft), data).status_code == 303


def test_a_tick_that_was_given_stays(confirm, make_draft):
    draft = make_draft(WARNED | {"pair": "usdt_btc"})
    review = submissions.review(draft)
    ticks = [submissions.tick(w) for w in review.examined.warnings]
    assert len(ticks) == 2
    text = confirm(draft, warnings=ticks[:1]).content.decode()
    boxes = re.findall(r'<input type="checkbox"[^>]*>', text)
    assert [" checked" in box for box in boxes] == [True, False]


def test_a_confirmed_draft_leads_to_its_submission(confirm, signed_in, draft):
    confirm(draft)
    answer = signed_in.get(url("review", draft))
    assert answer["Location"] == Submission.objects.get().get_absolute_url()


def test_confirming_twice_gives_the_same_submission(signed_in, draft):
    pages = [signed_in.get(url("review", draft)) for _ in range(2)]
    stamps = [stamp_in(pages[0]), stamp_in(pages[0]), stamp_in(pages[1])]
    answers = [
        signed_in.post(url("confirm", draft), {"stamp": stamp}) for stamp in stamps
    ]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Submission.objects.count() == 1


def test_a_changed_draft_is_refused_with_the_difference(signed_in, draft, typed):
    page = signed_in.get(url("review", draft))
    changed = typed | {"position.price.value": "61000", "stop_loss.enabled": "false"}
    drafts.save(draft, typed=changed, version=1)
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 409
    rows = re.findall(
        r'<th scope="row">(.+?)</th><td>(.+?)</td><td>(.+?)</td>',
        answer.content.decode(),
    )
    assert ("Entry: Order price", "60000", "61000") in rows
    assert ("Stop loss", "on", "off") in rows
    assert ("Stop loss: Stop price", "58000", "nothing") in rows
    assert url("review", draft) in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_draft_that_was_saved_in_other_words_is_refused_too(signed_in, draft, typed):
    page = signed_in.get(url("review", draft))
    drafts.save(draft, typed=typed | {"position.units.value": "0.010"}, version=1)
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 409
    assert "What would be sent is the same" in answer.content.decode()


def test_a_draft_changed_into_a_wrong_one_is_told_as_changed(signed_in, draft, typed):
    page = signed_in.get(url("review", draft))
    drafts.save(draft, typed=typed | {"position.units.value": "1,5"}, version=1)
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 409
    assert "<td>0.01</td><td>1,5</td>" in answer.content.decode()


def test_a_draft_that_became_wrong_by_itself_goes_back_to_the_form(
    signed_in, draft, account
):
    page = signed_in.get(url("review", draft))
    account.flags["smart_trading_supported"] = False
    account.save()
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 303
    assert answer["Location"].startswith(url("edit", draft))


def test_the_stamp_of_another_draft_is_stale(signed_in, draft, make_draft):
    other = signed_in.get(url("review", make_draft()))
    data = {"stamp": stamp_in(other)}
    answer = signed_in.post(url("confirm", draft), data, follow=True)
    assert answer.redirect_chain == [(url("review", draft), 303)]
    assert "Nothing was sent: that review was too old" in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stamp": ""},
        {"stamp": "forged"},
        {"stamp": "a:b:c"},
        {"stamp": "\0"},
        {"stamp": "é" * 100},
        {"stamp": "x" * 20_000},
        {"stamp": ["good", "good"]},
        {"stamp": ["good", "forged"]},
        {"stamp": ["forged", "good"]},
        {"warnings": "any-unknown $"},
    ],
    ids=str,
)
def test_a_forged_post_changes_nothing(signed_in, draft, data):
    good = stamp_in(signed_in.get(url("review", draft)))
    stamps = data.get("stamp", [])
    if isinstance(stamps, list):
        data = data | {"stamp": [good if s == "good" else s for s in stamps]}
    answer = signed_in.post(url("confirm", draft), data)
    assert answer.status_code == 303
    assert answer["Location"] == url("review", draft)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("warnings", [["\0"], ["x"] * 300, ["sl-direction"] * 2])
def test_forged_ticks_accept_nothing(confirm, make_draft, warnings):
    assert confirm(make_draft(WARNED), warnings=warnings).status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"stamp=" + b"x" * 10_000_000, 400),
        ("application/x-www-form-urlencoded", b"&".join([b"warnings=x"] * 1000), 400),
        ("application/x-www-form-urlencoded", b"stamp=%ff%00%ed%a0%80", 303),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=x", b"nothing of the kind", 303),
        ("application/json", b'{"stamp": "x"}', 303),
    ],
    ids=["10 MB", "1000 fields", "bytes", "no boundary", "damaged", "JSON"],
)
def test_a_post_that_no_browser_makes_is_turned_away(
    signed_in, draft, content_type, body, status
):
    answer = signed_in.post(url("confirm", draft), body, content_type=content_type)
    assert answer.status_code == status
    assert not Submission.objects.exists()


def test_owner_state_and_body_never_come_from_a_post(confirm, draft, stranger):
    confirm(draft, trader=stranger.pk, state="accepted", body="{}", remote_id=7)
    submission = Submission.objects.get()
    assert (submission.trader, submission.state) == (draft.owner, "queued")
    assert submission.body != "{}"
    assert submission.remote_id is None


@pytest.mark.parametrize("name", ["review", "confirm"])
def test_a_reviewer_can_not_confirm(client, draft, reviewer, name):
    draft.owner = reviewer
    draft.save()
    client.force_login(reviewer)
    ask = client.get if name == "review" else client.post
    assert ask(url(name, draft), {"stamp": "x"}).status_code == 403


def test_nobody_confirms_without_logging_in(client, draft):
    stamp = submissions.review(draft).stamp
    answer = client.post(url("confirm", draft), {"stamp": stamp})
    assert answer["Location"].startswith(reverse("login"))
    assert not Submission.objects.exists()


def test_a_link_confirms_nothing(signed_in, draft):
    stamp = submissions.review(draft).stamp
    answer = signed_in.get(url("confirm", draft), {"stamp": stamp})
    assert answer.status_code == 405
    assert not Submission.objects.exists()


def test_another_site_confirms_nothing(trader, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(trader)
    data = {"stamp": submissions.review(draft).stamp}
    assert client.post(url("confirm", draft), data).status_code == 403
    assert not Submission.objects.exists()
