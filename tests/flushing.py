"""Empties the tables after a test that committed, whatever triggers guard them.

History refuses to be deleted by the database itself, and ``flush`` is how Django
clears up after such a test. So triggers are off while it works, and only then. The
groups that migrations made are put back: other tests may follow in the same process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache as cache_once

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.cache import cache
from django.core.management import get_commands
from django.core.management.commands import flush
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper

FROM_THE_START = ("Traders", "Reviewers")


@pytest.fixture(scope="session", autouse=True)
def flush_passes_triggers() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(get_commands(), "flush", Flush())
        yield


class Flush(flush.Command):
    def handle(self, **options: object) -> None:
        groups = groups_with_permissions()
        with triggers_off(connections[options["database"]]):
            super().handle(**options)
            cache.clear()  # a table of no model: who has tried to log in
            put_back(groups)


@cache_once
def groups_with_permissions() -> dict[str, list[str]]:
    """As they were before the first test that committed was cleared up after."""
    groups = Group.objects.filter(name__in=FROM_THE_START)
    return {
        group.name: list(group.permissions.values_list("codename", flat=True))
        for group in groups
    }


def put_back(groups: dict[str, list[str]]) -> None:
    for name, codenames in groups.items():
        permissions = Permission.objects.filter(codename__in=codenames)
        Group.objects.create(name=name).permissions.set(permissions)


@contextmanager
def triggers_off(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Take every trigger away and put it back just as it was, in one commit."""
    with transaction.atomic(connection.alias), connection.cursor() as cursor:
        undo = _TAKE_AWAY[connection.vendor](cursor)
        yield
        for statement in undo:
            cursor.execute(statement)


def _drop(cursor: CursorWrapper) -> list[str]:
    cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = cursor.fetchall()
    for name, _ in triggers:
        cursor.execute(f'DROP TRIGGER "{name}"')
    return [made for _, made in triggers]


_AS_IT_WAS = {
    "O": "ENABLE",
    "A": "ENABLE ALWAYS",
    "R": "ENABLE REPLICA",
    "D": "DISABLE",
}


def _disable(cursor: CursorWrapper) -> list[str]:
    cursor.execute(
        "SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled::text "
        "FROM pg_trigger WHERE NOT tgisinternal"
    )
    triggers = cursor.fetchall()
    for table, name, _ in triggers:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    return [
        f"ALTER TABLE {table} {_AS_IT_WAS[state]} TRIGGER {name}"
        for table, name, state in triggers
    ]


_TAKE_AWAY: dict[str, Callable[[CursorWrapper], list[str]]] = {
    "sqlite": _drop,
    "postgresql": _disable,
}
