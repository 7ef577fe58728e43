"""What no browser of ours asks of the desk: answered, never a fault of ours."""

from __future__ import annotations

from urllib.parse import quote, urlencode

import pytest
from django.urls import reverse

from tests.web.desk import DESK
from trades.forms.history import HistoryFilter
from trades.models import HistoryView, Remark

pytestmark = pytest.mark.django_db

HOSTILE = [
    "\0",
    "\ud800",
    "\u202enoitcivnoc",
    "' OR 1=1 --",
    '"*" NEAR(',
    "{{ 7*7 }}<script>",
    "9" * 400,
    "1e999999",
    "NaN",
    "٣",
    "a" * 5000,
    "%00%ff",
]
FILTERS = list(HistoryFilter.base_fields)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_filter_is_read_or_refused(reviewing_client, put, text):
    put()
    for name in FILTERS:
        query = f"{name}={quote(text.encode('utf-8', 'surrogatepass'))}"
        for address in (DESK, "/desk/next/"):
            answer = reviewing_client.get(f"{address}?{query}")
            assert answer.status_code in (200, 302, 422), (name, address)
            assert b"<script>" not in answer.content


@pytest.mark.parametrize("text", HOSTILE)
def test_every_form_keeps_or_refuses(reviewing_client, put, text):
    submission = put()
    remark = reverse("desk-remark", args=[submission.public_id])
    forms = {
        remark: ("verdict", "assigns", "text"),
        reverse("history-view-keep"): ("name", "is_shared", "filters"),
        reverse("history-view-default"): ("view",),
        reverse("desk-export"): ("format",),
    }
    for address, names in forms.items():
        typed = urlencode(dict.fromkeys(names, text), errors="surrogatepass")
        answer = reviewing_client.generic(
            "POST", address, typed, content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code in (303, 422), address


def test_what_turns_text_around_is_marked_for_all_to_see(
    reviewing_client, put, reviewer
):
    submission = put()
    remark = reverse("desk-remark", args=[submission.public_id])
    reviewing_client.post(remark, {"text": "\u202enoitcivnoc"})
    assert Remark.objects.get().text == "\u202enoitcivnoc"
    page = reverse("desk-submission", args=[submission.public_id])
    source = reviewing_client.get(page).content.decode()
    assert "[U+202E]noitcivnoc" in source
    assert "\u202e" not in source


def test_a_view_with_a_name_that_turns_around_is_marked_too(reviewing_client):
    said = {"name": "\u202eweiv", "filters": ""}
    assert reviewing_client.post(reverse("history-view-keep"), said).status_code == 422
    assert not HistoryView.objects.exists()
