"""Adding a key of the sandbox by keyboard, and reading what its test came to."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from trades.models import Account, Connection

TESTED_MS = 20_000


@pytest.fixture
def open_page(browser, browser_context_args, base_url, request, sign_in, trader):
    """The trader's browser, at the form of a new connection."""

    def open_page(**options) -> Page:
        args = browser_context_args | {"base_url": base_url} | options
        context = browser.new_context(**args)
        request.addfinalizer(context.close)
        sign_in(context, trader)
        page = context.new_page()
        page.goto("/connections/new/")
        return page

    return open_page


def enter(page: Page, key, name: str, secret: str) -> None:
    """All of it with the keyboard."""
    page.get_by_label("Name").focus()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")  # the first mode: sandbox
    expect(page.get_by_role("radio", name="Sandbox")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown" if key.scheme == "rsa" else "Space")
    page.keyboard.press("Tab")
    page.keyboard.type(key.api_key)
    page.keyboard.press("Tab")
    page.keyboard.insert_text(secret)
    page.keyboard.press("Tab")  # Advanced
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Add and test")).to_be_focused()
    page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_good_key_is_tested_and_its_accounts_come(
    open_page, sandbox, sending, script
):
    page = open_page(java_script_enabled=script)
    key = sandbox.api.keys[0]
    enter(page, key, "By keyboard", key.secret)
    expect(page.get_by_role("heading", name="The key works")).to_be_visible(
        timeout=TESTED_MS
    )
    expect(page.get_by_text("1001 Willing, spot")).to_be_visible()
    without = page.get_by_role("row").filter(has_text="1403")
    expect(without).to_contain_text("Can't be used: it does not support SmartTrade")
    assert Account.objects.filter(connection__name="By keyboard").count() > 5
    assert key.secret not in page.content()


def test_a_private_key_works_as_well(open_page, sandbox, sending):
    page = open_page()
    key = sandbox.api.keys[1]
    enter(page, key, "RSA", key.secret)
    good = page.get_by_role("heading", name="The key works")
    expect(good).to_be_visible(timeout=TESTED_MS)


def test_the_result_comes_into_the_page_and_is_read_out(open_page, sandbox, request):
    page = open_page()
    key = sandbox.api.keys[0]
    enter(page, key, "Mine", "not-its-secret")
    expect(page.get_by_role("heading", name="Testing …")).to_be_visible()
    page.evaluate("window.isSamePage = true")
    request.getfixturevalue("sending")
    wrong = page.get_by_role("heading", name="The signature is wrong")
    expect(wrong).to_be_visible(timeout=TESTED_MS)
    assert page.evaluate("window.isSamePage")
    expect(page.get_by_role("status")).to_contain_text("The signature is wrong")
    expect(page.get_by_text("HMAC and RSA are not mixed up")).to_be_visible()
    expect(page.get_by_text("“Provided signature is invalid”")).to_be_visible()
    page.get_by_role("link", name="Replace the key").click()
    page.get_by_label("API key").fill(key.api_key)
    page.get_by_label("API secret").fill(key.secret)
    page.get_by_role("button", name="Replace and test").click()
    good = page.get_by_role("heading", name="The key works")
    expect(good).to_be_visible(timeout=TESTED_MS)


def test_a_secret_is_masked_and_gone_after_an_error(open_page, transactional_db):
    page = open_page()
    secret = page.get_by_label("API secret")
    assert secret.evaluate("e => getComputedStyle(e).webkitTextSecurity") == "disc"
    secret.fill("a-secret")
    page.get_by_label("Name").fill("Kept")
    page.get_by_role("button", name="Add and test").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Nothing was saved")
    expect(page.get_by_label("API secret")).to_have_value("")
    expect(page.get_by_label("Name")).to_have_value("Kept")
    summary.get_by_role("link", name="Scheme").click()
    expect(page.get_by_role("radio", name="HMAC")).to_be_focused()


def test_the_tick_for_real_money_shows_with_that_mode_alone(open_page, settings):
    settings.REAL_TRADING = True
    page = open_page()
    tick = page.get_by_label("Orders through this key move real money")
    expect(tick).to_be_hidden()
    page.get_by_role("radio", name="Real").check()
    expect(tick).to_be_visible()
    page.get_by_role("radio", name="Paper").check()
    expect(tick).to_be_hidden()


@pytest.fixture
def pages(connection, make_account) -> list[str]:
    """Every page of a connection with accounts of all kinds."""
    make_account(1001, supported_market_types=["spot"])
    make_account(1403, smart_trading_supported=False)
    make_account(1423, is_locked=True, lock_reason="x" * 200)
    Connection.objects.update(name="N" * 60, skew_s=99)
    here = f"/connections/{connection.public_id}/"
    return ["/connections/", "/connections/new/", here, f"{here}key/", f"{here}delete/"]


def test_nothing_is_held_against_the_pages(open_page, pages, violations):
    page = open_page()
    faults = []
    page.on("console", lambda message: faults.append(message.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    for where in pages:
        page.goto(where)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert violations(page) == []
        page.set_viewport_size({"width": 320, "height": 640})
        assert page.evaluate("document.documentElement.scrollWidth") == 320
        page.set_viewport_size({"width": 1100, "height": 800})
    assert faults == []
    page.goto("/connections/new/")
    page.get_by_role("button", name="Add and test").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
