"""The review page shows the very bytes; confirming queues them, once, or says why."""

from __future__ import annotations

import hashlib
import html
import re
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from trades.domain.facts import MarketFacts
from trades.models import Connection, Submission
from trades.services import drafts, submissions
from trades.views.review import unchecked

pytestmark = pytest.mark.django_db

# Beyond the targets: a warning, not an error.
WARNED = {"stop_loss.conditional.price.value": "61000"}


def url(name: str, draft) -> str:
    return reverse(f"draft-{name}", args=[draft.public_id])


def in_page(response, id: str) -> str:
    """The text of an element, as a person would copy it."""
    pattern = rf'<(\w+)[^>]* id="{id}"[^>]*>(.*?)</\1>'
    return html.unescape(re.search(pattern, response.content.decode(), re.S)[2])


def stamp_in(response) -> str:
    return re.search(r'name="stamp" value="([^"]+)"', response.content.decode())[1]


def ticks_in(response) -> list[str]:
    pattern = r'name="warnings" id="warning-\d" value="([^"]+)"'
    return re.findall(pattern, response.content.decode())


def without_tokens(response) -> str:
    """The page but for the forgery tokens, which are new in each."""
    return re.sub(
        r'(csrfmiddlewaretoken" value=)"\w+"', r"\1", response.content.decode()
    )


@pytest.fixture
def make_draft(trader, typed):
    def make(changes: dict[str, str] | None = None):
        return drafts.create(owner=trader, typed=typed | (changes or {}))

    return make


@pytest.fixture
def signed_in(client, trader):
    client.force_login(trader)
    return client


@pytest.fixture
def confirm(signed_in):
    """Post the review page of a draft, with every warning ticked, but for changes."""

    def confirm(draft, **changes):
        page = signed_in.get(url("review", draft))
        data = {"stamp": stamp_in(page), "warnings": ticks_in(page)} | changes
        return signed_in.post(url("confirm", draft), data)

    return confirm


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
    ("facts", "texts"),
    [
        (MarketFacts(), ["lot steps", "this pair", "leverage limits"]),
        (MarketFacts(rates={}), ["this pair", "leverage limits"]),
        (MarketFacts(rates={}, pairs=[]), ["leverage limits"]),
        (MarketFacts(rates={}, pairs=[], leverage_data=[]), []),
    ],
)
def test_what_was_not_checked_follows_from_the_facts(facts, texts):
    found = unchecked(facts)
    assert len(found) == len(texts)
    assert all(text in item for text, item in zip(texts, found, strict=True))


def test_the_page_says_what_was_not_checked(signed_in, draft):
    text = signed_in.get(url("review", draft)).content.decode()
    assert "price ticks, lot steps and the smallest and largest totals" in text


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


@pytest.mark.parametrize(("mode", "word"), [("paper", "Paper"), ("real", "Real")])
def test_the_mode_is_a_word_in_heading_and_button(signed_in, draft, mode, word):
    Connection.objects.update(mode=mode)
    text = signed_in.get(url("review", draft)).content.decode()
    assert f'<span class="mode mode-{mode}">{word}</span></h1>' in text
    assert f">Send {mode} order: buy" in text


def test_a_warning_has_a_box_that_must_be_ticked(signed_in, make_draft):
    page = signed_in.get(url("review", make_draft(WARNED)))
    (box,) = re.findall(r'<input type="checkbox"[^>]*>', page.content.decode())
    assert " required" in box
    assert " checked" not in box
    assert ticks_in(page) == ["sl-direction stop_loss.conditional.price.value"]
    assert '<span class="rule" id="warning-0_rule">sl-direction</span>' in (
        page.content.decode()
    )


def test_a_ticked_warning_is_kept_with_the_submission(confirm, make_draft):
    assert confirm(make_draft(WARNED)).status_code == 303
    (tick,) = Submission.objects.get().ticked
    assert tick.startswith("sl-direction ")


def test_an_unticked_warning_is_asked_for_again(confirm, signed_in, make_draft):
    draft = make_draft(WARNED)
    answer = confirm(draft, warnings=[])
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "Nothing was sent: 1 warning not accepted yet" in text
    assert '<a href="#warning-0">' in text
    assert 'aria-describedby="warning-0_rule warning-0_error"' in text
    assert not Submission.objects.exists()
    data = {"stamp": stamp_in(answer), "warnings": ticks_in(answer)}
    assert signed_in.post(url("confirm", draft), data).status_code == 303


def test_a_tick_that_was_given_stays(confirm, make_draft):
    draft = make_draft(WARNED | {"pair": "usdt_btc"})
    review = submissions.review(draft)
    ticks = [submissions.tick(w) for w in review.examined.warnings]
    assert len(ticks) == 2
    text = confirm(draft, warnings=ticks[:1]).content.decode()
    boxes = re.findall(r'<input type="checkbox"[^>]*>', text)
    assert [" checked" in box for box in boxes] == [True, False]


def test_a_draft_with_errors_goes_back_to_the_form(signed_in, make_draft):
    draft = make_draft({"position.units.value": "0"})
    answer = signed_in.get(url("review", draft))
    assert answer.status_code == 303
    assert answer["Location"].startswith(url("edit", draft))


def test_a_confirmed_draft_leads_to_its_submission(confirm, signed_in, draft):
    confirm(draft)
    answer = signed_in.get(url("review", draft))
    assert answer["Location"] == Submission.objects.get().get_absolute_url()


