"""Another trader's drafts, keys, accounts, submissions and rows."""

from __future__ import annotations

import re

import pytest
from django.core import serializers
from django.urls import reverse

from tests.attacks.house import OF_ONE, nowhere
from tests.attacks.steps import posts, work_off
from tests.web.pages import stamp_in, text_of, ticks_in, url, without_tokens
from trades.forms.names import data_of
from trades.models import Connection, Draft, Event, Fact, Grant, Submission
from trades.services import drafts, grants, submissions

pytestmark = pytest.mark.django_db

NEW = reverse("draft-new")
OTHERS = ("head", "put", "patch", "delete", "options", "trace")
# What staff may open of others: all of it is at the desk.
AT_THE_DESK = ("desk-", "history-view-", "sending-", "missing-", "cap-", "approval-")


@pytest.fixture
def intruder(client, stranger):
    """The stranger's browser; what it is after is the trader's."""
    client.force_login(stranger)
    return client


@pytest.fixture
def mine(theirs, typed, stranger) -> Draft:
    """A draft of the stranger's own, with which they could send."""
    own = {"account_id": str(theirs.public_id), "note": "plan of mine"}
    return drafts.create(owner=stranger, typed=typed | own)


def everything() -> str:
    """All that drafts, connections and submissions say, and what happened."""
    rows = [*Draft.objects.all(), *Connection.objects.all(), *Event.objects.all()]
    return serializers.serialize("json", [*rows, *Submission.objects.all()])


def assert_absent(browser, house, name: str, method: str) -> None:
    """Refused, or as absent as something that does not exist; in the same words."""
    ask = getattr(browser, method)
    foreign, missing = ask(house.url(name)), ask(nowhere(name))
    assert foreign.status_code in (403, 404, 405), name
    assert foreign.status_code == missing.status_code
    assert words_of(foreign) == words_of(missing)


def words_of(answer) -> str:
    """The page, but for its own address in a banner's way back."""
    return re.sub('name="back" value="[^"]+"', "", without_tokens(answer))


@pytest.mark.parametrize("name", ["draft-edit", "draft-review", "draft-versions"])
def test_a01_a_strangers_draft_is_as_absent_as_a_random_one(intruder, house, name):
    assert intruder.get(house.url(name)).status_code == 404
    assert_absent(intruder, house, name, "get")


def test_a02_a_strangers_draft_is_not_changed(intruder, house, draft, typed):
    posted = data_of(typed | {"note": "mine now"}) | {"version": "1"}
    before = everything()
    for action in ("save", "autosave", "check", "review", "add-step"):
        answer = intruder.post(house.url("draft-edit"), posted | {"action": action})
        assert answer.status_code == 404
    assert everything() == before


def test_a03_a_strangers_draft_is_not_sent(log_in, wire, draft, trader, stranger):
    page = log_in(trader).get(url("review", draft))  # the stamp that could be stolen
    posted = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    answer = log_in(stranger).post(url("confirm", draft), posted)
    assert answer.status_code == 404
    assert not Submission.objects.exists()
    work_off()
    assert posts(wire) == []


def test_a03_a_stolen_stamp_sends_nothing_with_another_draft(
    log_in, wire, draft, mine, trader, stranger
):
    page = log_in(trader).get(url("review", draft))
    posted = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    answer = log_in(stranger).post(url("confirm", mine), posted)
    assert answer["Location"] == url("review", mine)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("by", ["public_id", "remote_id", "pk"])
def test_a04_a_strangers_connection_is_an_error_at_the_field(
    signed_in, typed, theirs, wire, by
):
    posted = data_of(typed | {"account_id": str(getattr(theirs, by))})
    answer = signed_in.post(NEW, posted | {"action": "review"})
    page = signed_in.get(answer["Location"]).content.decode()
    assert 'id="id_account_id_said"' in page
    assert "Their spot" not in page
    assert not Submission.objects.exists()
    work_off()
    assert not Fact.objects.filter(account=theirs).exists()
    assert wire.connections == 0


