"""The migrations of drafts, there and back, over rows that were there before."""

from __future__ import annotations

import pytest

BEFORE = "0015_reviewers_may_grant"

pytestmark = pytest.mark.django_db(transaction=True)


def test_drafts_survive_the_way_back_and_are_their_first_versions_again(
    migrate, trader, draft, typed
):
    drafts = migrate(BEFORE).get_model("trades", "Draft")
    assert drafts.objects.get().typed == typed
    changed = drafts.objects.create(owner_id=trader.pk, typed={"a": "1"}, version=7)
    drafts.objects.bulk_create(
        drafts(owner_id=trader.pk, typed={"n": str(n)}) for n in range(501)
    )
    versions = migrate().get_model("trades", "DraftVersion").objects
    first, kept = (versions.get(draft_id=d.pk) for d in (draft, changed))
    assert (first.number, first.typed) == (1, typed)
    assert (kept.number, kept.typed, kept.is_automatic) == (7, {"a": "1"}, False)
    assert kept.saved_at == changed.updated_at
    assert versions.count() == 503
