"""Every page in a real browser, under the policy that it comes with."""

from __future__ import annotations

import pytest
from django.test import Client
from playwright.sync_api import Page

from tests.attacks.addresses import addresses
from tests.web.known import know


@pytest.fixture
def people(trader, make_user, draft, confirmed, account) -> dict:
    """A trader with something of everything, and somebody who may see it all."""
    know(account)
    confirmed({"pair": "USDT_ETH"})
    return {
        "trader": trader,
        "root": make_user("root", is_staff=True, is_superuser=True),
    }


def pages_for(user) -> list[str]:
    """The addresses at which there is a page for this user."""
    client = Client()
    client.force_login(user)
    answers = {at: client.get(at) for at in addresses()}
    return [
        at
        for at, answer in answers.items()
        if answer.status_code == 200 and "html" in answer.headers["Content-Type"]
    ]


def complaints(page: Page) -> list[str]:
    """Filled with what the browser holds against a page."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on(
        "console",
        lambda said: (
            found.append(f"{page.url}: {said.text}")
            if said.type in ("error", "warning")
            else None
        ),
    )
    return found


@pytest.mark.parametrize(("who", "pages"), [("trader", 15), ("root", 35)])
def test_no_page_breaks_its_policy(page, context, sign_in, people, who, pages):
    sign_in(context, people[who])
    found, places = complaints(page), pages_for(people[who])
    assert len(places) >= pages
    for at in places:
        page.goto(at)
    assert found == []


def test_what_breaks_the_policy_would_be_seen(page, trader, context, sign_in):
    sign_in(context, trader)
    found = complaints(page)
    page.goto("/trades/")
    assert found == []
    page.evaluate("document.body.setAttribute('style', 'color: red')")
    page.evaluate("document.body.append(document.createElement('style'))")
    page.evaluate(
        "new Promise((done) => { const frame = document.createElement('iframe');"
        " frame.onload = done; frame.src = '/rules/'; document.body.append(frame); })"
    )
    kinds = ("style-src", "default-src")
    assert all(any(kind in text for text in found) for kind in kinds), found
