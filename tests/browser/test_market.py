"""The market beside the ticket, in a real browser on a live sandbox's facts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.known import know
from trades.models import Account, Connection, Draft
from trades.services.market import fetch_accounts

NEW = "/trades/new/"
SPOT, FUTURES = 1001, 1002


@pytest.fixture
def accounts(sandbox, connection) -> dict[int, Account]:
    """All that the sandbox lists, by its number."""
    return {account.remote_id: account for account in fetch_accounts(connection)}


@pytest.fixture
def ticket(page, context, sign_in, trader, accounts, sending) -> Page:
    """The page of a new ticket, with the sender at work."""
    sign_in(context, trader)
    page.goto(NEW)
    return page


@pytest.fixture
def account(accounts) -> Account:
    return accounts[SPOT]


def at(page: Page, name: str):
    return page.locator(f"[name={name}]")


def strip(page: Page):
    return page.get_by_role("group", name="Market data")


def listbox(page: Page):
    return page.get_by_role("listbox", name="Pairs")


def option(page: Page, name: str):
    return listbox(page).get_by_role("option", name=name, exact=True)


def choose_account(page: Page, number: int = SPOT) -> None:
    """By the keyboard alone, as a person would: the number is typed."""
    at(page, "account_id").focus()
    page.keyboard.type(str(number))
    page.keyboard.press("Tab")


def status(page: Page, text: str):
    """What a screen reader is told."""
    return page.get_by_role("status").filter(has_text=text)


def test_a_trader_finds_a_pair_and_its_market_by_the_keyboard_alone(ticket):
    choose_account(ticket)
    pair = ticket.get_by_role("combobox", name="Pair")
    expect(pair).to_be_focused()
    ticket.keyboard.type("btc/us")
    expect(option(ticket, "BTC/USDT USDT_BTC")).to_be_visible()
    expect(status(ticket, re.compile("pairs? (found|fit)"))).to_have_count(1)
    expect(pair).to_have_attribute("aria-expanded", "true")
    ticket.keyboard.press("ArrowUp")
    ticket.keyboard.press("ArrowDown")
    first = listbox(ticket).get_by_role("option").first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(pair).to_have_attribute("aria-activedescendant", first.get_attribute("id"))
    assert pair.input_value() == "btc/us"
    ticket.keyboard.press("ArrowDown")
    expect(option(ticket, "BTC/USDT USDT_BTC")).to_have_attribute(
        "aria-selected", "true"
    )
    ticket.keyboard.press("Enter")
    expect(pair).to_have_value("USDT_BTC")
    expect(pair).to_have_attribute("aria-expanded", "false")
    expect(strip(ticket)).to_contain_text(re.compile(r"bid 6\d,\d{3}\.\d+ · ask"))
    expect(status(ticket, "Prices and limits are there.")).to_have_count(1)
    expect(at(ticket, "position__units__value").locator("+ .unit")).to_have_text("BTC")
    at(ticket, "take_profit__enabled").check()
    ticket.get_by_role("button", name="Add step").click()
    expect(at(ticket, "steps-1-price__value").locator("+ .unit")).to_have_text("USDT")


def test_any_text_may_stand_there_and_only_a_choice_changes_it(ticket):
    choose_account(ticket)
    pair = at(ticket, "pair")
    ticket.keyboard.type("eth")
    option(ticket, "ETH/USDT USDT_ETH").wait_for()
    ticket.keyboard.press("ArrowDown")
    ticket.keyboard.press("Escape")
    expect(listbox(ticket)).to_be_hidden()
    expect(pair).to_have_value("eth")
    ticket.keyboard.press("ArrowDown")
    option(ticket, "ETH/USDT USDT_ETH").wait_for()
    ticket.keyboard.press("Tab")
    expect(listbox(ticket)).to_be_hidden()
    expect(pair).to_have_value("eth")
    pair.fill("xyz")
    expect(status(ticket, "No pair of this market fits that text.")).to_have_count(1)
    pair.press("Enter")  # with nothing chosen it saves, as in every other input
    ticket.get_by_text("Draft saved.").wait_for()
    assert Draft.objects.get().typed["pair"] == "xyz"


def test_a_match_is_taken_with_the_mouse_too(ticket):
    choose_account(ticket, FUTURES)
    ticket.get_by_role("button", name="Find").click()
    at(ticket, "pair").fill("ada")
    option(ticket, "USDT_ADAUSDT (ADAUSDT in USDT)").click()
    expect(at(ticket, "pair")).to_have_value("USDT_ADAUSDT")
    expect(ticket.get_by_text("Leverage cross")).to_be_visible()


def test_refresh_keeps_the_focus_and_brings_new_prices(ticket):
    choose_account(ticket)
    at(ticket, "pair").fill("USDT_BTC")
    ticket.keyboard.press("Tab")
    strip(ticket).get_by_text(" s ago").wait_for()
    strip(ticket).get_by_text("2 s ago").wait_for()  # it ticks
    button = ticket.get_by_role("button", name="Refresh")
    button.focus()
    ticket.keyboard.press("Enter")
    strip(ticket).get_by_text(re.compile(r"\b[01] s ago")).wait_for()
    expect(button).to_be_focused()


def test_the_strip_asks_again_only_while_it_is_in_sight(
    page, context, sign_in, trader, draft, account
):
    """Facts by hand, and a clock by hand."""
    know(account)
    asked = []
    page.on("request", lambda r: asked.append(r.url) if "/market/" in r.url else None)
    page.clock.install()
    sign_in(context, trader)
    page.goto(draft.get_absolute_url())
    page.clock.run_for(14_000)
    assert asked == []
    with page.expect_response("**/market/"):
        page.clock.run_for(2_000)
    hide(page, True)
    page.clock.run_for(60_000)
    assert len(asked) == 1
    know(account)
    with page.expect_response("**/market/"):
        hide(page, False)
    assert len(asked) == 2


def hide(page: Page, hidden: bool) -> None:
    """As if another tab were in front."""
    page.evaluate(
        """hidden => {
            const now = { value: hidden, configurable: true };
            Object.defineProperty(document, "hidden", now);
            document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


def test_without_the_script_buttons_do_the_same(
    ticket, account, browser, base_url, sign_in, trader
):
    plain = browser.new_context(java_script_enabled=False, base_url=base_url)
    sign_in(plain, trader)
    page = plain.new_page()
    page.goto(NEW)
    at(page, "account_id").select_option(str(account.public_id))
    at(page, "note").fill("kept")
    at(page, "pair").fill("eth/btc")
    match = page.get_by_role("button", name="ETH/BTC BTC_ETH")
    for _ in range(50):
        page.get_by_role("button", name="Find").click()
        if match.count():
            break
    match.click()
    expect(at(page, "pair")).to_have_value("BTC_ETH")
    for _ in range(50):
        page.get_by_role("button", name="Refresh").click()
        if strip(page).get_by_text("bid 0.04").count():
            break
    expect(strip(page)).to_contain_text("bid 0.04")
    expect(at(page, "note")).to_have_value("kept")
    plain.close()


def test_a_lost_list_is_said_and_any_pair_can_be_typed(
    page, context, sign_in, trader, accounts
):
    """Nobody sends: the answer never comes."""
    sign_in(context, trader)
    page.goto(NEW)
    choose_account(page)
    page.keyboard.type("btc")
    expect(status(page, "The list of pairs is not known yet")).to_have_count(1)
    expect(strip(page)).to_contain_text("Asking 3Commas for the list of pairs …")
    assert at(page, "pair").input_value() == "btc"


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_real_money_is_in_sight_wherever_it_is_at_stake(
    page, context, sign_in, trader, draft, settings, violations, scheme
):
    settings.REAL_TRADING = True
    Connection.objects.update(mode="real")
    sign_in(context, trader)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 320, "height": 640})
    review = f"/trades/{draft.public_id}/review/"
    for where in (draft.get_absolute_url(), review):
        page.goto(where)
        badge = page.get_by_role("banner").get_by_text("Real", exact=True)
        expect(badge).to_be_in_viewport()
        expect(badge).to_have_css("background-color", "rgb(168, 30, 34)")
        assert violations(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") == 320
    expect(page.get_by_text("Goes to 3Commas with real money.")).to_be_visible()
    button = page.get_by_role("button", name=re.compile("^Send live order: buy 0.01"))
    expect(button).to_have_css("background-color", "rgb(168, 30, 34)")


def test_nothing_is_held_against_the_market(ticket, violations):
    faults = []
    ticket.on("console", lambda message: faults.append(message.text))
    ticket.on("pageerror", lambda error: faults.append(str(error)))
    choose_account(ticket)
    ticket.keyboard.type("USDT_BTC")
    ticket.keyboard.press("Tab")
    strip(ticket).get_by_text("bid ").wait_for()
    at(ticket, "pair").fill("btc")
    listbox(ticket).get_by_role("option").first.wait_for()
    ticket.keyboard.press("ArrowDown")
    for scheme in ("light", "dark"):
        ticket.emulate_media(color_scheme=scheme)
        assert violations(ticket) == []
    ticket.set_viewport_size({"width": 320, "height": 640})
    assert ticket.evaluate("document.documentElement.scrollWidth") == 320
    assert violations(ticket) == []
    assert faults == []
