"""The migrations of drafts, there and back, over rows that were there before."""

from __future__ import annotations

import pytest

BEFORE = "0015_reviewers_may_grant"

pytestmark = pytest.mark.django_db(transaction=True)


def test_each_draft_keeps_what_it_says_as_the_version_that_it_is(migrate, trader):
    drafts = migrate(BEFORE).get_model("trades", "Draft")
    draft = drafts.objects.create(owner_id=trader.pk, typed={"a": "1"}, version=7)
    drafts.objects.bulk_create(
        drafts(owner_id=trader.pk, typed={"n": str(n)}) for n in range(501)
    )
    versions = migrate().get_model("trades", "DraftVersion").objects
    kept = versions.get(draft_id=draft.pk)
    assert (kept.number, kept.typed, kept.is_automatic) == (7, {"a": "1"}, False)
    assert kept.saved_at == draft.updated_at
    assert versions.count() == 502


def test_the_way_back_leaves_the_drafts(migrate, draft, typed):
    drafts = migrate(BEFORE).get_model("trades", "Draft")
    assert drafts.objects.get().typed == typed
    versions = migrate().get_model("trades", "DraftVersion").objects
    assert [(kept.number, kept.typed) for kept in versions.all()] == [(1, typed)]
