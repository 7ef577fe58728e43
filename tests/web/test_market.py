"""The strip beside the ticket: what is known, how old it is, and the wish for more."""

from __future__ import annotations

import html
import json
import re
from urllib.parse import urlencode

import pytest
from django.utils import timezone

from tests.known import LEVERAGE, PAIRS, RATES
from tests.web.browsing import Page
from tests.web.known import Kind, ago, fail, keep, know, wishes
from tests.web.pages import text_of, url
from trades.forms.names import data_of
from trades.models import Account, Connection, Fact

NEW, MARKET, FIND = "/trades/new/", "/market/", "/market/pairs/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def ask(signed_in, account):
    """Post the account and the pair, as the page does."""

    def ask(where: str = MARKET, pair: str = "USDT_BTC", **more):
        data = {"account_id": str(account.public_id), "pair": pair} | more
        return signed_in.post(where, data)

    return ask


@pytest.fixture
def foreign(stranger) -> Account:
    """An account of somebody else's connection."""
    connection = Connection.objects.create(
        owner=stranger, name="Theirs", mode="sandbox", scheme="hmac", api_key="k"
    )
    return Account.objects.create(
        connection=connection,
        remote_id=2001,
        name="Theirs",
        market="binance",
        fetched_at=timezone.now(),
    )


def told(response) -> dict[str, dict[str, str]]:
    """What the page's script puts at the inputs."""
    found = re.search(r'data-told="([^"]*)"', response.content.decode())
    return json.loads(html.unescape(found[1]))


def test_prices_limits_and_leverage_stand_in_a_few_lines(ask, account):
    know(account, age_s=12)
    text = text_of(ask())
    assert "bid 63,802.44 · ask 63,802.45 · 12 s ago" in text
    assert "Price in steps of 0.01" in text
    assert "Total 5.0 to 9,000,000.0 USDT" in text
    assert "Leverage cross 1.0 to 125.0, isolated from 1.0" in text
    assert "too old" not in text


def test_the_mode_of_the_chosen_account_stands_beside_its_prices(ask, settings):
    assert b'<span class="mode mode-sandbox">Sandbox</span>' in ask().content
    settings.REAL_TRADING = True
    Connection.objects.update(mode="real")
    assert b'<span class="mode mode-real">Real</span>' in ask().content
    assert b"mode-" not in ask(account_id="").content


def test_old_prices_say_how_old_and_that_nothing_is_compared(ask, account):
    know(account, age_s=300)
    assert "5 min ago , too old to compare with" in text_of(ask())


def test_a_question_on_its_way_is_said_and_waited_for(ask, account):
    text = text_of(response := ask())
    assert "Asking 3Commas for the list of pairs …" in text
    assert b"data-pending" in response.content
    assert wishes() == {"pairs"}


def test_a_question_that_takes_long_says_so(ask, account):
    ask()
    Fact.objects.update(wanted_at=ago(25))
    assert "Asked 3Commas for the list of pairs 25 s ago; no answer yet." in text_of(
        ask()
    )


def test_a_failure_says_why_and_that_the_order_can_be_sent(ask, account):
    keep(account, Kind.PAIRS, PAIRS)
    fail(account, Kind.RATES, reason="refused", text="Unknown \u202epair", status=400)
    keep(account, Kind.LEVERAGE, LEVERAGE)
    response = ask()
    text = text_of(response)
    assert (
        "Prices and limits could not be had: 3Commas said no "
        "(“Unknown [U+202E]pair”). The order can be sent all the same; the review page "
        "says what is not checked."
    ) in text
    assert b"data-pending" not in response.content


def test_old_prices_stay_beside_the_reason_why_there_are_no_newer_ones(ask, account):
    know(account, age_s=300)
    fail(account, Kind.RATES)
    text = text_of(ask())
    assert "bid 63,802.44 · ask 63,802.45 · 5 min ago" in text
    assert "could not be had: 3Commas could not be reached." in text


def test_what_is_tried_again_says_why(ask, account):
    keep(account, Kind.PAIRS, PAIRS)
    fail(account, Kind.RATES, reason="broken")
    Fact.objects.filter(kind=Kind.RATES).update(wanted_at=timezone.now())
    assert "Asking again for prices and limits (the exchange with 3Commas broke" in (
        text_of(ask())
    )


def test_a_pair_that_is_not_listed_is_said_and_not_asked_for(ask, account):
    keep(account, Kind.PAIRS, PAIRS)
    assert "does not list that pair" in text_of(ask(pair="USDT_XYZ"))
    assert wishes() == set()


def test_stale_answers_are_wished_for_and_fresh_ones_only_on_demand(ask, account):
    know(account, age_s=10)
    ask()
    assert wishes() == set()
    ask(refresh="1")
    assert wishes() == {"rates USDT_BTC"}
    know(account, age_s=20)
    ask()
    assert wishes() == {"rates USDT_BTC"}


