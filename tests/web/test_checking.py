"""The ticket that judges itself while it is filled in, and saves itself."""

from __future__ import annotations

import html

import pytest

from tests.web.browsing import Page
from tests.web.known import know
from tests.web.pages import text_of, url
from trades.forms.names import data_of
from trades.models import Account, Connection, Draft, Event, Fact, Submission

NEW = "/trades/new/"


@pytest.fixture
def check(signed_in, typed):
    """What the script posts when an input is left, with some lines changed."""

    def check(changes: dict[str, str] | None = None, where: str = NEW):
        data = data_of(typed | (changes or {})) | {"action": "check"}
        return signed_in.post(where, data)

    return check


def test_a_check_says_what_the_real_post_says(check, signed_in, typed):
    wrong = {"position.units.value": "x", "stop_loss.order_type": ""}
    answer = check(wrong)
    data = data_of(typed | wrong) | {"action": "review"}
    refused = signed_in.post(NEW, data, follow=True)
    names = ("position__units__value", "stop_loss__order_type", "pair")
    told = [Page(answer).message_of(name) for name in names]
    assert told == [Page(refused).message_of(name) for name in names]
    assert "any-number" in told[0]


def test_a_check_has_no_effects(check, draft):
    before = Draft.objects.values().get()
    assert check().status_code == 200
    assert check({"pair": "x"}, url("edit", draft)).status_code == 200
    assert Draft.objects.values().get() == before
    assert not Submission.objects.exists()
    assert not Event.objects.exists()
    assert not Fact.objects.exists()  # no wish either


def test_a_check_brings_the_ticket_alone(check):
    text = check().content.decode()
    assert "<html" not in text
    assert "data-headline" in text


def test_a_check_judges_the_rows_as_they_stand_on_the_page(check, typed):
    """An untouched row before a wrong one is not counted, but has its place."""
    rows = {
        "take_profit.steps.0.volume": "",
        "take_profit.steps.0.price.value": "",
        "take_profit.steps.0.order_type": "market",
        "take_profit.steps.1.volume": "x",
    }
    page = Page(check(rows))
    assert "any-number" in page.message_of("steps-1-volume")
    assert "Error" not in page.message_of("steps-0-volume")


def test_the_preview_says_what_will_happen(check, account):
    know(account, age_s=5)
    text = text_of(check({"stop_loss.breakeven": "false"}))
    assert "Ready to review." in text
    assert "at 66,000: sells 100 %, +60.00" in text
    assert "at 58,000: sells all that is left at market, −20.00" in text
    assert "Reference: bid 63,802.44 · ask 63,802.45, 5 s ago" in text
    assert '"position":{"type":"buy"' in html.unescape(check().content.decode())
    assert '--data-raw \'{"account_id":1001' in html.unescape(check().content.decode())
    assert "$SIGNATURE" in text


def test_a_section_that_is_off_keeps_its_values_and_sends_none(check):
    off = {"stop_loss.enabled": "false", "leverage.value": "5"}
    answer = check(off)
    text = html.unescape(answer.content.decode())
    assert "Stop loss: kept, not sent" in text
    assert "Leverage: kept, not sent" in text
    assert "Take profit: kept" not in text
    assert Page(answer).form["stop_loss__conditional__price__value"] == "58000"
    assert '"stop_loss":{"enabled":false}' in text


def test_an_error_leaves_the_request_out_of_the_preview(check):
    text = text_of(check({"pair": ""}))
    assert "1 field to fill or correct: Pair." in text
    assert "SHA-256" not in text


def test_a_fix_is_a_plain_button_with_its_value(check, signed_in, typed, account):
    know(account, age_s=5)
    answer = check({"position.units.value": "0.0100004"})
    button = "set:position__units__value=0.01"
    assert f'value="{button}">Use 0.01 (lot step 0.00001)</button>' in (
        answer.content.decode()
    )
    data = data_of(typed | {"position.units.value": "0.0100004"})
    signed_in.post(NEW, data | {"action": button})
    assert Draft.objects.get().typed["position.units.value"] == "0.01"


def test_every_rule_on_the_page_leads_to_its_card(check):
    text = check({"pair": "", "note": "n" * 301}).content.decode()
    assert 'href="/rules/#pair-required"' in text
    assert 'href="/rules/#note-length"' in text


def test_an_autosave_makes_a_draft_and_then_its_next_version(signed_in, typed):
    first = signed_in.post(NEW, data_of(typed) | {"action": "autosave"})
    draft = Draft.objects.get()
    page = Page(first)
    assert (first.status_code, page.form["version"]) == (200, "1")
    assert f'action="{draft.get_absolute_url()}"' in first.content.decode()
    data = page.form | {"note": "more", "action": "autosave"}
    again = Page(signed_in.post(draft.get_absolute_url(), data))
    assert again.form["version"] == "2"
    assert [v.number for v in draft.versions.all()] == [2]  # the one before gave way
    saved = again.form | {"note": "done", "action": "save"}
    signed_in.post(draft.get_absolute_url(), saved)
    signed_in.post(
        draft.get_absolute_url(),
        saved | {"version": "3", "note": "on", "action": "autosave"},
    )
    kept = [(v.number, v.is_automatic) for v in draft.versions.all()]
    assert kept == [(4, True), (3, False), (2, True)]


def test_an_autosave_over_another_pages_save_is_refused(signed_in, draft, typed):
    data = data_of(typed | {"note": "here"}) | {"version": "7", "action": "autosave"}
    assert signed_in.post(url("edit", draft), data).status_code == 409
    draft.refresh_from_db()
    assert draft.typed == typed


def test_an_unreadable_post_is_not_judged_but_given_back(signed_in, typed):
    data = data_of(typed) | {"steps-TOTAL_FORMS": "9000", "action": "check"}
    answer = signed_in.post(NEW, data)
    assert answer.status_code == 400
    assert "<title>Error: New trade" in answer.content.decode()
    assert Page(answer).form["steps-0-price__value"] == "66000"


def test_the_command_names_the_mode_of_the_connection(check, settings):
    assert "Forced-Mode" not in check().content.decode()
    Connection.objects.update(mode="paper")
    Account.objects.update(market=Account.PAPER_MARKET)
    text = html.unescape(check().content.decode())
    assert '-H "Forced-Mode: paper"' in text
