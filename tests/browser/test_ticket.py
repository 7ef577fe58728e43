"""The order ticket in a real browser: by script, without it, by keyboard, by axe."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from trades.models import Draft

NEW = "/trades/new/"


@pytest.fixture
def ticket(page, context, sign_in, trader, account):
    """The page of a new ticket."""
    sign_in(context, trader)
    page.goto(NEW)
    return page


@pytest.fixture
def opened(page, context, sign_in, trader, make_ticket):
    """Open a draft with some lines changed."""

    def opened(changes=None, query=""):
        sign_in(context, trader)
        page.goto(make_ticket(changes).get_absolute_url() + query)
        return page

    return opened


@pytest.fixture
def make_ticket(trader, typed):
    def make(changes=None):
        return Draft.objects.create(owner=trader, typed=typed | (changes or {}))

    return make


def at(page, name: str):
    """The input of that name."""
    return page.locator(f"[name={name}]")


def order_type(page, name: str):
    """One of the entry's order types."""
    return page.locator(".section-position").get_by_role("radio", name=name)


def fill(page) -> None:
    """A smart trade with two targets, typed as a person would."""
    at(page, "account_id").select_option(index=1)
    at(page, "pair").fill("USDT_BTC")
    page.get_by_label("Smart Trade (long)").check()
    at(page, "position__units__value").fill(" 0.010")
    at(page, "take_profit__enabled").check()
    at(page, "steps-0-volume").fill("60")
    page.get_by_role("button", name="Add step").click()
    at(page, "steps-1-volume").fill("40")
    at(page, "steps-1-price__value").fill("70000")
    page.get_by_role("button", name="Add step").click()
    at(page, "steps-2-volume").fill("1")
    page.get_by_role("button", name="Remove step 1").click()
    at(page, "note").fill("two\nlines")
    page.get_by_role("button", name="Save draft").last.click()
    page.get_by_text("Draft saved.").wait_for()


def test_inputs_appear_when_they_mean_something(ticket):
    price = at(ticket, "position__price__value")
    expect(price).to_be_hidden()
    order_type(ticket, "Limit").check()
    expect(price).to_be_visible()
    expect(
        ticket.get_by_role("textbox", name="Order price", exact=True)
    ).to_be_visible()
    order_type(ticket, "Conditional").check()
    expect(at(ticket, "position__conditional__price__value")).to_be_visible()
    ticket.get_by_label("Smart Sell").check()
    expect(at(ticket, "position__conditional__price__value")).to_be_hidden()
    expect(order_type(ticket, "Limit")).to_be_hidden()
    expect(
        ticket.get_by_role("textbox", name="Price you opened at", exact=True)
    ).to_be_visible()


def test_an_exit_that_is_on_stays_in_sight_when_it_no_longer_fits(ticket):
    at(ticket, "take_profit__enabled").check()
    ticket.get_by_label("Simple Buy").check()
    expect(at(ticket, "take_profit__enabled")).to_be_visible()
    expect(at(ticket, "steps-0-volume")).to_be_hidden()
    expect(at(ticket, "stop_loss__enabled")).to_be_hidden()
    at(ticket, "take_profit__enabled").uncheck()
    expect(at(ticket, "take_profit__enabled")).to_be_hidden()


def test_a_trailing_entry_asks_for_percentages(ticket):
    at(ticket, "stop_loss__enabled").check()
    expect(at(ticket, "stop_loss__conditional__price__value")).to_be_visible()
    order_type(ticket, "Conditional").check()
    at(ticket, "position__conditional__trailing__enabled").check()
    expect(at(ticket, "stop_loss__conditional__price__value")).to_be_hidden()
    percent = at(ticket, "stop_loss__conditional__price__percent")
    expect(percent).to_be_visible()


def test_what_has_a_message_is_never_hidden(opened):
    page = opened({"trade_type": "simple_buy"})
    expect(at(page, "stop_loss__enabled")).to_be_visible()
    expect(page.get_by_text("A Simple trade has no stop loss").last).to_be_visible()
    wrong = {"position.order_type": "market", "stop_loss.enabled": "false"}
    page = opened(wrong | {"position.order_type": "stop", "trade_type": "smart_sell"})
    expect(order_type(page, "stop (not offered)")).to_be_visible()


def test_steps_come_and_go_with_what_was_typed_in_them(ticket):
    at(ticket, "take_profit__enabled").check()
    for number in range(7):
        at(ticket, f"steps-{number}-volume").fill(str(number))
        ticket.get_by_role("button", name="Add step").click()
        expect(at(ticket, f"steps-{number + 1}-order_type")).to_be_focused()
    expect(ticket.get_by_role("button", name="Add step")).to_be_disabled()
    ticket.get_by_role("button", name="Remove step 3").click()
    volumes = ticket.locator("input[name$=-volume]")
    shares = [volumes.nth(n).input_value() for n in range(7)]
    assert shares == ["0", "1", "3", "4", "5", "6", ""]
    assert at(ticket, "steps-TOTAL_FORMS").input_value() == "7"
    expect(ticket.get_by_role("heading", name="Step 7")).to_be_visible()
    at(ticket, "steps-6-trailing__enabled").check()
    expect(at(ticket, "steps-6-trailing__percent")).to_be_visible()
    expect(at(ticket, "steps-5-trailing__percent")).to_be_hidden()
    for _ in range(7):
        ticket.get_by_role("button", name="Remove step").first.click()
    assert at(ticket, "steps-0-volume").input_value() == ""


def test_without_the_script_the_stored_draft_is_the_same(
    ticket, browser, base_url, sign_in, trader
):
    fill(ticket)
    plain = browser.new_context(java_script_enabled=False, base_url=base_url)
    sign_in(plain, trader)
    page = plain.new_page()
    page.goto(NEW)
    expect(at(page, "position__conditional__price__value")).to_be_visible()
    page.get_by_role("button", name="Add step").click()
    assert page.url.endswith("#steps")  # the reader stays where they were
    page.goto(NEW)
    fill(page)
    plain.close()
    before, *_, after = Draft.objects.order_by("pk")
    assert after.typed == before.typed
    assert after.typed["position.units.value"] == " 0.010"
    assert after.typed["take_profit.steps.0.price.value"] == "70000"
    assert after.typed["take_profit.steps.1.volume"] == "1"


def test_enter_saves_the_draft_and_nothing_else(ticket):
    at(ticket, "pair").fill("USDT_BTC")
    at(ticket, "pair").press("Enter")
    ticket.get_by_text("Draft saved.").wait_for()
    assert Draft.objects.get().typed["pair"] == "USDT_BTC"


def test_a_refused_review_leads_to_the_summary_and_on_to_the_input(ticket):
    ticket.get_by_role("button", name="Review order").click()
    summary = ticket.get_by_role("group", name="before this order can be reviewed")
    expect(summary).to_be_focused()
    ticket.keyboard.press("Tab")
    ticket.keyboard.press("Enter")
    expect(at(ticket, "account_id")).to_be_focused()
    summary.get_by_role("link", name="Trade type").click()
    expect(ticket.get_by_label("Smart Trade (long)")).to_be_focused()
    ticket.get_by_role("button", name="Save draft").last.click()
    ticket.get_by_text("Draft saved.").wait_for()
    assert "#" not in ticket.url
