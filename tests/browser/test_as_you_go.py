"""The ticket judges itself while it is filled in: real answers, late ones, and none."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.known import know
from trades.models import Draft, Submission

NEW = "/trades/new/"


@pytest.fixture
def ticket(page, context, sign_in, trader, account) -> Page:
    know(account, age_s=1)
    sign_in(context, trader)
    page.goto(NEW)
    return page


def at(page: Page, name: str):
    return page.locator(f"[name={name}]")


def said(page: Page, name: str):
    return page.locator(f"[data-said={name}]")


def fill(page: Page) -> None:
    """A long with a limit entry, a stop and one target."""
    at(page, "account_id").select_option(index=1)
    at(page, "pair").fill("USDT_BTC")
    page.get_by_label("Smart Trade (long)").check()
    page.locator("[name=position__order_type][value=limit]").check()
    at(page, "position__price__value").fill("60000")
    at(page, "position__units__value").fill("0.01")
    at(page, "take_profit__enabled").check()
    at(page, "steps-0-volume").fill("100")
    at(page, "steps-0-price__value").fill("66000")
    at(page, "stop_loss__enabled").check()
    at(page, "stop_loss__conditional__price__type").select_option("bid")
    at(page, "stop_loss__conditional__price__value").fill("58000")


def test_leaving_an_input_says_what_is_wrong_there_and_nowhere_else(ticket):
    amount = at(ticket, "position__units__value")
    amount.fill("0,5")
    at(ticket, "sizing__total").focus()
    expect(said(ticket, "position__units__value")).to_contain_text("Enter a number")
    expect(amount).to_have_attribute("aria-invalid", "true")
    expect(amount).to_have_value("0,5")
    expect(said(ticket, "pair")).to_be_empty()  # not asked for yet
    expect(at(ticket, "sizing__total")).to_be_focused()
    amount.fill("0.5")
    at(ticket, "sizing__total").focus()
    expect(said(ticket, "position__units__value")).to_be_empty()
    expect(amount).not_to_have_attribute("aria-invalid", "true")
    assert not Submission.objects.exists()


def test_the_preview_and_the_totals_follow_what_is_typed(ticket):
    fill(ticket)
    at(ticket, "note").focus()
    preview = ticket.locator("#preview")
    expect(preview).to_contain_text("at 66,000: sells 100 %, +60.00")
    expect(preview).to_contain_text("Ready to review.")
    total = ticket.locator("#id_sizing__total_note")
    expect(total).to_contain_text("= 600.00")
    at(ticket, "position__units__value").fill("0.02")
    at(ticket, "note").focus()
    expect(total).to_contain_text("= 1,200.00")


def test_an_offered_value_is_taken_over_without_a_new_page(ticket):
    fill(ticket)
    at(ticket, "sizing__risk").fill("50")
    at(ticket, "note").focus()
    ticket.get_by_role("button", name="Use 0.025").click()
    expect(at(ticket, "position__units__value")).to_have_value("0.025")
    expect(at(ticket, "position__units__value")).to_be_focused()
    expect(ticket.locator("#id_sizing__risk_note")).to_contain_text("= 50.00")


def test_an_answer_that_comes_while_a_button_is_pressed_waits_for_its_release(
    ticket,
):
    amount = at(ticket, "position__units__value")
    amount.fill("0,5")
    stop_loss = at(ticket, "stop_loss__enabled")
    stop_loss.hover()
    with ticket.expect_response("**/trades/**"):
        ticket.mouse.down()
    ticket.evaluate(
        "new Promise((d) => setTimeout(() => requestAnimationFrame(d), 100))"
    )
    expect(said(ticket, "position__units__value")).to_be_empty()
    ticket.mouse.up()
    expect(stop_loss).to_be_checked()
    expect(said(ticket, "position__units__value")).to_contain_text("Enter a number")


def test_prices_that_come_while_a_button_is_pressed_wait_for_its_release(ticket):
    market = ticket.locator("[data-market]")
    at(ticket, "account_id").select_option(index=1)
    expect(market).to_have_text("Sandbox")
    at(ticket, "pair").fill("USDT_BTC")
    long = ticket.get_by_label("Smart Trade (long)")
    long.hover()
    with ticket.expect_response("**/market/"):
        ticket.mouse.down()  # which leaves the pair
    ticket.evaluate(
        "new Promise((d) => setTimeout(() => requestAnimationFrame(d), 100))"
    )
    expect(market).to_have_text("Sandbox")
    ticket.mouse.up()
    expect(long).to_be_checked()
    expect(market).to_contain_text("bid")


def test_answers_that_come_out_of_order_are_dropped(ticket):
    fill(ticket)
    at(ticket, "note").focus()
    expect(ticket.locator("#preview")).to_contain_text("Ready to review.")
    held = []

    def hold_the_first(route) -> None:
        is_check = "action=check" in (route.request.post_data or "")
        if is_check and not held:
            held.append((route, route.fetch()))
        else:
            route.continue_()

    ticket.route("**/trades/**", hold_the_first)
    at(ticket, "pair").fill("")
    at(ticket, "note").focus()
    while not held:
        ticket.wait_for_timeout(20)
    at(ticket, "pair").fill("USDT_ETH")
    at(ticket, "note").focus()
    expect(ticket.locator("[data-headline]")).to_contain_text("Ready")
    route, answer = held[0]
    assert "Choose a trading pair." in answer.text()
    with ticket.expect_response(lambda r: r.request == route.request):
        route.fulfill(response=answer)
    expect(said(ticket, "pair")).not_to_contain_text("Choose a trading pair.")


def test_when_the_server_is_away_a_line_says_so_and_the_form_still_posts(ticket):
    fill(ticket)
    ticket.route("**/trades/**", lambda route: route.abort())
    at(ticket, "pair").fill("USDT_ETH")
    at(ticket, "note").focus()
    expect(ticket.locator("[data-status]")).to_contain_text("can't be reached")
    ticket.unroute_all(behavior="wait")
    ticket.get_by_role("button", name="Save draft").last.click()
    ticket.get_by_text("Draft saved.").wait_for()
    assert Draft.objects.get().typed["pair"] == "USDT_ETH"


def test_a_draft_saves_itself_and_comes_back_after_a_reload(ticket):
    at(ticket, "pair").fill("USDT_BTC")
    expect(ticket).to_have_url(re.compile("/trades/[0-9a-f-]{36}/edit/"))
    expect(ticket.locator("[data-saved]")).to_contain_text("Saved")
    at(ticket, "note").fill("more")
    at(ticket, "pair").focus()
    expect(at(ticket, "version")).to_have_value("2")
    ticket.reload()
    expect(at(ticket, "note")).to_have_value("more")
    assert Draft.objects.get().typed["note"] == "more"


def test_two_tabs_that_save_themselves_do_not_overwrite_each_other(ticket, context):
    at(ticket, "pair").fill("USDT_BTC")
    expect(at(ticket, "version")).to_have_value("1")
    other = context.new_page()
    other.goto(ticket.url)
    at(other, "note").fill("other tab")
    expect(at(other, "version")).to_have_value("2")
    at(ticket, "note").fill("this tab")
    status = ticket.locator("[data-status]")
    expect(status).to_contain_text("saved from another page meanwhile")
    ticket.get_by_role("button", name="Save draft").last.click()
    changed = ticket.get_by_role("alert")
    expect(changed).to_contain_text("other tab")
    expect(at(ticket, "note")).to_have_value("this tab")
    ticket.clock.install()
    with ticket.expect_response("**/trades/**"):  # it is judged, and not saved
        at(ticket, "note").fill("this tab, still")
        at(ticket, "pair").focus()
        ticket.clock.run_for(60_000)
    assert Draft.objects.get().typed["note"] == "other tab"


def test_the_request_is_copied_for_a_shell(ticket, context):
    context.grant_permissions(["clipboard-write"])
    fill(ticket)
    at(ticket, "note").focus()
    ticket.get_by_text("The exact request").click()
    ticket.get_by_role("button", name="Copy as curl").click()
    expect(ticket.locator("[data-status]")).to_have_text("Copied.")
    # A page of ours may not read what was copied; a person pastes it.
    ticket.evaluate("document.body.prepend(document.createElement('textarea'))")
    ticket.locator("body > textarea").focus()
    ticket.keyboard.press("ControlOrMeta+V")
    command = ticket.locator("body > textarea").input_value()
    assert command.startswith('curl "$THREECOMMAS/public/api/v2/smart_trades"')
    assert '"pair":"USDT_BTC"' in command
    assert "$SIGNATURE" in command


def test_steps_move_with_what_was_typed_in_them(ticket):
    at(ticket, "take_profit__enabled").check()
    at(ticket, "steps-0-volume").fill("60")
    ticket.get_by_role("button", name="Add step").click()
    at(ticket, "steps-1-volume").fill("40")
    up = ticket.get_by_role("button", name="Move up step 2")
    up.click()
    expect(at(ticket, "steps-0-volume")).to_have_value("40")
    expect(at(ticket, "steps-1-volume")).to_have_value("60")
    expect(ticket.get_by_role("button", name="Move up step 1")).to_be_focused()


def test_after_back_the_draft_goes_on_from_where_it_is(ticket):
    """No page from the browser's memory that would know an older version."""
    fill(ticket)
    ticket.get_by_role("button", name="Save draft").last.click()
    ticket.get_by_text("Draft saved.").wait_for()
    at(ticket, "note").fill("again")
    ticket.get_by_role("button", name="Review order").click()
    expect(ticket).to_have_title(re.compile("^Review"))
    ticket.go_back()
    expect(at(ticket, "note")).to_have_value("again")
    at(ticket, "note").fill("and again")
    ticket.get_by_role("button", name="Save draft").last.click()
    ticket.get_by_text("Draft saved.").wait_for()
    assert Draft.objects.get().typed["note"] == "and again"


