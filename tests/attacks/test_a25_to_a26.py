"""Text that others read: never a script, never a formula, never turned around."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from django.core import mail
from django.urls import reverse

from tests.attacks.house import PAGES
from tests.attacks.steps import admin_pages
from tests.rewriting import rewrite
from trades.forms.names import data_of
from trades.models import (
    Account,
    Alarm,
    Approval,
    Connection,
    Draft,
    DraftVersion,
    HistoryView,
    Pause,
    Preset,
    Remark,
    Submission,
)
from trades.services import mailing
from trades.services.exporting import _csv_cell, guarded

pytestmark = pytest.mark.django_db

SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</textarea><b>bold",
    "</title><svg onload=alert(1)>",
    "{{ 7*7 }}{% csrf_token %}",
    "' onfocus=alert(1) autofocus x='",
)
ALL = " ".join(SCRIPTS)
TURNING = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


class Elements(HTMLParser):
    """What a browser would make of a page: what could run, and all that is text.

    What is typed stands in a text area or in the value of an input, as it was typed.
    """

    def __init__(self, page: str) -> None:
        super().__init__()
        self.running: list[str] = []
        self.text = ""
        self._within = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self._within = tag
        if tag in ("img", "b", "iframe", "style", "object"):
            self.running.append(tag)
        for name, value in attrs:
            if name.startswith("on") or name in ("autofocus", "style", "srcdoc"):
                self.running.append(name)
            if name in ("href", "src", "action") and (value or "")[:1] not in "/#?":
                self.running.append(f"{name}={value}")
            if (tag, name) not in (("input", "value"), ("option", "value")):
                self.text += f" {value}"

    def handle_endtag(self, tag):
        self._within = ""

    def handle_data(self, data):
        if self._within == "script" and data.strip():
            self.running.append(data)
        if self._within != "textarea":
            self.text += data


@pytest.fixture
def written(house, log_in, reviewer):
    """Put a text wherever one comes from a person or from 3Commas."""

    def written(text: str) -> None:
        typed = house.draft.typed | {"note": text, "pair": text[:60]}
        Draft.objects.update(typed=typed)
        DraftVersion.objects.update(typed=typed)
        Connection.objects.update(name=text[:60])
        Account.objects.update(name=text, market=text[:60])
        Preset.objects.update(name=text[:60])
        HistoryView.objects.update(name=text[:60])
        Alarm.objects.update(text=text)
        body = Submission.objects.first().body
        told = {"note": text, "pair": text[:60], "body": body}
        told["body"] = json.dumps(json.loads(body) | {"note": text, "pair": text})
        said = {"vendor_text": text, "vendor_errors": {"note": [text], text: [text]}}
        said |= {"answer": text, "refusal": text[:200], "request_id": text[:200]}
        said |= {"remote_status": text[:60], "remote_error": text}
        rewrite(Submission.objects.all(), **told, **said)
        for submission in Submission.objects.all():
            Remark.objects.create(submission=submission, by=reviewer, text=text)
        rewrite(Pause.objects.all(), why=text, lifted_at=None)
        asked = {"sentence": text, "warnings": [{"label": text, "text": text}]}
        rewrite(Approval.objects.all(), **asked)

    return written


def read(browser, house, **query: str) -> dict[str, Elements]:
    """Every page that this user may open; ``query`` goes along with each address."""
    pages = {name: browser.get(house.url(name), query) for name in PAGES}
    return {
        name: Elements(page.content.decode())
        for name, page in pages.items()
        if page.status_code == 200 and "html" in page["Content-Type"]
    }


@pytest.mark.parametrize("who", ["trader", "root"])
def test_a25_a_script_is_text_on_every_page(log_in, house, written, request, who):
    written(ALL)
    browser = log_in(request.getfixturevalue(who))
    pages = read(browser, house, q=ALL, pair=ALL, trader=ALL, all=ALL)
    assert {name: page.running for name, page in pages.items() if page.running} == {}
    shown = {name for name, page in pages.items() if SCRIPTS[0] in page.text}
    by_all = {"submission", "draft-edit"} if who == "trader" else {"desk-submission"}
    assert shown >= by_all
    assert len(pages) > 10


def test_a25_a_script_is_text_in_the_admin(log_in, house, written, root):
    written(ALL)
    browser, shown = log_in(root), 0
    for address in admin_pages():
        page = browser.get(address, follow=True).content.decode()
        shown += "&lt;script&gt;alert" in page
        for raw in ("<script>alert", "<img src=x", "<svg onload", "<b>bold"):
            assert raw not in page, address
    assert shown > 3


def test_a25_what_is_typed_into_a_ticket_comes_back_as_text(signed_in, house, typed):
    """In the form as it is posted, in the preview, and in what another page saved."""
    hostile = data_of(typed | {"note": ALL, "pair": SCRIPTS[1]}) | {"version": "1"}
    for action in ("check", "save", "save", "find-pair"):
        posted = hostile | {"action": action}
        page = signed_in.post(house.url("draft-edit"), posted, follow=True)
        assert page.status_code in (200, 409)
        assert Elements(page.content.decode()).running == []
        assert "&lt;script&gt;alert(1)" in page.content.decode()


def test_a25_a_script_is_text_in_the_mail(house, written, settings, reviewer):
    settings.EMAIL_HOST = "mail.example"
    settings.ALARM_EMAILS = ["ops@example.org"]
    written(f"{ALL}\r\nBcc: evil@example.org")
    mailing.mail_alarms()
    (sent,) = mail.outbox
    assert ALL in sent.body
    assert sent.content_subtype == "plain"
    assert sent.alternatives == []
    assert "Bcc" not in sent.message()
    assert "evil" not in sent.subject + str(sent.recipients())


@pytest.mark.parametrize("who", ["trader", "root"])
def test_a25_what_turns_text_around_is_marked_on_every_page(
    log_in, house, written, request, who
):
    written(f"a{TURNING}b")
    browser = log_in(request.getfixturevalue(who))
    pages = read(browser, house, q=TURNING, pair=TURNING, all=TURNING)
    turned = {n for n, p in pages.items() if any(c in p.text for c in TURNING)}
    assert turned == set()
    marked = {name for name, page in pages.items() if "[U+202E]" in page.text}
    assert marked >= ({"submission"} if who == "trader" else {"desk-submission"})


FORMULAS = ["=1+1", "+1", "-1", "@sum(A1)", "\tx", "\rx", "\nx", "\0x"]
FORMULAS += ["＝1+1", "＋1", "－1", "＠x"]


@pytest.mark.parametrize("note", FORMULAS)
def test_a26_no_note_is_a_formula_in_the_export(log_in, confirmed, reviewer, note):
    storable = note.replace("\0", "")
    rows = Submission.objects.filter(pk=confirmed().pk)
    rewrite(rows, note=storable, remote_id=-5)
    answer = log_in(reviewer).post(reverse("desk-export"), {"format": "csv"})
    text = answer.getvalue().decode()
    lines = [x for x in io.StringIO(text, newline="") if not x.startswith("# ")]
    (row,) = csv.DictReader(lines)
    assert row["note"] == guarded(storable)
    assert guarded(note) == f"'{note}"
    assert row["trade"] == "-5"
    assert _csv_cell("size", Decimal("-0.5")) == "-0.5"
