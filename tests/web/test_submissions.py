"""What a trader reads about an order, and may still do."""

from __future__ import annotations

import html
import re
from contextlib import closing

import pytest
from django.urls import reverse

from tests.gateway.servers import Server, answering
from tests.web.pages import in_page, text_of
from trades.domain.lifecycle import State
from trades.models import Account
from trades.services import history, sending

pytestmark = pytest.mark.django_db

QUEUED, CLAIMED, SENDING = State.QUEUED, State.CLAIMED, State.SENDING
WAITING = "Waiting to send. Nothing has left yet."
UNKNOWN = (
    "We do not know whether 3Commas created this trade. Please do not send it again."
)


@pytest.fixture
def read(signed_in):
    """A submission's page."""
    return lambda submission: signed_in.get(submission.get_absolute_url())


@pytest.mark.parametrize(
    ("states", "fields", "headline"),
    [
        ([], {}, WAITING),
        ([CLAIMED], {}, WAITING),
        ([CLAIMED, SENDING], {}, "Sending now. Do not place this order elsewhere yet."),
        (
            [CLAIMED, SENDING, State.ACCEPTED],
            {"remote_id": 30350494},
            "3Commas created trade 30350494.",
        ),
        (
            [CLAIMED, SENDING, State.REJECTED],
            {},
            "3Commas refused this order. Nothing was placed.",
        ),
        ([State.NOT_SENT], {}, "Not sent. Nothing was placed."),
        ([CLAIMED, SENDING, State.UNKNOWN], {}, UNKNOWN),
        ([CLAIMED, SENDING, State.UNKNOWN, State.ABSENT], {}, "Declared absent"),
    ],
)
def test_each_state_has_its_first_line(read, put, states, fields, headline):
    page = read(put(*states, **fields))
    assert page.status_code == 200
    assert in_page(page, "outcome").startswith(headline)


@pytest.mark.parametrize(
    ("states", "reason", "text"),
    [
        ([State.NOT_SENT], "network", "could not be reached"),
        ([State.NOT_SENT], "tls", "could not prove that it is 3Commas"),
        ([State.NOT_SENT], "config", "API key of this connection could not be used"),
        ([State.NOT_SENT], "expired", "waited longer than allowed"),
        ([State.NOT_SENT], "cancelled", "right to send, with this account or in"),
        ([CLAIMED, SENDING, State.UNKNOWN], "taken", "belongs to another submission"),
        ([State.NOT_SENT], "paused", "paused sending"),
        ([CLAIMED, SENDING, State.REJECTED], "refused", "as it is"),
        ([CLAIMED, SENDING, State.REJECTED], "plan", "subscription plan"),
        ([CLAIMED, SENDING, State.REJECTED], "rate", "too many requests. Wait"),
        ([CLAIMED, SENDING, State.REJECTED], "ban", "shut out this address"),
        ([CLAIMED, SENDING, State.REJECTED], "key", "does not accept the API key"),
        ([CLAIMED, SENDING, State.UNKNOWN], "broken", "broke off"),
        ([CLAIMED, SENDING, State.UNKNOWN], "unclear", "did not say clearly"),
        ([CLAIMED, SENDING, State.UNKNOWN], "restored", "put back to an earlier day"),
        ([State.NOT_SENT], "unheard of", "unheard of"),
    ],
)
def test_a_reason_is_told_in_words(read, put, states, reason, text):
    assert text in text_of(read(put(*states, reason=reason)))


@pytest.mark.parametrize(
    ("states", "names"),
    [
        ([], {"Cancel": "submission-cancel"}),
        ([CLAIMED], {}),
        ([CLAIMED, SENDING], {}),
        (
            [CLAIMED, SENDING, State.ACCEPTED],
            {"Refresh": "submission-check", "Clone": "submission-clone"},
        ),
        ([CLAIMED, SENDING, State.REJECTED], {"Fix and send again": "submission-fix"}),
        ([State.NOT_SENT], {"Send again": "draft-review"}),
        ([CLAIMED, SENDING, State.UNKNOWN], {"Check now": "submission-check"}),
        (
            [CLAIMED, SENDING, State.UNKNOWN, State.ABSENT],
            {"Check now": "submission-check", "Send again": "draft-review"},
        ),
    ],
)
def test_each_state_offers_what_is_safe(read, put, states, names):
    fields = {"remote_id": 7} if State.ACCEPTED in states else {}
    submission = put(*states, **fields)
    page = html.unescape(read(submission).content.decode())
    outcome = page[page.index('<section class="outcome') : page.index("columns")]
    links = [
        link
        for link in re.findall(r'(?:action|href)="([^"]+)"', outcome)
        if link != submission.get_absolute_url()
    ]
    assert re.findall(r'class="button[^"]*"[^>]*>([^<]+)<', outcome) == list(names)
    owner = {"submission": submission, "draft": submission.draft}
    assert links == [
        reverse(name, args=[owner[name.partition("-")[0]].public_id])
        for name in names.values()
    ]


