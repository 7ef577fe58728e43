"""The history's pages: forwards, backwards, the next to review, and who comes in."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.rewriting import rewrite
from tests.web.desk import DESK, ask, found
from tests.web.pages import text_of
from trades.models import Submission, Verdict
from trades.services import reviewing, searching

pytestmark = pytest.mark.django_db


@pytest.fixture
def many(put, monkeypatch):
    monkeypatch.setattr(searching, "PAGE_SIZE", 3)
    return [put().pk for _ in range(8)][::-1]


def links(page) -> dict[str, str]:
    """The pager's addresses by what they say."""
    pager = re.search(r'<nav class="pager".*?</nav>', page.content.decode(), re.S)
    found = re.findall(r'href="([^"]+)"[^>]*>(\w+)<', pager[0] if pager else "")
    return {name: address.replace("&amp;", "&") for address, name in found}


def test_pages_lead_forwards_and_backwards_through_all(reviewing_client, many):
    page = reviewing_client.get(DESK, {"mode": "sandbox"})
    seen = [found(page)]
    assert set(links(page)) == {"Older", "Oldest"}
    while older := links(page).get("Older"):
        page = reviewing_client.get(DESK + older)
        seen.append(found(page))
    assert [pk for some in seen for pk in some] == many
    assert set(links(page)) == {"Newest", "Newer"}
    back = [found(page)]
    while newer := links(page).get("Newer"):
        page = reviewing_client.get(DESK + newer)
        back.append(found(page))
    assert [pk for some in back[::-1] for pk in some] == many
    assert all(back)  # no link led to a page without rows


def test_the_last_page_has_the_oldest_rows(reviewing_client, many):
    page = reviewing_client.get(DESK + links(reviewing_client.get(DESK))["Oldest"])
    assert found(page) == many[-3:]
    assert "Older" not in links(page)
    newer = reviewing_client.get(DESK + links(page)["Newer"])
    assert found(newer) == many[-6:-3]


@pytest.mark.parametrize("place", ["x", "-1", "1e3", "9" * 30, ""])
def test_a_page_that_is_none_is_the_first(reviewing_client, many, place):
    assert ask(reviewing_client, before=place) == many[:3]


def test_no_question_counts_or_skips_rows(reviewing_client, many):
    for query in ({}, {"before": many[3]}, {"oldest": 1}, {"q": "plan"}):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            reviewing_client.get(DESK, {"all": 1, **query})
        statements = " ".join(q["sql"].upper() for q in asked.captured_queries)
        assert "COUNT(" not in statements
        assert "OFFSET" not in statements
        assert len(asked.captured_queries) < 30


def test_the_next_unreviewed_is_the_next_older_one_within_the_filters(
    reviewing_client, put, reviewer
):
    first, second, third = put(), put(changes={"pair": "USDT_ETH"}), put()
    reviewing.review(second, by=reviewer, verdict=Verdict.Value.FINE)
    go = reverse("desk-next")
    assert str(third.public_id) in reviewing_client.get(go)["Location"]
    after = reviewing_client.get(go, {"than": third.pk, "mode": "sandbox"})
    assert str(first.public_id) in after["Location"]
    assert after["Location"].endswith("?mode=sandbox")
    around = reviewing_client.get(go, {"than": first.pk})
    assert str(third.public_id) in around["Location"]
    rewrite(Submission.objects.filter(pk=third.pk), trader=reviewer)
    own = reviewing_client.get(go)  # nobody reviews an order of their own
    assert str(first.public_id) in own["Location"]
    rewrite(Submission.objects.filter(pk=third.pk), trader=second.trader)
    for submission in (first, third):
        reviewing.review(submission, by=reviewer, verdict=Verdict.Value.FINE)
    page = reviewing_client.get(go, follow=True)
    assert "Nothing here is left to review." in text_of(page)


def test_the_admins_list_is_the_same_page(reviewing_client, put):
    submission = put()
    admin = reverse("admin:trades_submission_changelist")
    assert found(reviewing_client.get(admin)) == [submission.pk]
    change = reverse("admin:trades_submission_change", args=[submission.pk])
    assert reviewing_client.get(change).context["submission"] == submission
    assert reviewing_client.get(f"{admin}x/change/").status_code == 404


def test_only_reviewers_come_in(client, signed_in, make_user, put, trader):
    submission = put()
    addresses = [DESK, "/desk/next/", "/desk/views/"]
    addresses.append(reverse("desk-submission", args=[submission.public_id]))
    for address in addresses:
        assert signed_in.get(address).status_code == 403
    client.force_login(make_user("clerk", is_staff=True))
    for address in addresses:
        assert client.get(address).status_code == 403
    client.logout()
    for address in addresses:
        assert "/accounts/login/" in client.get(address)["Location"]