def test_a05_an_account_not_granted_is_refused_before_it_is_queued(
    signed_in, typed, trader, theirs, wire
):
    Grant.objects.create(account=theirs, trader=trader, by="admin")
    foreign = typed | {"account_id": str(theirs.public_id)}
    reviewed = drafts.create(owner=trader, typed=foreign)
    page = signed_in.get(url("review", reviewed))
    posted = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    Grant.objects.all().delete()
    assert signed_in.get(url("review", reviewed))["Location"].endswith("?refused=1")
    refused = signed_in.post(url("confirm", reviewed), posted, follow=True)
    assert 'id="id_account_id_said"' in refused.content.decode()
    assert not Submission.objects.exists()
    work_off()
    assert posts(wire) == []


def test_a05_an_account_not_granted_any_more_is_refused_again_by_the_sender(
    theirs, typed, trader, wire
):
    grant = Grant.objects.create(account=theirs, trader=trader, by="admin")
    foreign = drafts.create(
        owner=trader, typed=typed | {"account_id": str(theirs.public_id)}
    )
    review = submissions.review(foreign)
    ticked = [submissions.tick(w) for w in review.examined.warnings]
    queued = submissions.confirm(foreign, by=trader, stamp=review.stamp, ticked=ticked)
    grants.take_back(grant, by=trader)
    work_off()
    queued.refresh_from_db()
    assert (queued.state, queued.reason) == ("not_sent", "cancelled")
    assert wire.connections == 0


@pytest.mark.parametrize("name", ["submission", "submission-state", "desk-submission"])
def test_a06_a_strangers_submission_and_its_request_are_not_read(intruder, house, name):
    assert intruder.get(house.url(name)).status_code in (403, 404)
    assert_absent(intruder, house, name, "get")


LISTS = ["draft-list", "submission-list", "connection-list", "preset-list"]


@pytest.mark.parametrize("name", LISTS)
def test_a07_a_list_that_is_asked_for_another_owner_shows_own_rows(
    log_in, house, trader, stranger, mine, name
):
    whose = {"owner": trader.pk, "trader": trader.get_username(), "user": "trader"}
    browser = log_in(stranger)
    asked, own = browser.get(reverse(name), whose), browser.get(reverse(name))
    assert without_tokens(asked) == without_tokens(own)
    for told in ("plan A", "lost", "1001", "Plan yours"):
        assert told not in text_of(own)


def test_a07_an_export_of_another_owners_rows_is_not_for_traders(intruder, house):
    address = reverse("desk-export") + "?owner=trader&trader=trader"
    answer = intruder.post(address, {"format": "csv"})
    assert answer.status_code == 403
    assert b"USDT_BTC" not in answer.content
    assert_absent(intruder, house, "draft-export", "get")


# From here on every page there is, so that no new one is forgotten.


@pytest.mark.parametrize("method", ["get", "post"])
def test_a06_nothing_that_has_an_id_is_there_for_a_stranger(intruder, house, method):
    before = everything()
    for name in OF_ONE:
        assert_absent(intruder, house, name, method)
    assert everything() == before


def test_a06_nothing_that_has_an_id_is_there_by_another_method(intruder, house):
    before = everything()
    for name in OF_ONE:
        for method in OTHERS:
            answer = getattr(intruder, method)(house.url(name))
            assert answer.status_code in (403, 404, 405), (name, method)
    assert everything() == before


@pytest.mark.parametrize("method", ["get", "post"])
def test_a06_nothing_that_has_an_id_is_there_for_a_reviewer_but_the_desk(
    log_in, house, reviewer, method
):
    """They read submissions there; never a draft in progress, never a key."""
    before, browser = everything(), log_in(reviewer)
    for name in OF_ONE:
        if not name.startswith((*AT_THE_DESK, "alarm-")):
            assert_absent(browser, house, name, method)
    assert everything() == before


def test_a06_nothing_that_has_an_id_is_there_without_a_log_in(log_in, house, settings):
    before, browser = everything(), log_in(None)
    to_log_in = reverse(settings.LOGIN_URL)
    for name in OF_ONE:
        for method in ("get", "post", *OTHERS):
            answer = getattr(browser, method)(house.url(name))
            if answer.status_code != 405:
                assert answer.status_code == 302, name
                assert answer["Location"].startswith(to_log_in)
    assert everything() == before


def test_a06_a_reviewers_view_is_not_another_reviewers(log_in, house, admin):
    browser = log_in(admin)
    for name in ("history-view-share", "history-view-delete"):
        assert_absent(browser, house, name, "post")