def test_an_unknown_one_is_to_be_looked_for_by_its_token(read, put):
    submission = put(CLAIMED, SENDING, State.UNKNOWN)
    text = text_of(read(submission))
    assert f"lists a SmartTrade with {submission.token} in its note" in text
    assert "The draft stays locked" in text


def test_without_a_token_there_is_none_to_look_for(read, put, settings):
    settings.TOKEN_IN_NOTE = False
    submission = put(CLAIMED, SENDING, State.UNKNOWN)
    text = text_of(read(submission))
    assert submission.token not in text
    assert "only a person can tell" in text


def test_the_request_that_left_is_the_request_on_the_page(read, put, settings):
    submission = put()
    with closing(Server(answering(201, b'{"id":7}'))) as server:
        settings.SANDBOX_URL = server.url
        sending.send(submission.pk)
    head, _, body = server.requests[0].decode().partition("\r\n\r\n")
    first, *headers = head.split("\r\n")
    secret = [h for h in headers if h.startswith(("Apikey: ", "Signature: "))]
    assert len(secret) == 2
    page = html.unescape(read(submission).content.decode())
    assert in_page(read(submission), "body") == body
    shown = re.search(r'aria-label="Request headers">(.*?)</pre>', page, re.S)[1]
    left_out = ("Host", "Accept-Encoding", "Connection")
    sent = {h for h in headers if h not in secret and not h.startswith(left_out)}
    masked = {"Apikey: ••••••", "Signature: ••••••"}
    assert set(shown.splitlines()) == {first.removesuffix(" HTTP/1.1"), *sent, *masked}
    assert not any(h.split(": ")[1] in page for h in secret)


def test_a_mode_that_is_forced_is_shown(put):
    submission = put()
    submission.mode = "paper"
    assert "Forced-Mode: paper" in history.request_head(submission)


def test_the_answer_is_shown_to_the_last_digit(read, put):
    answer = '{"id":30350494,"profit":0.10000000000000000001,"note":"<b>&amp;</b>"}'
    submission = put(
        *[CLAIMED, SENDING, State.ACCEPTED],
        remote_id=30350494,
        status=201,
        answer=answer,
        request_id="req-1",
        duration_ms=153,
    )
    page = read(submission)
    assert in_page(page, "answer-body") == history.indented(answer)
    assert "0.10000000000000000001" in in_page(page, "answer-body")
    assert b"<b>" not in page.content
    assert "Status 201 X-Request-Id req-1 Duration 153 ms" in text_of(page)


def test_a_page_as_an_answer_stays_text(read, put):
    answer = "<script>alert(1)</script>\n<h1>502</h1>"
    fields = {"status": 502, "reason": "unclear", "answer": answer}
    page = read(put(CLAIMED, SENDING, State.UNKNOWN, **fields))
    assert in_page(page, "answer-body") == answer
    assert b"<script>" not in page.content


def test_a_refusal_stands_at_the_fields_it_is_about(read, put):
    errors = {
        "position.units.value": ["is <b>too small</b>"],
        "leverage.value": ["is missing"],
        "": ["base: is wrong"],
    }
    submission = put(
        *[CLAIMED, SENDING, State.REJECTED],
        reason="refused",
        status=422,
        vendor_text="Invalid \u202eparameters",
        vendor_errors=errors,
    )
    page = read(submission)
    cell = '<td class="num">0.01<p class="error">is &lt;b&gt;too small&lt;/b&gt;</p>'
    assert cell in page.content.decode()
    outcome = text_of(page).partition("What was confirmed")[0]
    assert "3Commas says: “Invalid [U+202E]parameters”" in outcome
    assert "Leverage: is missing" in outcome
    assert "base: is wrong" in outcome
    assert "too small" not in outcome


def test_the_timeline_says_who_when_and_what(read, put, trader):
    submission = put(*[CLAIMED, SENDING, State.REJECTED], status=422, reason="refused")
    queued_at = f"{submission.events.first().at:%Y-%m-%d %H:%M:%S} UTC"
    text = text_of(read(submission)).partition("What happened")[2]
    assert f"Draft → Queued by trader {queued_at}" in text
    assert f"Version 1 of the draft SHA-256 {submission.sha256}" in text
    assert "Queued → Claimed by the sender" in text
    assert "Sending → Rejected by the sender" in text
    assert "HTTP status 422" in text


def test_a_withdrawn_right_is_told_in_the_timeline(read, put):
    text = text_of(read(put(State.NOT_SENT, reason="cancelled")))
    assert "right to send, with this account or in this mode, was gone" in text


def test_markup_in_note_and_account_stays_text(read, put):
    note = """<script>alert('x')</script>"</textarea>"""
    submission = put(changes={"note": note})
    Account.objects.update(name="<script>")
    page = read(submission)
    assert b"<script>" not in page.content
    assert note in html.unescape(page.content.decode())
