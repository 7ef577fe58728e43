"""Goes back to older tables, and forward again."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor


@pytest.fixture
def migrate() -> Iterator[Callable]:
    """Go to a migration, or to the newest, and give the models as they are then."""

    def migrate(name: str = ""):
        executor = MigrationExecutor(connection)
        leaf = executor.loader.graph.leaf_nodes("trades")[0]
        executor.migrate([("trades", name) if name else leaf])
        state = executor.loader.project_state([("trades", name) if name else leaf])
        return state.apps

    yield migrate
    migrate()
