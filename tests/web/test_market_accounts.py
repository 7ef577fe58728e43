"""The account's input: what can be chosen, and why the rest can't."""

from __future__ import annotations

import html
import re

import pytest
from django.utils import timezone

from tests.web.browsing import Page
from tests.web.pages import url
from trades.forms.names import data_of
from trades.models import Account, Connection, Draft, Grant
from trades.services import drafts

NEW = "/trades/new/"


@pytest.fixture
def other_mode(trader):
    """A connection of another mode, with an account."""

    def other_mode(mode: str, market: str = "binance") -> Account:
        connection = Connection.objects.create(
            owner=trader, name=mode, mode=mode, scheme="hmac", api_key="k"
        )
        return Account.objects.create(
            connection=connection,
            remote_id=5001,
            name=mode.capitalize(),
            market=market,
            flags={"smart_trading_supported": True},
            fetched_at=timezone.now(),
        )

    return other_mode


def options(response) -> dict[str, str]:
    """The text of each option by the rest of its tag, of the account alone."""
    text = response.content.decode()
    select = re.search(r'<select name="account_id".*?</select>', text, re.S)[0]
    found = re.findall(r'<option value="[^"]*"([^>]*)>(.*?)</option>', select, re.S)
    return {html.unescape(label): tag.strip() for tag, label in found}


def groups(response) -> list[str]:
    return re.findall(r'<optgroup label="([^"]*)"', response.content.decode())


def test_what_cannot_be_chosen_is_greyed_with_the_reason(
    signed_in, account, make_account
):
    make_account(1403, smart_trading_supported=False)
    assert options(signed_in.get(NEW)) == {
        "choose …": "selected",
        "1001 Spot · binance · Sandbox": "",
        "1403 Spot · binance · Sandbox: it does not support SmartTrade": "disabled",
    }
    assert groups(signed_in.get(NEW)) == []


def test_several_modes_stand_in_groups(signed_in, account, other_mode):
    other_mode("paper", Account.PAPER_MARKET)
    other_mode("real")
    response = signed_in.get(NEW)
    assert groups(response) == ["Paper", "Real", "Sandbox"]
    label = "5001 Real · binance · Real: real trading is switched off in this"
    assert any(text.startswith(label) for text in options(response))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"disabled_at": timezone.now()}, "its connection is disabled"),
        ({"mode": "real"}, "real trading is switched off in this installation"),
        ({"mode": "paper"}, "it is a real account, and its connection is for paper"),
    ],
)
def test_a_draft_keeps_an_account_that_cannot_be_chosen_any_more(
    signed_in, draft, account, change, reason
):
    Connection.objects.update(**change)
    response = signed_in.get(draft.get_absolute_url())
    page = Page(response)
    (chosen,) = [text for text, tag in options(response).items() if tag == "selected"]
    assert reason in chosen
    assert page.form["account_id"] == str(account.public_id)
    assert f"This account can't be chosen: {reason}" in page.message_of("account_id")
    assert signed_in.post(NEW, page.form).status_code == 303
    assert Draft.objects.first().typed["account_id"] == str(account.public_id)


def test_an_account_without_smarttrade_that_is_posted_by_hand_is_refused(
    signed_in, make_account, typed
):
    odd = make_account(1403, smart_trading_supported=False)
    data = data_of(typed | {"account_id": str(odd.public_id)}) | {"action": "review"}
    response = signed_in.post(NEW, data, follow=True)
    page = Page(response)
    assert "This account does not support SmartTrade." in page.message_of("account_id")
    assert page.form["account_id"] == str(odd.public_id)
    assert "account-smart-trading" in page.message_of("account_id")


def test_an_account_that_3commas_lists_no_more_says_so(signed_in, draft):
    Account.objects.update(gone_at=timezone.now())
    page = Page(signed_in.get(draft.get_absolute_url()))
    assert "3Commas does not list it for this key" in page.message_of("account_id")


def test_a_foreign_account_is_an_error_and_only_its_number_is_shown(
    signed_in, stranger, make_draft, account, other_mode
):
    foreign = other_mode("sandbox")
    Connection.objects.filter(pk=foreign.connection_id).update(owner=stranger)
    draft = make_draft({"account_id": str(foreign.public_id)})
    response = signed_in.get(draft.get_absolute_url())
    assert f"{foreign.public_id} (not offered)" in options(response)
    assert "Choose an exchange account." in Page(response).message_of("account_id")


def test_a_granted_account_can_be_chosen_and_its_neighbour_is_not_seen(
    client, stranger, account, make_account
):
    make_account(1002)
    Grant.objects.create(account=account, trader=stranger, by="admin")
    client.force_login(stranger)
    labels = list(options(client.get(NEW)))
    assert labels == ["choose …", "1001 Spot · binance · Sandbox"]


def test_a_draft_whose_account_was_deleted_asks_for_another(signed_in, draft, account):
    Connection.objects.update(deleted_at=timezone.now())
    page = Page(signed_in.get(url("edit", draft)))
    assert "Choose an exchange account." in page.message_of("account_id")
    assert drafts.examine(draft.typed, owner=draft.owner).account is None