def tab_to(page: Page, name: str, value: str = "") -> None:
    """Go there by the keyboard alone."""
    for _ in range(150):
        page.keyboard.press("Tab")
        now = page.evaluate(
            "[document.activeElement.name, document.activeElement.value]"
        )
        if now[0] == name and value in ("", now[1]):
            return
    raise AssertionError(f"the keyboard does not lead to {name} {value}")


def test_a_trade_is_composed_reviewed_and_sent_by_the_keyboard_alone(ticket):
    keyboard = ticket.keyboard
    tab_to(ticket, "account_id")
    keyboard.press("ArrowDown")
    tab_to(ticket, "pair")
    keyboard.type("USDT_BTC")
    keyboard.press("Escape")  # the list of matches
    tab_to(ticket, "trade_type")
    keyboard.press("Space")
    tab_to(ticket, "position__order_type")
    keyboard.press("ArrowDown")
    tab_to(ticket, "position__price__value")
    keyboard.type("60000")
    tab_to(ticket, "position__units__value")
    keyboard.type("0.01")
    tab_to(ticket, "action", "review")
    keyboard.press("Enter")
    expect(ticket).to_have_title(re.compile("^Review"))
    for _ in range(120):
        keyboard.press("Tab")
        if "Send sandbox order" in ticket.evaluate(
            "document.activeElement.textContent"
        ):
            break
    keyboard.press("Enter")
    ticket.wait_for_url("**/submissions/**")
    assert Submission.objects.get().pair == "USDT_BTC"


def test_reload_and_back_send_nothing_more(ticket):
    fill(ticket)
    ticket.get_by_role("button", name="Review order").click()
    expect(ticket).to_have_title(re.compile("^Review"))
    ticket.get_by_role("button", name="Send sandbox order").click()
    ticket.wait_for_url("**/submissions/**")
    ticket.reload()
    ticket.go_back()
    ticket.reload()
    ticket.go_forward()
    assert Submission.objects.count() == 1
    assert Draft.objects.count() == 1
