"""A lost answer in a real browser: found by itself, picked, or declared absent."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.web.listed import FIRST, SECOND, candidate, differs, looked
from trades.domain.lifecycle import Outcome, State
from trades.models import Look, Submission
from trades.models.events import SENDER
from trades.services.alarms import raise_alarm
from trades.services.recording import record
from trades.services.sending import send

SETTLED_MS = 30_000
# Records the trade, then hangs up without an answer.
SILENT = 1504


@pytest.fixture
def unknown(confirmed):
    """An order of which nobody knows since twenty minutes."""

    def unknown() -> Submission:
        submission = confirmed()
        ago = timezone.now() - timedelta(minutes=20)
        for state in (State.CLAIMED, State.SENDING, State.UNKNOWN):
            with transaction.atomic():
                assert submission.move(state, by=SENDER, sent_at=ago, ended_at=ago)
        return submission

    return unknown


@pytest.fixture
def not_found(unknown) -> Submission:
    submission = unknown()
    for minutes in (1, 2, 5, 10, 16):
        at = submission.ended_at + timedelta(minutes=minutes)
        Look.objects.create(submission=submission, clean=True, at=at)
    return submission


@pytest.fixture
def open_page(browser, browser_context_args, request, sign_in, trader):
    """The trader's browser."""

    def open_page(**options) -> Page:
        context = browser.new_context(**browser_context_args, **options)
        request.addfinalizer(context.close)
        sign_in(context, trader)
        return context.new_page()

    return open_page


@pytest.fixture
def admin(make_user):
    rights = ("stop_sending", "view_submission")
    return make_user("admin", *rights, is_staff=True)


def candidates_of(submission: Submission) -> None:
    price = differs("take_profit.steps.0.price.value", "66000", "66100")
    looked(submission, candidate(FIRST, numeric=[price]), candidate(SECOND))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_lost_answer_is_found_without_a_reload_by_hand(
    sending, sandbox, make_account, confirmed, open_page, script
):
    account = make_account(SILENT)
    submission = confirmed({"account_id": str(account.public_id)})
    page = open_page(java_script_enabled=script)
    page.goto(submission.get_absolute_url())
    outcome = page.locator("#outcome")
    expect(outcome).to_have_text(re.compile("We do not know"), timeout=SETTLED_MS)
    expect(outcome).to_have_text(re.compile("created trade"), timeout=SETTLED_MS)
    ((number, _),) = sandbox.trades.items()
    expect(outcome).to_have_text(f"3Commas created trade {number}.")
    expect(page.locator(".outcome")).to_contain_text("found by checking")


def test_news_come_into_the_page_and_are_read_out(confirmed, open_page, sandbox):
    submission = confirmed()
    page = open_page()
    page.goto(submission.get_absolute_url())
    expect(page.locator("#outcome")).to_have_text(re.compile("Waiting to send"))
    page.evaluate("window.isTheSame = true")
    send(submission.pk)
    expect(page.locator("#outcome")).to_have_text(re.compile("created trade"))
    assert page.evaluate("window.isTheSame")
    expect(page).to_have_title(re.compile("Accepted"))
    said = page.locator("body > [role=status]")
    expect(said).to_have_text(re.compile("created trade"))
    expect(page.locator("#outcome")).to_have_count(1)


def test_news_that_come_while_a_button_is_pressed_wait_for_its_release(
    confirmed, open_page, sandbox
):
    submission = confirmed()
    page = open_page()
    page.goto(submission.get_absolute_url())
    page.get_by_role("button", name="Cancel").hover()
    page.mouse.down()
    page.evaluate("dispatchEvent(new PointerEvent('pointerdown'))")  # a second finger
    with page.expect_response(lambda r: "refreshed" in r.url):
        send(submission.pk)
    page.evaluate("new Promise((d) => setTimeout(() => requestAnimationFrame(d), 100))")
    expect(page.locator("#outcome")).to_have_text(re.compile("Waiting to send"))
    page.mouse.move(0, 0)
    page.mouse.up()
    expect(page.locator("#outcome")).to_have_text(re.compile("created trade"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_candidate_is_picked(unknown, open_page, script):
    submission = unknown()
    candidates_of(submission)
    page = open_page(java_script_enabled=script)
    page.goto(submission.get_absolute_url())
    expect(page.locator(".beside").first).to_contain_text("66100")
    page.get_by_role("button", name=f"This one (trade {SECOND})").click()
    expect(page.locator("#outcome")).to_have_text(f"3Commas created trade {SECOND}.")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_absence_is_declared(not_found, open_page, script):
    page = open_page(java_script_enabled=script)
    page.goto(not_found.get_absolute_url())
    pair = page.get_by_label("Type the pair to confirm")
    button = page.get_by_role("button", name="I looked myself: it is not there")
    pair.fill("USDT_ETH")
    button.click()
    expect(pair).to_have_value("USDT_ETH")
    expect(pair).to_have_accessible_description(re.compile("This is not the pair"))
    pair.fill("USDT_BTC")
    pair.press("Enter")
    expect(page.locator("#outcome")).to_contain_text("Declared absent")


def test_news_take_nothing_from_whoever_is_typing(not_found, open_page):
    page = open_page()
    page.goto(not_found.get_absolute_url())
    pair = page.get_by_label("Type the pair to confirm")
    pair.fill("USDT_")
    looked(not_found)
    news = page.get_by_role("status").filter(has_text="There is something new")
    expect(news).to_be_visible()
    expect(pair).to_have_value("USDT_")
    news.get_by_role("link").click()
    expect(page.locator("h3").first).to_contain_text("Checked 6 times")


def test_the_time_that_is_left_counts_down(confirmed, open_page):
    submission = confirmed()
    page = open_page()
    page.goto(submission.get_absolute_url())
    clock = page.locator("[data-countdown]")
    first = clock.text_content()
    expect(clock).not_to_have_text(first)
    assert re.fullmatch(r"[12]:\d\d", clock.text_content())


def test_a_retry_takes_over_where_its_first_was_watched(confirmed, open_page):
    first = confirmed()
    page = open_page()
    page.goto(first.get_absolute_url())
    with transaction.atomic():
        assert first.move(State.CLAIMED, by=SENDER)
    record(first, Outcome(State.NOT_SENT, "network"))
    page.wait_for_url(f"**{Submission.objects.get(retry_of=first).get_absolute_url()}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1100])
def test_settling_is_for_everybody(
    unknown, not_found, admin, open_page, violations, sign_in, scheme, width
):
    asked = unknown()
    candidates_of(asked)
    raise_alarm("double", "Look at 7 and 8.", asked)
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 800})
    urls = [asked.get_absolute_url(), not_found.get_absolute_url()]
    check(page, urls, violations, width)
    sign_in(page.context, admin)
    check(page, ["/desk/sending/"], violations, width)


def check(page: Page, urls: list[str], violations: Callable, width: int) -> None:
    for url in urls:
        page.goto(url)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
