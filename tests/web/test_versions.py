"""What a draft said at each save, and the way back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.pages import text_of, url
from trades.models import Draft
from trades.services import drafts


@pytest.fixture
def saved(draft, typed):
    """Three versions: 0.01, then 0.02, then with another note too."""
    second = typed | {"position.units.value": "0.02"}
    draft = drafts.save(draft, typed=second, version=1)
    return drafts.save(draft, typed=second | {"note": "b"}, version=2, automatic=True)


def at(draft, number: int, name: str = "draft-version") -> str:
    return reverse(name, args=[draft.public_id, number])


def test_each_version_is_listed_with_what_it_changed(signed_in, saved):
    page = signed_in.get(url("versions", saved))
    text = text_of(page)
    assert [f">{n}</a>" in page.content.decode() for n in (1, 2, 3)] == [True] * 3
    assert text.index("automatically 1") < text.index("by hand 1")


def test_a_version_stands_beside_the_draft_as_it_is(signed_in, saved):
    text = text_of(signed_in.get(at(saved, 1)))
    assert "Entry: Amount 0.01 0.02" in text
    assert "Note plan A b" in text
    assert "The draft says the same now." in text_of(signed_in.get(at(saved, 3)))


def test_a_restored_version_is_a_new_one(signed_in, saved, typed):
    answer = signed_in.post(at(saved, 1, "draft-restore"), {"version": "3"})
    assert (answer.status_code, answer.url) == (303, saved.get_absolute_url())
    saved.refresh_from_db()
    assert (saved.version, saved.typed) == (4, typed)


@pytest.mark.parametrize("version", ["2", "", "x", "²", "9" * 5000])
def test_over_a_newer_save_nothing_is_restored(signed_in, saved, version):
    answer = signed_in.post(
        at(saved, 1, "draft-restore"), {"version": version}, follow=True
    )
    assert "Nothing was restored" in text_of(answer)
    saved.refresh_from_db()
    assert saved.version == 3


def test_a_confirmed_draft_is_not_turned_back(signed_in, confirmed):
    draft = confirmed().draft
    answer = signed_in.post(
        at(draft, 1, "draft-restore"), {"version": "1"}, follow=True
    )
    assert "Nothing was restored" in text_of(answer)


def test_somebody_elses_versions_are_not_there(client, stranger, saved):
    client.force_login(stranger)
    assert client.get(url("versions", saved)).status_code == 404
    assert client.get(at(saved, 1)).status_code == 404
    answer = client.post(at(saved, 1, "draft-restore"), {"version": "3"})
    assert answer.status_code == 404
    saved.refresh_from_db()
    assert saved.version == 3


def test_a_save_that_changes_nothing_makes_no_version(draft, typed):
    assert drafts.save(draft, typed=typed, version=1).version == 1
    assert draft.versions.count() == 1


@pytest.mark.parametrize(
    ("sought", "found"),
    [
        ("eth", {"USDT_ETH"}),
        ("PLAN b", {"USDT_SOL"}),
        ("cover", {"USDT_SOL"}),
        ("%", set()),
        ("zzz", set()),
        ("", {"USDT_ETH", "USDT_SOL"}),
    ],
)
def test_drafts_are_found_by_what_stands_in_them(signed_in, make_draft, sought, found):
    make_draft({"pair": "USDT_ETH"})
    make_draft({"pair": "USDT_SOL", "note": "Plan B", "trade_type": "smart_cover"})
    text = text_of(signed_in.get("/trades/", {"q": sought}))
    assert {pair for pair in ("USDT_ETH", "USDT_SOL") if pair in text} == found
    if not found:
        assert "No draft of yours has" in text


def test_a_search_finds_nobody_elses(signed_in, stranger):
    drafts.create(owner=stranger, typed={"pair": "USDT_HIDDEN"})
    assert "USDT_HIDDEN" not in text_of(signed_in.get("/trades/?q=hidden")).replace(
        "q=hidden", ""
    )
    assert Draft.objects.count() == 1