def test_confirming_twice_gives_the_same_submission(signed_in, draft):
    pages = [signed_in.get(url("review", draft)) for _ in range(2)]
    stamps = [stamp_in(pages[0]), stamp_in(pages[0]), stamp_in(pages[1])]
    answers = [
        signed_in.post(url("confirm", draft), {"stamp": stamp}) for stamp in stamps
    ]
    assert len({answer["Location"] for answer in answers}) == 1
    assert Submission.objects.count() == 1


def test_a_changed_draft_is_refused_with_the_difference(signed_in, draft, typed):
    page = signed_in.get(url("review", draft))
    changed = typed | {"position.price.value": "61000", "stop_loss.enabled": "false"}
    drafts.save(draft, typed=changed, version=1)
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 409
    rows = re.findall(
        r'<th scope="row">(.+?)</th><td>(.+?)</td><td>(.+?)</td>',
        answer.content.decode(),
    )
    assert ("Entry: Order price", "60000", "61000") in rows
    assert ("Stop loss", "on", "off") in rows
    assert ("Stop loss: Stop price", "58000", "nothing") in rows
    assert url("review", draft) in answer.content.decode()
    assert not Submission.objects.exists()


def test_a_draft_that_was_saved_again_unchanged_is_refused_too(signed_in, draft, typed):
    page = signed_in.get(url("review", draft))
    drafts.save(draft, typed=typed, version=1)
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 409
    assert "What would be sent is the same" in answer.content.decode()


def test_a_draft_that_became_wrong_goes_back_to_the_form(signed_in, draft, typed):
    page = signed_in.get(url("review", draft))
    drafts.save(draft, typed=typed | {"pair": ""}, version=1)
    answer = signed_in.post(url("confirm", draft), {"stamp": stamp_in(page)})
    assert answer.status_code == 303
    assert answer["Location"].startswith(url("edit", draft))


def test_the_stamp_of_another_draft_is_stale(signed_in, draft, make_draft):
    other = signed_in.get(url("review", make_draft()))
    data = {"stamp": stamp_in(other)}
    answer = signed_in.post(url("confirm", draft), data, follow=True)
    assert answer.redirect_chain == [(url("review", draft), 303)]
    assert "Nothing was sent: that review was too old" in answer.content.decode()
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"stamp": ""},
        {"stamp": "forged"},
        {"stamp": "a:b:c"},
        {"stamp": "\0"},
        {"stamp": "é" * 100},
        {"stamp": "x" * 20_000},
        {"stamp": ["good", "good"]},
        {"stamp": ["good", "forged"]},
        {"stamp": ["forged", "good"]},
        {"warnings": "any-unknown $"},
    ],
    ids=str,
)
def test_a_forged_post_changes_nothing(signed_in, draft, data):
    good = stamp_in(signed_in.get(url("review", draft)))
    stamps = data.get("stamp", [])
    if isinstance(stamps, list):
        data = data | {"stamp": [good if s == "good" else s for s in stamps]}
    answer = signed_in.post(url("confirm", draft), data)
    assert answer.status_code == 303
    assert answer["Location"] == url("review", draft)
    assert not Submission.objects.exists()


@pytest.mark.parametrize("warnings", [["\0"], ["x"] * 300, ["sl-direction"] * 2])
def test_forged_ticks_accept_nothing(confirm, make_draft, warnings):
    assert confirm(make_draft(WARNED), warnings=warnings).status_code == 422
    assert not Submission.objects.exists()


@pytest.mark.parametrize(
    ("content_type", "body", "status"),
    [
        ("application/x-www-form-urlencoded", b"stamp=" + b"x" * 10_000_000, 400),
        ("application/x-www-form-urlencoded", b"&".join([b"warnings=x"] * 1000), 400),
        ("application/x-www-form-urlencoded", b"stamp=%ff%00%ed%a0%80", 303),
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=x", b"nothing of the kind", 303),
        ("application/json", b'{"stamp": "x"}', 303),
    ],
    ids=["10 MB", "1000 fields", "bytes", "no boundary", "damaged", "JSON"],
)
def test_a_post_that_no_browser_makes_is_turned_away(
    signed_in, draft, content_type, body, status
):
    answer = signed_in.post(url("confirm", draft), body, content_type=content_type)
    assert answer.status_code == status
    assert not Submission.objects.exists()


def test_owner_state_and_body_never_come_from_a_post(confirm, draft, stranger):
    confirm(draft, trader=stranger.pk, state="accepted", body="{}", remote_id=7)
    submission = Submission.objects.get()
    assert (submission.trader, submission.state) == (draft.owner, "queued")
    assert submission.body != "{}"
    assert submission.remote_id is None


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


@pytest.mark.parametrize("name", ["review", "confirm"])
def test_a_reviewer_can_not_confirm(client, draft, reviewer, name):
    draft.owner = reviewer
    draft.save()
    client.force_login(reviewer)
    ask = client.get if name == "review" else client.post
    assert ask(url(name, draft), {"stamp": "x"}).status_code == 403


def test_nobody_confirms_without_logging_in(client, draft):
    stamp = submissions.review(draft).stamp
    answer = client.post(url("confirm", draft), {"stamp": stamp})
    assert answer["Location"].startswith(reverse("login"))
    assert not Submission.objects.exists()


def test_a_link_confirms_nothing(signed_in, draft):
    stamp = submissions.review(draft).stamp
    answer = signed_in.get(url("confirm", draft), {"stamp": stamp})
    assert answer.status_code == 405
    assert not Submission.objects.exists()


def test_another_site_confirms_nothing(trader, draft):
    client = Client(enforce_csrf_checks=True)
    client.force_login(trader)
    data = {"stamp": submissions.review(draft).stamp}
    assert client.post(url("confirm", draft), data).status_code == 403
    assert not Submission.objects.exists()
