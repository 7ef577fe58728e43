"""What holds on the pages that stop, cap and approve orders, and one order's way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Page, expect

from tests.browser.test_conventions import holds
from tests.flushing import triggers_off
from tests.web.known import know
from trades.models import Approval, Submission
from trades.services import approving, caps, drafts, stops, submissions

# Beyond the targets: a warning.
WARNED = {"stop_loss.conditional.price.value": "61000"}
LONG = "the exchange is under maintenance and " * 7


@pytest.fixture
def chief(make_user):
    """Staff who may do all of it."""
    rights = ("stop_sending", "set_cap", "approve_order")
    return make_user("chief", *rights, is_staff=True)


@pytest.fixture
def world(trader, typed, account, connection, chief) -> dict:
    """Each kind of stop and cap, and a request that waits."""
    know(account)
    caps.set_cap(by=chief, kind="orders", amount=Decimal(1), account=account)
    caps.set_cap(by=chief, kind="approval", amount=Decimal(0))
    for kind in ("value", "loss"):
        told = {"amount": Decimal("1234567.89"), "currency": "USDT"}
        caps.set_cap(by=chief, kind=kind, trader=trader, **told)
    draft = drafts.create(owner=trader, typed=typed | WARNED)
    stamp = submissions.review(draft).stamp
    return {
        "draft": draft,
        "approval": approving.ask(draft, by=trader, stamp=stamp),
    }


@pytest.fixture
def stopped(chief, trader, connection, account) -> None:
    for one in ({"trader": trader}, {"connection": connection}, {"account": account}):
        stops.pause(by=chief, why=LONG, **one)
    stops.pause(by=chief, why=LONG)


@pytest.fixture
def opened(
    browser, browser_context_args, live_server, world
) -> Iterator[Callable[..., Page]]:
    """Open a place as somebody; at the end nothing was asked of another host."""
    contexts, hosts, faults = [], set(), []

    def opened(user, address: str, **options: object) -> Page:
        context = browser.new_context(**browser_context_args, **options)
        contexts.append(context)
        context.add_cookies([session_of(user, live_server.url)])
        page = context.new_page()
        page.on("request", lambda r: hosts.add(re.split("[/:]+", r.url)[1]))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []
    assert hosts <= {"localhost", "127.0.0.1"}


def session_of(user, url: str) -> dict[str, str]:
    """The cookie of a session of its own: two people are at work at once."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def review_of(world: dict) -> str:
    return f"/trades/{world['draft'].public_id}/review/"


@pytest.mark.parametrize("address", ["/desk/caps/", "/desk/approvals/"])
def test_nothing_is_held_against_a_page_of_the_desk(opened, violations, chief, address):
    holds(opened(chief, address), violations)


def test_nothing_is_held_against_all_stops(opened, violations, chief, stopped):
    holds(opened(chief, "/desk/sending/"), violations)


@pytest.mark.parametrize(
    ("address", "button"), [("/desk/sending/", "Pause sending"), ("/desk/caps/", "Set")]
)
def test_nothing_is_held_against_a_refused_form(
    opened, violations, chief, address, button
):
    page = opened(chief, address)
    page.get_by_role("button", name=button, exact=True).click()
    expect(page).to_have_title(re.compile("^Problems"))
    expect(page.locator("[aria-invalid=true]").first).to_be_visible()
    holds(page, violations)


def test_nothing_is_held_against_a_refusal_without_a_reason(
    opened, violations, chief, world
):
    page = opened(chief, "/desk/approvals/")
    page.evaluate("document.querySelector('[name=why]').required = false")
    page.get_by_role("button", name="Refuse").click()
    expect(page.get_by_text("Say why.")).to_be_visible()
    holds(page, violations)


@pytest.mark.parametrize("stands", ["open", "approved", "refused", "capped"])
def test_nothing_is_held_against_a_review(
    opened, violations, chief, trader, world, stands, account
):
    approval: Approval = world["approval"]
    if stands == "approved":
        approving.approve(approval, by=chief)
    elif stands == "refused":
        approving.refuse(approval, by=chief, why=LONG)
    elif stands == "capped":
        caps.set_cap(by=chief, kind="orders", amount=Decimal(0), account=account)
    holds(opened(trader, review_of(world)), violations)


def test_an_order_is_asked_for_approved_and_queued_without_scripts(
    opened, chief, trader, world
):
    with triggers_off(connection):  # as if nobody had asked yet
        Approval.objects.all().delete()
    page = opened(trader, review_of(world), java_script_enabled=False)
    page.get_by_role("button", name="Ask for approval").click()
    expect(page.get_by_role("heading", name="Waits for approval")).to_be_visible()
    desk = opened(chief, "/desk/approvals/", java_script_enabled=False)
    desk.get_by_role("button", name="Approve").click()
    expect(desk.get_by_text("Nobody waits for an approval.")).to_be_visible()
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Send sandbox order").click()
    expect(page).to_have_url(re.compile("/submissions/"))
    assert Submission.objects.get().sha256 == Approval.objects.get().sha256


def test_a_trader_is_stopped_and_let_go_without_scripts(opened, chief, trader):
    page = opened(chief, "/desk/sending/", java_script_enabled=False)
    page.get_by_role("radio", name="One trader").check()
    page.get_by_label("Trader", exact=True).select_option("trader")
    page.get_by_label("Why").fill("on holiday")
    page.get_by_role("button", name="Pause sending").click()
    page.get_by_role("button", name="Resume trader trader").click()
    expect(page.get_by_text("Nothing is stopped.")).to_be_visible()
