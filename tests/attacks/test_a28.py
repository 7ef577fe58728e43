"""A page somewhere else makes a trader's browser post."""

from __future__ import annotations

import http.client
import re
from urllib.parse import urlencode, urlsplit

import pytest
from django.conf import settings
from django.core import serializers
from django.urls import reverse

from tests.attacks.forms import FORMS, posted
from tests.attacks.steps import everything, posts, work_off
from tests.web.pages import stamp_in, ticks_in, url
from trades.models import Submission

pytestmark = pytest.mark.django_db

TOO_OLD = "This page was too old to be sent"


def token_in(page) -> str:
    pattern = r'name="csrfmiddlewaretoken" value="(\w+)"'
    return re.search(pattern, page.content.decode())[1]


@pytest.fixture
def reviewed(log_in, trader, draft):
    """The trader's browser on the review page; what that would post, token and all."""
    browser = log_in(trader, enforce_csrf_checks=True)
    page = browser.get(url("review", draft))
    data = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    return browser, data | {"csrfmiddlewaretoken": token_in(page)}


def assert_refused(answer, wire) -> None:
    assert answer.status_code == 403
    assert TOO_OLD in answer.content.decode()
    assert not Submission.objects.exists()
    work_off()
    assert posts(wire) == []


def test_a28_the_same_post_with_its_token_is_taken(reviewed, draft):
    browser, data = reviewed
    assert browser.post(url("confirm", draft), data).status_code == 303
    assert Submission.objects.count() == 1


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64])
def test_a28_without_a_token_nothing_is_sent(reviewed, draft, wire, token):
    browser, data = reviewed
    forged = data | {"csrfmiddlewaretoken": token}
    if token is None:
        del forged["csrfmiddlewaretoken"]
    assert_refused(browser.post(url("confirm", draft), forged), wire)


def test_a28_with_the_token_of_another_session_nothing_is_sent(
    reviewed, draft, wire, log_in, stranger
):
    browser, data = reviewed
    theirs = token_in(log_in(stranger).get(reverse("draft-new")))
    forged = data | {"csrfmiddlewaretoken": theirs}
    assert_refused(browser.post(url("confirm", draft), forged), wire)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://testserver.evil.example",
        "http://testserver:8",
    ],
)
def test_a28_from_another_origin_nothing_is_sent(reviewed, draft, wire, origin):
    """Even with the right token, should that ever leak."""
    browser, data = reviewed
    answer = browser.post(url("confirm", draft), data, headers={"origin": origin})
    assert_refused(answer, wire)


def test_a28_no_form_at_all_is_taken_without_a_token(log_in, house, request):
    browsers = {
        who: log_in(request.getfixturevalue(who), enforce_csrf_checks=True)
        for who in ("trader", "reviewer", "root")
    }
    by = {name: browsers[who] for name, (who, _) in FORMS.items()}
    forms = {name: posted(name, house, by[name]) for name in FORMS}
    before = serializers.serialize("json", everything())
    for name in FORMS:
        answer = by[name].post(house.url(name), forms[name])
        assert (answer.status_code, TOO_OLD in answer.content.decode()) == (403, True)
    assert serializers.serialize("json", everything()) == before


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("cookie", "headers"),
    [
        (False, {}),
        (True, {"Origin": "https://evil.example"}),
        (True, {"Referer": "https://evil.example/", "Origin": "null"}),
    ],
    ids=["no token", "foreign origin", "no origin"],
)
def test_a28_over_a_real_socket_nothing_is_sent_either(
    live_server, reviewed, draft, wire, cookie, headers
):
    browser, data = reviewed
    cookies = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}
    sent = "; ".join(f"{name}={browser.cookies[name].value}" for name in cookies)
    form = data if cookie else data | {"csrfmiddlewaretoken": ""}
    headers = headers | {
        "Cookie": sent,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    socket = http.client.HTTPConnection(urlsplit(live_server.url).netloc, timeout=30)
    socket.request("POST", url("confirm", draft), urlencode(form, True), headers)
    answer = socket.getresponse()
    assert (answer.status, TOO_OLD in answer.read().decode()) == (403, True)
    socket.close()
    assert not Submission.objects.exists()
    work_off()
    assert posts(wire) == []
