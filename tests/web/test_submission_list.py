"""The history of a trader: their own, newest first, page by page."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.rewriting import rewrite
from tests.web.pages import text_of
from trades.domain.lifecycle import State
from trades.models import Submission

pytestmark = pytest.mark.django_db

URL = "/submissions/"


@pytest.fixture
def many(put):
    """So many submissions, oldest first, that were not sent."""

    def many(count: int) -> list[Submission]:
        model = put(State.NOT_SENT)
        fields = ("draft", "trader", "account", "mode", "body", "state", "send_by")
        same = {name: getattr(model, name) for name in fields}
        Submission.objects.bulk_create(
            Submission(**same, token=f"{model.pk}-{n}") for n in range(1, count)
        )
        return list(Submission.objects.filter(pk__gte=model.pk).order_by("pk"))

    return many


def listed(page) -> list[str]:
    """The addresses that the rows lead to."""
    pattern = r'<th scope="row"><a href="([^"]+)"'
    return re.findall(pattern, page.content.decode())


def test_a_row_says_what_it_was_and_what_came_of_it(signed_in, put):
    submission = put(
        *[State.CLAIMED, State.SENDING, State.ACCEPTED], remote_id=3000000001
    )
    rewrite(Submission.objects.all(), confirmed_at="2026-05-06T07:08:09Z")
    page = signed_in.get(URL)
    assert listed(page) == [submission.get_absolute_url()]
    row = "2026-05-06 07:08:09 Accepted Smart Trade (long) USDT_BTC 0.01 Sandbox"
    assert f"{row} 3000000001" in text_of(page)


def test_the_newest_comes_first_and_pages_follow_by_key(signed_in, many):
    urls = [submission.get_absolute_url() for submission in many(101)][::-1]
    seen, page = [], signed_in.get(URL)
    while older := re.search(r'href="(\?before=[0-9a-f-]{36})"', page.content.decode()):
        seen += [listed(page)]
        page = signed_in.get(URL + older[1])
    assert [*seen, listed(page)] == [urls[:50], urls[50:100], urls[100:]]


def test_the_last_page_has_no_way_on(signed_in, many):
    many(50)
    assert b"?before=" not in signed_in.get(URL).content


def test_nothing_is_counted_and_a_row_costs_no_query(signed_in, many):
    signed_in.get("/trades/")  # the first page writes the session down
    numbers = []
    for count in (1, 20):
        many(count)
        with CaptureQueriesContext(connection) as seen:
            signed_in.get(URL)
        numbers.append(len(seen))
        assert not any("COUNT" in query["sql"] for query in seen.captured_queries)
    assert numbers[0] == numbers[1]


@pytest.mark.parametrize(
    "before", ["", "x", "-1", "1.5", "9" * 18, "9" * 400, "\0", "٣", "1 OR 1=1"]
)
def test_nonsense_gives_the_first_page(signed_in, put, before):
    submission = put()
    page = signed_in.get(URL, {"before": before})
    assert listed(page) == [submission.get_absolute_url()]


def test_others_are_not_listed(client, put, stranger):
    put()
    client.force_login(stranger)
    page = client.get(URL)
    assert listed(page) == []
    assert "Nothing was confirmed here yet" in text_of(page)


def test_markup_in_a_pair_stays_text(signed_in, put):
    put()
    rewrite(Submission.objects.all(), pair="<script>")
    assert b"<script" not in signed_in.get(URL).content


@pytest.mark.parametrize("name", ["submission-list", "submission"])
def test_a_reviewer_is_refused_here(client, put, reviewer, name):
    args = [put().public_id] if name == "submission" else []
    client.force_login(reviewer)
    assert client.get(reverse(name, args=args)).status_code == 403


@pytest.mark.parametrize("name", ["submission-list", "submission"])
def test_a_passer_by_is_asked_to_log_in(client, put, name):
    args = [put().public_id] if name == "submission" else []
    answer = client.get(reverse(name, args=args))
    assert answer["Location"].startswith(reverse("login"))
