"""The review page shows the very bytes, and what was and was not looked at."""

from __future__ import annotations

import hashlib
import html
import re
import uuid

import pytest
from django.urls import reverse

from tests.web.pages import in_page, stamp_in, ticks_in, url, without_tokens
from trades.models import Account, Connection, Submission
from trades.services import submissions

pytestmark = pytest.mark.django_db

# Beyond the targets: a warning, not an error.
WARNED = {"stop_loss.conditional.price.value": "61000"}


def test_the_page_shows_the_sentence_the_mode_and_every_field(signed_in, draft):
    page = signed_in.get(url("review", draft))
    text = html.unescape(page.content.decode())
    assert submissions.review(draft).sentence in text
    assert '<span class="mode mode-sandbox">Sandbox</span></h1>' in text
    assert "1001 Spot" in text
    assert '<th scope="row">Entry: Amount</th>\n      <td class="num">0.01</td>' in text
    assert '<th scope="row">Take-profit step 1: Target price</th>' in text
    assert '<th scope="row">Stop loss: Stop price</th>' in text
    assert '<th scope="row">Stop loss: Timeout</th>\n      <td>off</td>' in text
    assert "Send sandbox order: buy 0.01 on USDT_BTC</button>" in text


def test_the_bytes_on_the_page_are_the_bytes_that_are_queued(confirm, signed_in, draft):
    page = signed_in.get(url("review", draft))
    body, sha256 = in_page(page, "body"), in_page(page, "sha256")
    answer = confirm(draft, stamp=stamp_in(page))
    submission = Submission.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == submission.get_absolute_url()
    assert submission.body == body
    assert submission.sha256 == sha256 == hashlib.sha256(body.encode()).hexdigest()


def test_markup_in_a_note_stays_text(signed_in, make_draft):
    note = """<script>alert("1")</script>'"></pre>&amp;"""
    draft = make_draft({"note": note})
    page = signed_in.get(url("review", draft))
    assert b"<script" not in page.content
    assert f'"note":{_quoted(note)}' in in_page(page, "body")
    assert f"{note} ref:" in html.unescape(page.content.decode())


def _quoted(text: str) -> str:
    """The beginning of a JSON text."""
    return '"' + text.replace('"', '\\"')


def test_the_token_in_the_note_is_explained(signed_in, draft):
    text = signed_in.get(url("review", draft)).content.decode()
    token = re.search(r"ref:(\w{10})", text)[1]
    assert f"<code>{token}</code>: by these ten characters the trade can be" in text


def test_without_a_token_the_page_says_what_that_means(signed_in, draft, settings):
    settings.TOKEN_IN_NOTE = False
    text = signed_in.get(url("review", draft)).content.decode()
    assert "ref:" not in text
    assert "only people can find the trade" in text


@pytest.mark.parametrize(
    ("changes", "act"),
    [
        ({}, "Send sandbox order: buy 0.01 on USDT_BTC"),
        (
            {
                "trade_type": "smart_cover",
                "take_profit.steps.0.price.value": "55000",
                "stop_loss.conditional.price.value": "62000",
            },
            "Send sandbox order: sell 0.01 on USDT_BTC",
        ),
        (
            {"trade_type": "smart_sell"},
            "Send sandbox order: exits only, for 0.01 on USDT_BTC",
        ),
    ],
)
def test_the_button_says_the_act(signed_in, make_draft, changes, act):
    page = signed_in.get(url("review", make_draft(changes)))
    assert f">{act}</button>" in page.content.decode()


MARKETS = {"paper": Account.PAPER_MARKET, "real": "binance"}


@pytest.mark.parametrize(
    ("mode", "word", "order"), [("paper", "Paper", "paper"), ("real", "Real", "live")]
)
def test_the_mode_is_a_word_in_heading_and_button(
    signed_in, draft, settings, mode, word, order
):
    settings.REAL_TRADING = True
    Connection.objects.update(mode=mode)
    Account.objects.update(market=MARKETS[mode])
    text = signed_in.get(url("review", draft)).content.decode()
    assert f'<span class="mode mode-{mode}">{word}</span></h1>' in text
    assert f">Send {order} order: buy" in text


def test_a_warning_has_a_box_that_must_be_ticked(signed_in, make_draft):
    page = signed_in.get(url("review", make_draft(WARNED)))
    (box,) = re.findall(r'<input type="checkbox"[^>]*>', page.content.decode())
    assert " required" in box
    assert " checked" not in box
    assert ticks_in(page) == ["sl-direction stop_loss.conditional.price.value"]
    assert 'href="/rules/#sl-direction">sl-direction</a>' in (page.content.decode())


def test_a_draft_with_errors_goes_back_to_the_form(signed_in, make_draft):
    draft = make_draft({"position.units.value": "0"})
    answer = signed_in.get(url("review", draft))
    assert answer.status_code == 303
    assert answer["Location"].startswith(url("edit", draft))


@pytest.mark.parametrize("name", ["review", "confirm"])
def test_another_traders_draft_is_as_good_as_none(client, draft, stranger, name):
    stamp = submissions.review(draft).stamp
    client.force_login(stranger)
    ask = client.get if name == "review" else client.post
    theirs, none = (
        ask(reverse(f"draft-{name}", args=[id]), {"stamp": stamp})
        for id in (draft.public_id, uuid.uuid4())
    )
    assert theirs.status_code == none.status_code == 404
    assert without_tokens(theirs) == without_tokens(none)
    assert not Submission.objects.exists()
