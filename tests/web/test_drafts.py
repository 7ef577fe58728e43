"""Drafts from new to confirmed: whose they are, what is kept, and what is said."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.browsing import Page
from tests.web.pages import url
from trades.forms.names import data_of
from trades.models import Draft
from trades.services import drafts

NEW = "/trades/new/"


@pytest.fixture
def typed(typed):
    """As the form leaves it: with every switch, also those that are off."""
    return typed | {"position.conditional.trailing.enabled": "false"}


def post(client, where, typed, **more):
    return client.post(where, data_of(typed) | more)


def test_a_new_draft_keeps_exactly_what_was_typed(signed_in, trader, typed):
    response = post(signed_in, NEW, typed | {"pair": " usdt_btc "}, action="save")
    draft = Draft.objects.get(owner=trader)
    assert draft.typed == typed | {"pair": " usdt_btc "}
    assert (response.status_code, response.url) == (303, url("edit", draft))


def test_the_saved_draft_says_so_once(signed_in, typed):
    saved = signed_in.post(NEW, data_of(typed), follow=True)
    assert "Draft saved." in saved.content.decode()
    assert "Draft saved." not in signed_in.get(saved.request["PATH_INFO"])


def test_a_wrong_ticket_is_saved_all_the_same_and_shows_what_is_wrong(signed_in, typed):
    saved = signed_in.post(
        NEW, data_of(typed | {"position.units.value": "NaN"}), follow=True
    )
    page = Page(saved)
    assert page.form["position__units__value"] == "NaN"
    assert "any-number" in page.message_of("position__units__value")


def test_review_goes_on_where_nothing_is_wrong(signed_in, draft, typed):
    response = post(signed_in, url("edit", draft), typed, version="1", action="review")
    assert (response.status_code, response.url) == (303, url("review", draft))


def test_review_comes_back_to_a_focused_summary_where_something_is_wrong(
    signed_in, draft, typed
):
    response = post(
        signed_in,
        url("edit", draft),
        typed | {"pair": ""},
        version="1",
        action="review",
    )
    assert response.status_code == 303
    assert response.url.startswith(url("edit", draft))
    again = signed_in.get(response.url).content.decode()
    assert "data-focus" in again
    assert 'href="#id_pair"' in again


def test_opening_a_wrong_draft_moves_no_focus(signed_in, make_draft):
    page = signed_in.get(url("edit", make_draft({"pair": ""})))
    assert "data-focus" not in page.content.decode()


def test_another_pages_save_is_not_overwritten_unasked(signed_in, draft, typed):
    drafts.save(draft, typed=typed | {"pair": "USDT_ETH"}, version=1)
    mine = typed | {"pair": "USDT_SOL", "note": "mine"}
    response = post(signed_in, url("edit", draft), mine, version="1")
    assert response.status_code == 409
    page, text = Page(response), response.content.decode()
    assert page.form["pair"] == "USDT_SOL"
    assert page.form["note"] == "mine"
    assert all(word in text for word in ("USDT_ETH", "Note", "plan A"))
    draft.refresh_from_db()
    assert draft.typed["pair"] == "USDT_ETH"


def test_saving_again_after_that_overwrites(signed_in, draft, typed):
    drafts.save(draft, typed=typed | {"pair": "USDT_ETH"}, version=1)
    mine = typed | {"pair": "USDT_SOL"}
    refused = Page(post(signed_in, url("edit", draft), mine, version="1"))
    assert signed_in.post(url("edit", draft), refused.form).status_code == 303
    draft.refresh_from_db()
    assert draft.typed == mine


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000, "1.0"])
def test_a_forged_version_overwrites_nothing(signed_in, draft, typed, version):
    mine = typed | {"pair": "USDT_SOL"}
    response = post(signed_in, url("edit", draft), mine, version=version)
    assert response.status_code == 409
    draft.refresh_from_db()
    assert draft.typed == typed


def test_a_confirmed_draft_shows_its_submission(signed_in, confirmed):
    submission = confirmed()
    response = signed_in.get(url("edit", submission.draft))
    assert response.status_code == 302
    assert response.url == reverse("submission", args=[submission.public_id])


def test_a_confirmed_draft_is_not_changed_and_what_was_typed_can_be_kept(
    signed_in, confirmed, typed
):
    draft = confirmed().draft
    mine = typed | {"pair": "USDT_SOL"}
    response = post(signed_in, url("edit", draft), mine, version="1")
    text = response.content.decode()
    assert response.status_code == 409
    assert reverse("submission", args=[draft.live.public_id]) in text
    assert f'action="{NEW}"' in text
    draft.refresh_from_db()
    assert draft.typed == typed
    assert signed_in.post(NEW, Page(response).form).status_code == 303
    assert Draft.objects.first().typed == mine


def test_a_copy_is_a_draft_of_its_own(signed_in, draft):
    response = signed_in.post(url("clone", draft))
    copy = Draft.objects.exclude(pk=draft.pk).get()
    assert (response.status_code, response.url) == (303, url("edit", copy))
    assert copy.typed == draft.typed


def test_looking_changes_nothing(signed_in, draft):
    assert signed_in.get(url("clone", draft)).status_code == 405
    for where in (NEW, "/trades/", url("edit", draft)):
        assert signed_in.get(where).status_code == 200
    assert list(Draft.objects.values_list("version", flat=True)) == [1]


@pytest.mark.parametrize("name", ["edit", "clone"])
def test_somebody_elses_draft_is_not_there(client, stranger, draft, name):
    client.force_login(stranger)
    assert client.post(url(name, draft), data_of(draft.typed)).status_code == 404
    assert Draft.objects.count() == 1
    if name == "edit":
        assert client.get(url(name, draft)).status_code == 404


@pytest.mark.parametrize("where", ["/trades/", NEW, "edit", "clone"])
def test_only_traders_come_in(client, reviewer, draft, where):
    where = where if where.startswith("/") else url(where, draft)
    assert client.post(where).url.startswith("/accounts/login/")
    client.force_login(reviewer)
    assert client.post(where).status_code == 403
    assert client.get(where).status_code in (403, 405)


def test_who_logs_in_in_front_of_a_post_comes_out_at_the_first_page(client, draft):
    assert client.post(url("clone", draft)).url == "/accounts/login/"
    assert client.get("/accounts/login/").status_code == 200


def test_the_first_page_depends_on_who_comes(client, trader, reviewer, make_user):
    assert client.get("/").url == "/accounts/login/?next=/"
    client.force_login(trader)
    assert client.get("/").url == "/trades/"
    client.force_login(reviewer)
    assert client.get("/").url == "/desk/"
    client.force_login(make_user("clerk", is_staff=True))
    assert client.get("/").url == "/admin/"
    client.force_login(make_user("nobody"))
    refused = client.get("/")
    assert refused.status_code == 403
    assert "May send trades" in refused.content.decode()


def test_the_list_holds_ones_own_drafts_the_newest_first(
    signed_in, make_draft, stranger
):
    make_draft({"pair": "USDT_OLD"})
    make_draft({"pair": "USDT_NEW", "position.units.value": "1e5"})
    drafts.create(owner=stranger, typed={"pair": "USDT_HIDDEN"})
    text = signed_in.get("/trades/").content.decode()
    assert text.index("USDT_NEW") < text.index("USDT_OLD")
    assert "1e5" in text
    assert "USDT_HIDDEN" not in text


def test_the_list_links_a_locked_draft_to_its_submission(signed_in, confirmed):
    submission = confirmed()
    text = signed_in.get("/trades/").content.decode()
    assert submission.get_absolute_url() in text
    assert "Queued" in text


def test_the_list_is_cut_into_pages_at_the_same_cost(
    signed_in, trader, django_assert_max_num_queries
):
    for number in range(51):
        drafts.create(owner=trader, typed={"pair": f"USDT_{number}"})
    signed_in.get("/trades/")  # the first page writes the session down
    with django_assert_max_num_queries(12):
        first = signed_in.get("/trades/").content.decode()
    assert first.count("<tr>") == 51  # with the heading
    assert "USDT_0<" in signed_in.get("/trades/?page=2").content.decode()
    assert signed_in.get("/trades/?page=zzz").status_code == 200


def test_an_empty_list_says_how_to_begin(signed_in):
    text = signed_in.get("/trades/").content.decode()
    assert "No drafts yet" in text
    assert NEW in text


@pytest.mark.parametrize("mode", ["paper", "real"])
def test_the_header_names_the_gravest_mode(signed_in, connection, make_user, mode):
    assert "mode-sandbox" in signed_in.get("/trades/").content.decode()
    connection.pk, connection.name, connection.mode = None, "Second", mode
    connection.public_id = "00000000-0000-4000-8000-000000000000"
    connection.save()
    assert f"mode-{mode}" in signed_in.get("/trades/").content.decode()
