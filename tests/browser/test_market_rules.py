"""What the exchange would refuse, said at its input on a live sandbox's facts."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from trades.models import Draft
from trades.services.market import fetch_accounts

SPOT, FUTURES, NO_SMART_TRADE, NO_MARKET_BUY = 1001, 1002, 1403, 1405
LEVERAGE = {
    "leverage.enabled": "true",
    "leverage.type": "cross",
    "leverage.value": "200",
}


@pytest.fixture
def known(page, context, sign_in, trader, connection, typed, sending):
    """Open a draft and wait until its market is known; then save it again."""
    accounts = {account.remote_id: account for account in fetch_accounts(connection)}

    def known(number: int, changes: dict[str, str]) -> Page:
        sign_in(context, trader)
        mine = {"account_id": str(accounts[number].public_id)}
        draft = Draft.objects.create(owner=trader, typed=typed | mine | changes)
        page.goto(draft.get_absolute_url())
        settled = page.locator("[data-market]:not([data-pending])")
        expect(settled).to_be_visible(timeout=10_000)
        page.get_by_role("button", name="Save draft").last.click()
        page.get_by_text("Draft saved.").wait_for()
        return page

    return known


@pytest.mark.parametrize(
    ("number", "changes", "expected"),
    [
        (
            SPOT,
            {
                "position.units.value": "0.0100001",
                "position.price.value": "60000.001",
                "leverage.enabled": "true",
            },
            {
                "position__units__value": "units-step",
                "position__price__value": "price-step",
                "leverage__enabled": "leverage-spot",
            },
        ),
        (
            SPOT,
            {"position.units.value": "0.00001"},
            {"position__units__value": "units-total-min"},
        ),
        (
            SPOT,
            {"position.units.value": "9000.1"},
            {"position__units__value": "units-max"},
        ),
        (SPOT, {"pair": "USDT_XYZ"}, {"pair": "pair-listed"}),
        (
            FUTURES,
            LEVERAGE | {"pair": "USDT_BTCUSDT"},
            {"leverage__value": "leverage-value-listed"},
        ),
        (NO_SMART_TRADE, {}, {"account_id": "account-smart-trading"}),
        (
            NO_MARKET_BUY,
            {"position.order_type": "market"},
            {"position__order_type": "account-order-support"},
        ),
    ],
    ids=lambda value: "+".join(value.values()) if isinstance(value, dict) else None,
)
def test_what_the_exchange_would_refuse_is_said_at_its_input(
    known, number, changes, expected
):
    page = known(number, changes)
    for name, rule in expected.items():
        expect(page.locator(f"[data-said={name}]")).to_contain_text(rule)
    summary = page.locator(".summary")
    for rule in expected.values():
        expect(summary.get_by_text(rule)).to_be_visible()