def test_units_and_leverage_are_said_at_the_inputs(ask, account):
    know(account)
    assert told(ask()) == {
        "units": {"base": "BTC", "quote": "USDT"},
        "texts": {
            "id_position__units__value_help": "In the base currency, BTC.",
            "id_leverage__value_help": (
                "This pair takes cross 1.0 to 125.0, isolated from 1.0."
            ),
            "account_trouble": "",
        },
    }
    know(account, instrumentKind="linear_futures", quanto_multiplier="0.0001")
    assert told(ask())["units"] == {"base": "contracts", "quote": "USDT"}
    assert told(ask(pair=""))["units"] == {"base": "base", "quote": "quote"}


def test_the_same_stands_in_the_page_itself(signed_in, draft, account):
    know(account, age_s=12)
    response = signed_in.get(draft.get_absolute_url())
    page = Page(response)
    assert "bid 63,802.44 · ask 63,802.45" in text_of(response)
    assert page.text["id_position__units__value_unit"] == "BTC"
    assert page.text["id_steps-0-price__value_unit"] == "USDT"
    assert page.text["id_position__units__value_help"] == "In the base currency, BTC."
    assert page.text["id_leverage__value_unit"] == "x"
    assert set(told(response)["texts"]) <= set(page.ids)


def test_trouble_of_the_account_stands_next_to_it(signed_in, make_draft, make_account):
    locked = make_account(1423, is_locked=True, lock_reason="KYC\u202e")
    draft = make_draft({"account_id": str(locked.public_id)})
    page = Page(signed_in.get(draft.get_absolute_url()))
    assert "locked: KYC[U+202E]." in page.message_of("account_id")


@pytest.mark.parametrize("name", ["edit", "review"])
def test_opening_a_page_leaves_the_wishes(signed_in, draft, account, name):
    know(account, age_s=3000)
    signed_in.get(url(name, draft))
    assert wishes() == {"rates USDT_BTC", "leverage USDT_BTC"}


def test_refresh_without_a_script_asks_anew_and_loses_nothing(
    signed_in, account, typed
):
    know(account, age_s=5)
    data = data_of(typed | {"note": "kept"}) | {"action": "refresh"}
    response = signed_in.post(NEW, data, follow=True)
    assert response.redirect_chain[0][1] == 303
    assert Page(response).form["note"] == "kept"
    assert "bid 63,802.44" in text_of(response)
    assert wishes() == {"rates USDT_BTC"}


@pytest.mark.parametrize("where", [MARKET, FIND])
def test_another_traders_account_is_as_good_as_none(ask, foreign, where):
    for id in (str(foreign.public_id), "00000000-0000-4000-8000-000000000000", "1"):
        assert ask(where, account_id=id).status_code == 404
    assert not Fact.objects.exists()


def test_another_traders_account_in_a_draft_is_no_wish(signed_in, make_draft, foreign):
    draft = make_draft({"account_id": str(foreign.public_id)})
    for name in ("edit", "review"):
        signed_in.get(url(name, draft), follow=True)
    page = Page(signed_in.get(url("edit", draft)))
    assert "account-required" in page.message_of("account_id")
    assert page.form["account_id"] == str(foreign.public_id)
    assert not Fact.objects.filter(account=foreign).exists()
    foreign.connection.refresh_from_db()
    assert foreign.connection.test_wanted_at is None


def test_of_an_account_that_cannot_be_chosen_nothing_is_asked(ask, account):
    Connection.objects.update(disabled_at=timezone.now())
    assert ask().status_code == 200
    assert not Fact.objects.exists()


@pytest.mark.parametrize("where", [MARKET, FIND])
def test_without_an_account_there_is_nothing_to_show(ask, where):
    response = ask(where, account_id="")
    assert response.status_code == 200
    assert not Fact.objects.exists()


@pytest.mark.parametrize("where", [MARKET, FIND])
def test_only_traders_may_ask_and_only_by_post(client, signed_in, reviewer, where):
    assert signed_in.get(where).status_code == 405
    client.logout()
    assert client.post(where).status_code == 302
    client.force_login(reviewer)
    assert client.post(where).status_code == 403


@pytest.mark.parametrize("text", ["\0", "\ud800", "x" * 60_000, "<b>", "' OR 1=1 --"])
@pytest.mark.parametrize("name", ["account_id", "pair", "refresh", "csrf"])
@pytest.mark.parametrize("where", [MARKET, FIND])
def test_hostile_text_is_harmless(signed_in, account, where, name, text):
    keep(account, Kind.PAIRS, PAIRS)
    fields = {"account_id": str(account.public_id), "pair": "USDT_BTC"} | {name: text}
    body = urlencode(fields, errors="surrogatepass")
    response = signed_in.generic("POST", where, body, content_type=FORM)
    assert response.status_code == (404 if name == "account_id" else 200)
    assert b"<b>" not in response.content


def test_arrays_and_numbers_that_are_none_are_harmless(ask, account):
    know(account, bid=["1"], ask={"a": "b"}, minTotal="NaN", priceStep="1e999999")
    text = text_of(ask(pair=["USDT_ETH", "USDT_BTC"]))
    assert "bid" not in text
    know(account, bid="<i>", ask=RATES["ask"])
    assert "bid unknown · ask 63,802.45" in text_of(ask())
    assert "Total" in text_of(ask())
