"""A link from another site comes without the CSRF cookie, and spoils no open page."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

PAGE, POST = reverse("draft-list"), reverse("draft-import")


@pytest.fixture
def browser(trader) -> Client:
    client = Client(enforce_csrf_checks=True)
    client.force_login(trader)
    return client


def token_of(page) -> str:
    found = re.search(
        r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode()
    )
    return found[1]


def follow_link_from_elsewhere(browser: Client) -> None:
    """What a browser does with a ``SameSite=Strict`` cookie."""
    cookie = browser.cookies.pop(settings.CSRF_COOKIE_NAME)
    browser.get(PAGE)
    browser.cookies.setdefault(settings.CSRF_COOKIE_NAME, cookie.value)


def test_a_page_that_is_open_can_be_posted_after_a_link_from_elsewhere(browser):
    token = token_of(browser.get(PAGE))
    follow_link_from_elsewhere(browser)
    assert browser.post(POST, {"csrfmiddlewaretoken": token}).status_code != 403


def test_the_page_behind_the_link_can_be_posted_too(browser):
    browser.get(PAGE)
    browser.cookies.pop(settings.CSRF_COOKIE_NAME)
    token = token_of(browser.get(PAGE))
    assert browser.post(POST, {"csrfmiddlewaretoken": token}).status_code != 403


def test_a_post_without_the_cookie_is_refused_though_the_session_knows_its_token(
    browser,
):
    token = token_of(browser.get(PAGE))
    browser.cookies.pop(settings.CSRF_COOKIE_NAME)
    assert browser.post(POST, {"csrfmiddlewaretoken": token}).status_code == 403


def test_a_session_of_nobody_keeps_no_token(client, db):
    client.get(reverse(settings.LOGIN_URL))
    assert settings.SESSION_COOKIE_NAME not in client.cookies


def test_another_log_in_has_another_token(browser, trader):
    before = token_of(browser.get(PAGE))
    browser.logout()
    browser.force_login(trader)
    assert browser.post(POST, {"csrfmiddlewaretoken": before}).status_code == 403
