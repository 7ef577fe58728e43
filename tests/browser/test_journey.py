"""One trade's whole way in a real browser: typed, refused, corrected, sent, reviewed.

Everything is real: the sandbox behind its socket, the sender in a thread, the pages.
"""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from tests.conftest import PASSWORD
from trades.models import Submission

SETTLED_MS = 20_000


def log_in(page: Page, user: User) -> None:
    page.goto("/")
    page.get_by_label("Username").fill(user.get_username())
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


def type_ticket(page: Page) -> None:
    """Two targets that make 90 percent: everything else is as it should be."""
    page.get_by_role("link", name="New trade").first.click()
    page.locator("[name=account_id]").select_option(index=1)
    page.locator("[name=pair]").fill("USDT_BTC")
    page.get_by_label("Smart Trade (long)").check()
    page.locator("[name=position__order_type][value=conditional]").check()
    choose(page, position__conditional__order_type="limit")
    fill(
        page,
        position__units__value="0.0100",
        position__price__value="60000",
        position__conditional__price__value="59900",
    )
    page.locator("[name=take_profit__enabled]").check()
    type_step(page, 0, volume="50", price__value="66000")
    page.get_by_role("button", name="Add step").click()
    type_step(page, 1, volume="40", price__value="68000.5")
    page.locator("[name=stop_loss__enabled]").check()
    page.locator("[name=stop_loss__breakeven]").check()
    choose(page, stop_loss__conditional__price__type="bid")
    # Beyond the entry: a warning, to be ticked.
    fill(page, stop_loss__conditional__price__value="61000", note='plan <A> & "B"')


def fill(page: Page, **fields: str) -> None:
    for name, text in fields.items():
        page.locator(f"[name={name}]").fill(text)


def choose(page: Page, **fields: str) -> None:
    for name, value in fields.items():
        page.locator(f"[name={name}]").select_option(value)


def type_step(page: Page, number: int, **fields: str) -> None:
    choose(page, **{f"steps-{number}-order_type": "limit"})
    fill(page, **{f"steps-{number}-{name}": text for name, text in fields.items()})


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_trade_goes_its_way(
    sending, sandbox, account, trader, reviewer, open_page, script
):
    page = open_page(java_script_enabled=script)
    log_in(page, trader)
    type_ticket(page)
    page.get_by_role("button", name="Review order").click()

    expect(page.locator(".summary").first).to_contain_text("90")
    assert not Submission.objects.exists()
    page.locator("[name=steps-1-volume]").fill("50")
    page.get_by_role("button", name="Review order").click()

    expect(page.get_by_role("heading", level=1)).to_have_text(
        re.compile("Review this order Sandbox", re.I)
    )
    shown = page.locator("#body").text_content()
    for box in page.get_by_role("checkbox").all():
        box.check()
    act = re.compile("^Send sandbox order: buy 0.01 (BTC|on USDT_BTC)$")
    page.get_by_role("button", name=act).click()

    outcome = page.locator("#outcome")
    expect(outcome).to_have_text(re.compile("created trade"), timeout=SETTLED_MS)
    ((number, trade),) = sandbox.trades.items()
    expect(outcome).to_have_text(f"3Commas created trade {number}.")
    assert trade.body == shown.encode()
    assert '"note":"plan <A> & \\"B\\" ref:' in shown

    page.get_by_role("link", name="Submissions").click()
    expect(page.locator("table.history tbody tr")).to_contain_text(str(number))
    review_at_the_desk(open_page(java_script_enabled=script), reviewer, number, shown)


def review_at_the_desk(page: Page, reviewer: User, number: int, body: str) -> None:
    """A reviewer finds the trade by its number, reads it, and can change nothing."""
    log_in(page, reviewer)
    page.get_by_role("link", name="Review desk").click()
    page.get_by_label("Words or a whole number").fill(str(number))
    page.get_by_role("button", name="Show").click()
    page.locator("table.list tbody a").click()
    expect(page.locator("#outcome")).to_contain_text(f"trade {number}")
    assert body in page.locator("pre.code").all_text_contents()
    changing = re.compile("save|delete|edit|send", re.I)
    expect(page.get_by_role("button", name=changing)).to_have_count(0)
    expect(page.get_by_role("link", name=changing)).to_have_count(0)


def test_a_second_click_in_the_same_place_sends_nothing(
    draft, trader, sign_in, page, context
):
    sign_in(context, trader)
    page.set_viewport_size({"width": 1100, "height": 1600})
    page.goto(draft.get_absolute_url())
    first = page.get_by_role("button", name="Review order")
    at = first.bounding_box()
    first.click()
    last = page.get_by_role("button", name=re.compile("^Send sandbox order"))
    expect(last).to_be_in_viewport()
    assert apart(at, last.bounding_box())


def apart(a: dict, b: dict) -> bool:
    """Whether two boxes have no point in common."""
    return any(
        one[side] + one[size] <= other[side]
        for one, other in ((a, b), (b, a))
        for side, size in (("x", "width"), ("y", "height"))
    )
