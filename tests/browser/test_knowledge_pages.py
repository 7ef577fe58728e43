"""The review desk's knowledge in a real browser: on any screen, and on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.printing import printed
from tests.browser.test_conventions import holds
from tests.web.known import know
from trades.domain.lifecycle import State

URLS = {
    "refusals": "/desk/refusals/",
    "replay": "/desk/replay/",
    "numbers": "/desk/numbers/",
    "accounts": "/desk/numbers/?by=account",
    "nothing": "/desk/refusals/?from=2999-01-01",
    "bad dates": "/desk/replay/?from=soon&to=2026-02-30&ids=x",
}
LONG = "must be greater than 5.0 and of a step of 0.00000001 " + "x" * 80


@pytest.fixture
def desk(page, context, sign_in, reviewer, confirmed, account) -> Page:
    """Refused for many things at once, and stopped by many rules by now."""
    for number in range(1, 4):
        submission = confirmed({"position.units.value": f"0.0{number}"})
        errors = {"position.units.value": [LONG], "note": ["is missing"]}
        told = {"vendor_errors": errors, "reason": "refused"}
        for state in (State.CLAIMED, State.SENDING):
            submission.move(state, by="sender")
        submission.move(State.REJECTED, by="sender", **told)
    confirmed({"pair": "USDT_ETH"}).move(State.NOT_SENT, by="sender")
    know(account, minLotSize="1", priceStep="7")
    sign_in(context, reviewer)
    return page


@pytest.mark.parametrize("name", URLS)
def test_nothing_is_held_against_a_page(desk, violations, name):
    desk.goto(URLS[name])
    holds(desk, violations)


def test_a_day_is_chosen_and_the_next_page_is_reached_by_keyboard(desk):
    desk.goto(URLS["replay"])
    expect(desk.locator(".notice")).to_contain_text("4 judged, 3 would now be stopped.")
    desk.get_by_label("State").select_option("Not sent")
    desk.get_by_label("Pair").press("Enter")
    expect(desk.locator(".notice")).to_contain_text("1 judged, 0 would now be stopped.")
    desk.get_by_role("link", name="Numbers").press("Enter")
    expect(desk).to_have_title("Numbers · SmartTrade UI")


def test_a_rule_leads_to_its_card(desk):
    desk.goto(URLS["refusals"])
    desk.get_by_role("link", name="units-min").first.click()
    expect(desk.locator("#units-min")).to_be_in_viewport()


def test_pieces_are_told_apart_on_paper_too(desk):
    desk.goto(URLS["numbers"])
    drawn = desk.get_by_role("img", name="stacked bars")
    expect(drawn).to_be_visible()
    expect(drawn.locator("rect[fill='url(#fill-refused)']")).to_have_count(2)
    desk.emulate_media(media="print")
    expect(desk.get_by_role("button")).to_have_count(0)
    expect(drawn).to_be_visible()
    assert "Overridden" in printed(desk)[0]
