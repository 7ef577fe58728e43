"""The review page in a real browser: by keyboard, without scripts, on paper."""

from __future__ import annotations

import re
from urllib.parse import urldefrag

import pytest
from playwright.sync_api import Page, expect

from tests.browser.printing import printed
from tests.services.steps import age, put
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services import drafts

SEND = re.compile("^Send sandbox order")
LARGE = {"position.units.value": "0.05"}
TICKETS = {
    "conditional": {
        "position.order_type": "conditional",
        "position.conditional.price.value": "59900",
        "position.conditional.order_type": "limit",
        "leverage.enabled": "true",
        "leverage.type": "cross",
        "leverage.value": "3",
        "stop_loss.timeout.enabled": "true",
        "stop_loss.timeout.value": "90",
    },
    "no entry": {"trade_type": "smart_sell", "position.order_type": "market"},
    "simple": {
        "trade_type": "simple_buy",
        "take_profit.enabled": "false",
        "stop_loss.enabled": "false",
    },
}


@pytest.fixture
def review(trader, typed, sign_in, page):
    """Open the review page of a ticket with some lines changed."""

    def review(changes: dict[str, str] | None = None, on: Page = page) -> Page:
        draft = drafts.create(
            owner=trader, typed=typed | (changes or {}), seen={"ask": "60000"}
        )
        sign_in(on.context, trader)
        on.goto(f"/trades/{draft.public_id}/review/")
        return on

    return review


@pytest.fixture
def corrected(confirmed):
    """A refused order, and what its draft says since; its number."""

    def corrected(changes: dict[str, str]) -> str:
        refused = confirmed()
        put(refused, State.REJECTED, holds_draft=None)
        draft = refused.draft
        more = {"typed": draft.typed | changes, "seen": {"ask": "60000"}}
        return str(drafts.save(draft, version=1, **more).public_id)

    return corrected


@pytest.fixture
def usual(confirmed) -> None:
    """Three orders of 0.01 were accepted a good while ago."""
    for number in range(3):
        submission = confirmed({"note": f"usual {number}"})
        put(submission, State.ACCEPTED, remote_id=100 + number, holds_draft=None)
        age(submission, hours=1)


@pytest.mark.parametrize("ticket", TICKETS)
def test_each_change_leads_to_an_input_in_sight(review, ticket):
    page = review(TICKETS[ticket])
    links = page.get_by_role("link", name=re.compile("^Change ."))
    targets = [link.get_attribute("href") for link in links.all()]
    assert len(targets) == page.locator("table.fields tbody tr").count() > 8
    page.goto(targets[-1])
    for target in targets:
        expect(page.locator(f"[id='{urldefrag(target).fragment}']")).to_be_visible()


@pytest.mark.parametrize(
    ("name", "target"),
    [
        ("Change Entry: Order price", "id_position__price__value"),
        ("Change Take-profit step 1: Target price", "id_steps-0-price__value"),
        ("Change Entry: Side", "id_trade_type_0"),
    ],
)
def test_a_change_puts_the_reader_at_the_input(review, name, target):
    page = review()
    page.get_by_role("link", name=name, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.locator(f"[id='{target}']")).to_be_focused()


def test_an_unusual_order_is_sent_by_keyboard_once_its_amount_was_typed(usual, review):
    page = review(LARGE)
    page.get_by_role("button", name=SEND).press("Enter")
    summary = page.get_by_role("group", name="Nothing was sent: 1 thing to do first")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^Error: "))
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    amount = page.get_by_label("Type the amount to send it")
    expect(amount).to_be_focused()
    expect(amount).to_have_accessible_description(re.compile("^Type the amount, 0.05"))
    page.keyboard.type("0.5")
    page.keyboard.press("Enter")
    expect(amount).to_have_value("0.5")
    assert Submission.objects.count() == 3
    amount.fill("0.050")
    page.keyboard.press("Enter")
    expect(page.locator("#outcome")).to_be_visible()
    assert Submission.objects.count() == 4


def test_without_scripts_the_amount_is_asked_for_too(usual, review, browser, base_url):
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = review(LARGE, context.new_page())
    page.get_by_role("button", name=SEND).click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("link", name="Amount", exact=True).click()
    page.get_by_label("Type the amount to send it").fill("0.05")
    page.get_by_role("button", name=SEND).click()
    expect(page.locator("#outcome")).to_be_visible()
    context.close()


def test_reload_and_back_after_confirming_send_nothing_more(review):
    page = review()
    page.get_by_role("button", name=SEND).click()
    expect(page.locator("#outcome")).to_be_visible()
    address = page.url
    page.reload()
    page.go_back()
    again = page.get_by_role("button", name=SEND)
    if again.count():  # the page as it was kept, not a new one
        again.click()
    expect(page).to_have_url(address)
    assert Submission.objects.count() == 1


@pytest.mark.parametrize(("scheme", "width"), [("light", 1100), ("dark", 320)])
def test_everybody_can_use_it_refused_or_not(
    usual, corrected, trader, sign_in, page, account, violations, scheme, width
):
    know(account)
    beyond = {"stop_loss.conditional.price.value": "61000", "note": "x" * 200}
    draft = corrected(LARGE | beyond)
    sign_in(page.context, trader)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"/trades/{draft}/review/")
    for refused in (False, True):
        if refused:
            page.get_by_role("checkbox").evaluate("box => box.required = false")
            page.get_by_role("button", name=SEND).click()
            expect(page.locator("[aria-invalid=true]")).to_have_count(2)
        expect(page.locator(".notice.warning")).to_contain_text("The ask was")
        expect(page.locator(".changes tbody tr")).to_have_count(3)
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_on_paper_it_says_everything_in_black_and_white(review, account):
    know(account)
    page = review({"note": "x" * 250})
    body, sha256 = (page.locator(f"#{id}").text_content() for id in ("body", "sha256"))
    page.emulate_media(media="print", color_scheme="dark")
    text = "".join(printed(page))
    for label in page.locator("table.fields th[scope=row]").all_text_contents():
        assert label.replace(" ", "") in text
    for shown in ("66000", "58000", body.replace(" ", ""), sha256):
        assert shown in text
    for hidden in ("Logout", "Change", "Sendsandboxorder", "Drafts"):
        assert hidden not in text
    assert len(printed(page)) == 2
