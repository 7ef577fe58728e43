"""What the review page adds for a second thought: changes, drift, and unusual sizes."""

from __future__ import annotations

import html
import re

import pytest

from tests.web.browsing import Page
from tests.web.known import know
from tests.web.pages import stamp_in, text_of, ticks_in, url
from trades.domain import payload
from trades.domain.lifecycle import State
from trades.models import Draft, Submission
from trades.services import drafts

CLAIMED, SENDING = State.CLAIMED, State.SENDING
REJECTED = (CLAIMED, SENDING, State.REJECTED)


def test_each_row_leads_to_the_input_that_it_comes_from(signed_in, draft):
    page = signed_in.get(url("review", draft))
    edit = url("edit", draft)
    found = re.findall(rf'href="{re.escape(edit)}#([^"]+)"', page.content.decode())
    assert "id_trade_type_0" in found
    assert "id_steps-0-price__value" in found
    assert len(found) == page.content.decode().count('<td class="change">') > 20
    assert set(found) <= set(Page(signed_in.get(edit)).ids)


def test_submissions_offer_no_change(signed_in, confirmed):
    assert (
        ">Change<" not in signed_in.get(confirmed().get_absolute_url()).content.decode()
    )


def test_differences_from_the_one_sent_last_are_shown(signed_in, put):
    submission = put(*REJECTED, reason="refused")
    draft = submission.draft
    same = text_of(signed_in.get(url("review", draft)))
    assert "Since the one sent last" in same
    assert "Nothing differs." in same
    typed = draft.typed | {"position.units.value": "0.02"}
    drafts.save(draft, typed=typed, version=1)
    page = html.unescape(signed_in.get(url("review", draft)).content.decode())
    assert "<td>0.01</td><td>0.02</td>" in page
    assert "ref:" not in page.split("Since the one sent last")[1].split("</section>")[0]


def test_the_reference_alone_is_no_difference(signed_in, put):
    submission = put(*REJECTED, changes={"note": ""}, reason="refused")
    assert payload.decode(submission.body)["note"] == submission.token
    page = signed_in.get(url("review", submission.draft))
    assert "Nothing differs." in text_of(page)


def test_a_first_order_has_nothing_to_differ_from(signed_in, draft):
    assert "Since the one sent last" not in text_of(signed_in.get(url("review", draft)))


def test_a_draft_that_mends_is_compared_with_what_it_mends(signed_in, put):
    submission = put(*REJECTED, reason="refused")
    signed_in.post(f"/submissions/{submission.public_id}/fix/")
    follower = Draft.objects.get(follows=submission)
    assert "Nothing differs." in text_of(signed_in.get(url("review", follower)))


@pytest.mark.parametrize(
    ("then", "moved", "notable"),
    [
        ("63802.45", "+0.00 %", False),
        ("63200.00", "+0.95 %", False),
        ("60000", "+6.34 %", True),
    ],
)
def test_the_drift_since_the_draft_is_told(
    signed_in, draft, account, then, moved, notable
):
    know(account, age_s=5)
    Draft.objects.filter(pk=draft.pk).update(seen={"ask": then})
    page = signed_in.get(url("review", draft))
    assert f"and is 63,802.45 now: {moved}." in text_of(page)
    assert ('class="notice warning">The ask' in page.content.decode()) == notable


def test_a_drift_that_nobody_knows_is_said(signed_in, draft):
    text = text_of(signed_in.get(url("review", draft)))
    assert "How far the price has moved since the draft was saved" in text


def test_a_save_notes_what_the_market_was(signed_in, draft, account, typed):
    know(account, age_s=5)
    changed = typed | {"note": "other"}
    data = {**Page(signed_in.get(url("edit", draft))).form, "note": changed["note"]}
    assert signed_in.post(url("edit", draft), data).status_code == 303
    draft.refresh_from_db()
    assert draft.seen["ask"] == "63802.45"


@pytest.fixture
def usual(put):
    """Three orders of 0.01 that were accepted a good while ago."""
    for number in range(3):
        fields = {"remote_id": 100 + number}
        put(CLAIMED, SENDING, State.ACCEPTED, changes={"note": str(number)}, **fields)


LARGE = {"position.units.value": "0.0500"}


def post(client, draft, **more):
    page = client.get(url("review", draft))
    data = {"stamp": stamp_in(page), "warnings": ticks_in(page)} | more
    return client.post(url("confirm", draft), data)


@pytest.mark.parametrize("typed_amount", ["0.05", " 0.0500", ".05"])
def test_an_order_of_unusual_size_goes_when_its_amount_was_typed(
    usual, signed_in, make_draft, typed_amount
):
    draft = make_draft(LARGE)
    page = text_of(signed_in.get(url("review", draft)))
    assert "Your usual order on this pair is 0.01; this one is 0.05." in page
    assert post(signed_in, draft, amount=typed_amount).status_code == 303
    assert "unusual-size position.units.value" in Submission.objects.first().ticked


@pytest.mark.parametrize(
    "typed_amount", ["", " 0.5 ", "0,05", "yes", "<b>", "9" * 1000, "0.0500001"]
)
def test_an_order_of_unusual_size_does_not_go_without_it(
    usual, signed_in, make_draft, typed_amount
):
    draft = make_draft(LARGE)
    answer = post(signed_in, draft, amount=typed_amount)
    text = answer.content.decode()
    said = "Type the amount, 0.05, to send an order this large."
    assert answer.status_code == 422
    assert text.count(said) == 2  # in the summary and at the input
    assert "<title>Error: " in text
    assert f'value="{html.escape(typed_amount)}"' in text
    assert Submission.objects.count() == 3


def test_an_amount_that_no_page_can_hold_keeps_the_ticks(usual, signed_in, make_draft):
    draft = make_draft(LARGE | {"stop_loss.conditional.price.value": "61000"})
    answer = post(signed_in, draft, amount="0.05\0")
    assert answer.status_code == 422
    assert 'value="0.05�"' in answer.content.decode()
    assert re.search(r'id="warning-0" [^>]* checked', answer.content.decode())


def test_the_typed_amount_is_in_the_history(usual, signed_in, make_draft):
    answer = post(signed_in, make_draft(LARGE), amount="0.05")
    assert "unusual-size (Entry: Amount)" in text_of(signed_in.get(answer["Location"]))


@pytest.mark.parametrize(
    "changes", [{"position.units.value": "0.049"}, LARGE | {"pair": "USDT_ETH"}]
)
def test_a_usual_size_or_an_unknown_pair_asks_for_nothing(
    usual, signed_in, make_draft, changes
):
    assert post(signed_in, make_draft(changes)).status_code == 303


def test_two_orders_make_no_usual_size(put, signed_in, make_draft):
    for number in range(2):
        fields = {"remote_id": 100 + number}
        put(CLAIMED, SENDING, State.ACCEPTED, changes={"note": str(number)}, **fields)
    assert post(signed_in, make_draft(LARGE)).status_code == 303


def test_a_refused_review_says_error_and_focuses_its_summary(confirm, make_draft):
    draft = make_draft({"stop_loss.conditional.price.value": "61000"})
    text = confirm(draft, warnings=[]).content.decode()
    assert "<title>Error: Review" in text
    assert text.count("Tick this to go on, or change the order.") == 2
    assert "data-focus" in text
