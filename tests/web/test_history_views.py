"""Named views and exports: kept, shared, opened first, and taken away."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.desk import DESK, found
from tests.web.pages import text_of
from trades.models import Event, HistoryView
from trades.services import viewing

pytestmark = pytest.mark.django_db

KEEP, VIEWS = reverse("history-view-keep"), reverse("history-view-list")
EXPORT = reverse("desk-export")


@pytest.fixture
def view(reviewer):
    return viewing.keep(
        owner=reviewer, name="Refused", filters="state=rejected", is_shared=False
    )


def of(view: HistoryView, act: str) -> str:
    return reverse(f"history-view-{act}", args=[view.public_id])


def test_filters_are_kept_under_a_name_and_opened_by_it(reviewing_client, put):
    put()
    said = {"name": "Yesterday's refusals", "filters": "state=rejected&span=yesterday"}
    answer = reviewing_client.post(KEEP, said, follow=True)
    assert found(answer) == []
    view = HistoryView.objects.get()
    assert (view.filters, view.is_shared) == ("span=yesterday&state=rejected", False)
    page = reviewing_client.get(DESK).content.decode()
    assert 'href="/desk/?span=yesterday&amp;state=rejected">Yesterday&#x27;s' in page


def test_only_what_is_a_filter_is_kept(reviewing_client):
    said = {"name": "a", "filters": "evil=1&state=rejected&before=3&all=1"}
    reviewing_client.post(KEEP, said)
    assert HistoryView.objects.get().filters == "state=rejected"


@pytest.mark.parametrize(
    ("name", "wrong"),
    [("", "required"), ("x" * 61, "at most 60"), ("Refused", "of this name already")],
)
def test_a_name_that_does_not_do_comes_back_as_typed(
    reviewing_client, view, name, wrong
):
    page = reviewing_client.post(KEEP, {"name": name, "filters": "mode=paper"})
    assert page.status_code == 422
    assert wrong in text_of(page)
    assert page.context["form"]["name"].value() == name
    assert page.context["form"]["filters"].value() == "mode=paper"
    assert HistoryView.objects.count() == 1


def test_a_view_is_seen_by_others_once_it_is_shared(
    client, reviewing_client, view, make_user
):
    other = make_user("other", "view_submission", is_staff=True)
    assert not viewing.visible_to(other).exists()
    reviewing_client.post(of(view, "share"), {"shared": "true"})
    client.force_login(other)
    page = text_of(client.get(VIEWS))
    assert "Refused state=rejected reviewer all reviewers" in page
    for act in ("share", "delete"):
        assert client.post(of(view, act)).status_code == 404
    assert HistoryView.objects.filter(is_shared=True).exists()


def test_the_history_opens_with_the_default_of_each_reviewer(
    client, reviewing_client, view, make_user
):
    default = reverse("history-view-default")
    reviewing_client.post(default, {"view": str(view.public_id)})
    assert reviewing_client.get(DESK)["Location"] == "/desk/?state=rejected"
    assert reviewing_client.get(DESK, {"all": "1"}).status_code == 200
    reviewing_client.post(default, {"view": ""})
    assert reviewing_client.get(DESK).status_code == 200
    client.force_login(make_user("other", "view_submission", is_staff=True))
    client.post(default, {"view": str(view.public_id)})  # not theirs, nor shared
    assert client.get(DESK).status_code == 200


def test_a_default_that_nobody_shares_any_more_opens_everything(
    client, view, make_user
):
    viewing.share(view, is_shared=True)
    other = make_user("other", "view_submission", is_staff=True)
    viewing.open_with(view, reviewer=other)
    client.force_login(other)
    assert client.get(DESK).status_code == 302
    viewing.share(view, is_shared=False)
    assert client.get(DESK).status_code == 200


def test_a_view_can_be_deleted_even_as_a_default(reviewing_client, view, reviewer):
    viewing.open_with(view, reviewer=reviewer)
    reviewing_client.post(of(view, "delete"))
    assert not HistoryView.objects.exists()
    assert reviewing_client.get(DESK).status_code == 200


@pytest.mark.parametrize(
    ("form", "kind"), [("csv", "text/csv"), ("jsonl", "application/jsonl")]
)
def test_an_export_is_what_the_page_shows(reviewing_client, confirmed, form, kind):
    confirmed()
    other = confirmed({"pair": "USDT_ETH"})
    answer = reviewing_client.post(f"{EXPORT}?pair=USDT_ETH", {"format": form})
    text = answer.getvalue().decode()
    assert answer["Content-Type"].startswith(kind)
    assert f'.{form}"' in answer["Content-Disposition"]
    assert str(other.public_id) in text
    assert text.count("USDT_BTC") == 0
    assert Event.objects.last().details["filters"] == "pair=USDT_ETH"


@pytest.mark.parametrize(
    ("query", "form"), [("since=never", "csv"), ("", "xlsx"), ("state=lost", "jsonl")]
)
def test_an_export_that_can_not_be_is_none(reviewing_client, confirmed, query, form):
    confirmed()
    answer = reviewing_client.post(f"{EXPORT}?{query}", {"format": form}, follow=True)
    assert "Nothing was exported" in text_of(answer)
    assert not Event.objects.filter(record__contains="exported").exists()


def test_only_readers_export_and_nobody_by_a_get(client, trader, reviewing_client):
    assert reviewing_client.get(EXPORT).status_code == 405
    client.force_login(trader)
    assert client.post(EXPORT, {"format": "csv"}).status_code == 403
    assert not Event.objects.exists()
