"""The migrations of drafts, there and back, over rows that were there before."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

BEFORE = "0015_reviewers_may_grant"

pytestmark = pytest.mark.django_db(transaction=True)


def newest() -> str:
    leaves = MigrationExecutor(connection).loader.graph.leaf_nodes("trades")
    return leaves[0][1]


@pytest.fixture
def migrate() -> Iterator[Callable]:
    """Go to a migration, and give the models as they were then."""

    def migrate(name: str):
        executor = MigrationExecutor(connection)
        executor.migrate([("trades", name)])
        return executor.loader.project_state([("trades", name)]).apps

    yield migrate
    migrate(newest())


def test_each_draft_keeps_what_it_says_as_the_version_that_it_is(migrate, trader):
    drafts = migrate(BEFORE).get_model("trades", "Draft")
    draft = drafts.objects.create(owner_id=trader.pk, typed={"a": "1"}, version=7)
    drafts.objects.bulk_create(
        drafts(owner_id=trader.pk, typed={"n": str(n)}) for n in range(501)
    )
    versions = migrate(newest()).get_model("trades", "DraftVersion").objects
    kept = versions.get(draft_id=draft.pk)
    assert (kept.number, kept.typed, kept.is_automatic) == (7, {"a": "1"}, False)
    assert kept.saved_at == draft.updated_at
    assert versions.count() == 502


def test_the_way_back_leaves_the_drafts(migrate, draft, typed):
    drafts = migrate(BEFORE).get_model("trades", "Draft")
    assert drafts.objects.get().typed == typed
    versions = migrate(newest()).get_model("trades", "DraftVersion").objects
    assert [(kept.number, kept.typed) for kept in versions.all()] == [(1, typed)]
