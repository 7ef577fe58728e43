"""The pages of log-in and of one's own account, as somebody uses them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.browser.conftest import CONTRAST
from tests.browser.test_conventions import HIDDEN_REQUIRED, SMALL, UNKNOWN_IDS
from tests.browser.test_journey import log_in
from tests.conftest import PASSWORD
from tests.web.factors import Phone, code_of

FACTOR = "/accounts/second-factor/"
PLACES = {
    "log in": "/accounts/login/",
    "again": "/accounts/again/",
    "again by code": "/accounts/again/code/",
    "password": "/accounts/password/",
    "second factor": FACTOR,
    "switch off": f"{FACTOR}switch-off/",
    "recovery codes": "/accounts/recovery-codes/",
    "new codes": "/accounts/recovery-codes/new/",
    "sessions": "/accounts/sessions/",
}


@pytest.fixture
def holds(violations) -> Callable[[Page], None]:
    """In both schemes, wide and narrow."""

    def holds(page: Page) -> None:
        assert page.locator("html").get_attribute("lang") == "en"
        assert violations(page) == []
        page.emulate_media(color_scheme="dark")
        assert violations(page, CONTRAST) == []
        for found in (UNKNOWN_IDS, HIDDEN_REQUIRED, SMALL):
            assert page.evaluate(found) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        assert page.evaluate(SMALL) == []
        page.set_viewport_size({"width": 1100, "height": 900})
        page.emulate_media(color_scheme="light")

    return holds


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def enter(page: Page, code: str, button: str) -> None:
    page.get_by_role("textbox", name="Code").fill(code)
    press(page, button)


def heading(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_nothing_is_held_against_the_pages_of_an_account(
    page, context, sign_in, trader, holds
):
    page.goto(PLACES["log in"])
    holds(page)
    Phone(trader)
    sign_in(context, trader)
    for name in list(PLACES)[1:]:
        page.goto(PLACES[name])
        holds(page)


def test_nothing_is_held_against_their_refusals(page, trader, holds):
    page.goto(PLACES["log in"])
    page.get_by_label("Username").fill("trader")
    page.get_by_label("Password").fill("wrong")
    press(page, "Log in")
    expect(page).to_have_title(re.compile("^Error: Log in"))
    expect(page.locator("[data-focus]")).to_be_focused()
    holds(page)
    log_in(page, trader)
    page.goto(PLACES["password"])
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password", exact=True).fill("short")
    page.get_by_label("New password, again").fill("shorter")
    press(page, "Change the password")
    expect(page.locator("[data-focus] li")).to_have_count(2)
    holds(page)
    page.goto(f"{FACTOR}set-up/")
    holds(page)
    enter(page, "000000", "Set it up")
    expect(page.locator("[data-focus]")).to_contain_text("This code is wrong")
    holds(page)


def test_a_second_factor_works_without_scripts_from_its_making_to_its_last_code(
    open_page, trader: User
):
    page = open_page(java_script_enabled=False)
    log_in(page, trader)
    page.get_by_role("link", name="Your account: trader").click()
    heading(page, "Second factor")
    page.get_by_role("link", name="Set it up").click()
    secret = page.locator("#secret").text_content()
    expect(page.locator(".qr svg")).to_be_visible()
    enter(page, code_of(secret), "Set it up")

    heading(page, "Recovery codes")
    codes = page.locator(".codes code").all_text_contents()
    with page.expect_download() as saved:
        press(page, "Save them as a file")
    assert saved.value.path().read_text().split() == codes
    page.get_by_role("link", name="I have kept them").click()
    press(page, "Log out")

    log_in(page, trader)
    heading(page, "One more thing: your code")
    enter(page, code_of(secret, 1), "Log in")
    expect(page).to_have_url(re.compile("/trades/$"))

    other = open_page(java_script_enabled=False)
    log_in(other, trader)
    enter(other, codes[0], "Log in")
    expect(other).to_have_url(re.compile("/trades/$"))

    page.goto(PLACES["sessions"])
    expect(page.get_by_role("heading", level=2)).to_have_count(2)
    press(page, "End it")
    expect(page.locator(".notice")).to_have_text("That session is ended.")
    other.goto("/trades/")
    heading(other, "Log in")
    expect(page.get_by_role("heading", level=2)).to_have_count(1)


def test_all_of_it_works_from_the_keyboard(page, trader):
    Phone(trader)
    page.goto("/")
    page.get_by_label("Username").focus()
    page.keyboard.type("trader")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    heading(page, "One more thing: your code")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("textbox", name="Code")).to_be_focused()
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("[data-focus]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("textbox", name="Code")).to_be_focused()
    for _ in range(2):
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Start over")).to_be_focused()
    page.keyboard.press("Enter")
    heading(page, "Log in")


def test_a_key_that_comes_late_is_kept_while_somebody_logs_in_again(
    page, context, sign_in, client, trader, settings
):
    sign_in(context, trader)
    page.goto("/connections/new/")
    session = client.session
    session["authenticated_at"] -= settings.REAUTHENTICATE_S
    session.save()
    page.get_by_label("Name").fill("Mine")
    page.get_by_label("Sandbox").check()
    page.get_by_label("HMAC").check()
    page.get_by_label("API key").fill("a1b2c3d4")
    page.get_by_label("API secret").fill("s3cr3t-s3cr3t")
    press(page, "Add and test")
    with context.expect_page() as opened:
        page.get_by_role("link", name="enter your password or a code").click()
    tab = opened.value
    tab.get_by_label("Password").fill(PASSWORD)
    press(tab, "Go on")
    heading(tab, "Connections")
    tab.close()
    expect(page.get_by_label("Name")).to_have_value("Mine")
    page.get_by_label("API secret").fill("s3cr3t-s3cr3t")
    press(page, "Add and test")
    heading(page, re.compile("^Mine"))


def test_a34_back_after_the_log_out_shows_nothing(page, trader):
    log_in(page, trader)
    page.goto(FACTOR)
    expect(page.get_by_role("link", name="Set it up")).to_be_visible()
    press(page, "Log out")
    heading(page, "Log in")
    page.go_back()
    heading(page, "Log in")
    expect(page.get_by_role("link", name="Set it up")).to_have_count(0)
    expect(page.get_by_text("trader", exact=True)).to_have_count(0)
