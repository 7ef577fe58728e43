"""The pair's input: any text may stand there, and a search that works by buttons."""

from __future__ import annotations

import html
import re

import pytest

from tests.known import PAIRS
from tests.web.browsing import Page
from tests.web.known import Kind, fail, keep, wishes
from tests.web.pages import text_of
from trades.forms.names import data_of
from trades.models import Draft, Fact

NEW, FIND = "/trades/new/", "/market/pairs/"


@pytest.fixture
def press(signed_in, typed):
    """Press a button of the form with some lines changed."""

    def press(action: str, where: str = NEW, **changes: str):
        data = data_of(typed) | changes | {"action": action}
        return signed_in.post(where, data, follow=True)

    return press


def buttons(response) -> list[str]:
    found = re.findall(r'value="pair:([^"]*)"', response.content.decode())
    return [html.unescape(name) for name in found]


def test_find_shows_the_matches_and_keeps_what_was_typed(press, account):
    keep(account, Kind.PAIRS, PAIRS)
    response = press("find-pair", pair="btc", note="kept")
    text = text_of(response)
    assert response.status_code == 200
    assert buttons(response) == ["USDT_BTC", "USDT_BTCST", "USDT_BTC_USDT", "BTC_ETH"]
    assert "4 pairs found." in text
    assert "BTC/USDT USDT_BTC" in text
    assert "USDT_BTC_USDT (BTC_USDT in USDT)" in text
    assert Page(response).form["pair"] == "btc"
    assert Page(response).form["note"] == "kept"
    assert Draft.objects.get().typed["pair"] == "btc"


def test_a_match_goes_into_the_field_and_nothing_else_changes(press, account, typed):
    keep(account, Kind.PAIRS, PAIRS)
    before = Page(press("find-pair", pair="btc")).form
    after = Page(press("pair:USDT_BTC-USDT-SWAP", pair="btc")).form
    token = {"csrfmiddlewaretoken": before["csrfmiddlewaretoken"]}
    assert after | token == before | {"pair": "USDT_BTC-USDT-SWAP"}


def test_choosing_asks_for_the_chosen_pairs_market(press, account):
    keep(account, Kind.PAIRS, PAIRS)
    assert "Asking 3Commas for prices and limits" in text_of(press("pair:USDT_ETH"))
    assert wishes() == {"rates USDT_ETH", "leverage USDT_ETH"}


def test_a_search_knows_the_version_of_the_draft(press, draft):
    version = "1"
    for action in ("find-pair", "pair:USDT_ETH", "refresh"):
        response = press(action, draft.get_absolute_url(), version=version)
        version = Page(response).form["version"]
    draft.refresh_from_db()
    assert str(draft.version) == version
    assert Draft.objects.count() == 1


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("btcst", "1 pair found."),
        ("xyz", "No pair of this market fits that text."),
        ("///", "No pair of this market fits that text."),
        ("", "5 pairs found."),
    ],
)
def test_it_is_said_how_many_there_are(press, account, text, says):
    keep(account, Kind.PAIRS, PAIRS)
    assert says in text_of(press("find-pair", pair=text))


def test_of_very_many_the_best_are_shown(press, account):
    keep(account, Kind.PAIRS, [f"USDT_A{n}" for n in range(3000)])
    response = press("find-pair", pair="a1")
    assert len(buttons(response)) == 20
    assert "More than 20 pairs fit; these fit best." in text_of(response)


def test_before_the_list_is_there_the_field_says_that_anything_can_be_typed(press):
    text = text_of(press("find-pair"))
    assert "The list of pairs is not known yet; any pair can be typed." in text
    assert "Asking 3Commas for the list of pairs" in text
    assert wishes() == {"pairs"}


def test_a_list_that_cannot_be_had_is_said(press, account):
    fail(account, Kind.PAIRS, reason="unclear")
    text = text_of(press("find-pair"))
    assert "The list of pairs could not be had: the answer made no sense." in text


def test_without_an_account_there_is_no_list(press):
    text = text_of(press("find-pair", account_id=""))
    assert "Choose an account first: the pairs are those of its market." in text
    assert not Fact.objects.exists()


def test_the_script_gets_the_same_matches(signed_in, account):
    keep(account, Kind.PAIRS, PAIRS)
    data = {"account_id": str(account.public_id), "pair": "eth"}
    response = signed_in.post(FIND, data)
    assert buttons(response) == ["BTC_ETH", "USDT_ETH"]
    assert b"data-pending" not in response.content


def test_the_script_learns_that_a_list_is_on_its_way(signed_in, account):
    response = signed_in.post(FIND, {"account_id": str(account.public_id)})
    assert b"data-pending" in response.content
    assert wishes() == {"pairs"}


def test_names_of_a_market_are_only_text(press, account):
    keep(account, Kind.PAIRS, ['USDT_"><b>', "USDT_B\u202eTC"])
    response = press("find-pair", pair="b")
    assert b"<b>" not in response.content
    assert 'USDT_"><b>' in buttons(response)


@pytest.mark.parametrize(
    "action",
    ["pair:" + "x" * 50_000, 'pair:"><b>', "pair:", "find-pairs", "Refresh", "x" * 900],
)
def test_odd_actions_are_harmless_and_lose_nothing(press, action):
    response = press(action, note="kept")
    page = Page(response)
    assert page.form["note"] == "kept"
    if action.startswith("pair:"):
        assert page.form["pair"] == action.removeprefix("pair:")
    assert b"<b>" not in response.content


@pytest.mark.parametrize("action", ["pair:\0", "find-pair\0", "refresh\0"])
def test_an_action_with_nul_is_refused(press, action):
    response = press(action)
    assert response.status_code == 400
    assert Page(response).form["pair"] == "USDT_BTC"
    assert not Draft.objects.exists()


def test_two_actions_are_refused(signed_in, typed):
    twice = data_of(typed) | {"action": ["find-pair", "save"]}
    response = signed_in.post(NEW, twice)
    assert response.status_code == 400
    assert not Draft.objects.exists()
