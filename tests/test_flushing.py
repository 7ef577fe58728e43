"""What follows a test that committed: nothing is left, and all guards are back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import DatabaseError, connection

MAKE = {
    "sqlite": [
        "CREATE TRIGGER kept BEFORE DELETE ON auth_group "
        "BEGIN SELECT RAISE(ABORT, 'kept'); END"
    ],
    "postgresql": [
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql "
        "AS $$ BEGIN RAISE 'kept'; END $$",
        "CREATE TRIGGER kept BEFORE DELETE ON auth_group "
        "FOR EACH ROW EXECUTE FUNCTION refuse()",
        "CREATE TRIGGER kept_whole BEFORE TRUNCATE ON auth_group "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse()",
        "ALTER TABLE auth_group ENABLE ALWAYS TRIGGER kept",
    ],
}
DROP = {
    "sqlite": ["DROP TRIGGER kept"],
    "postgresql": ["DROP FUNCTION refuse() CASCADE"],
}
LOOK = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": "SELECT tgname, tgenabled FROM pg_trigger WHERE NOT tgisinternal",
}


@pytest.fixture
def kept_groups(transactional_db) -> Iterator[None]:
    """The database refuses to delete a group."""
    execute(*MAKE[connection.vendor])
    yield
    execute(*DROP[connection.vendor])


def execute(*statements: str) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def triggers() -> set[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(LOOK[connection.vendor])
        return set(cursor.fetchall())


@pytest.mark.django_db(transaction=True)
def test_rows_that_refuse_to_be_deleted_are_flushed_and_then_refuse_again(kept_groups):
    Group.objects.create(name="first")
    before = triggers()
    call_command("flush", interactive=False, verbosity=0)
    assert not Group.objects.filter(name="first").exists()
    assert triggers() == before
    Group.objects.create(name="second")
    with pytest.raises(DatabaseError, match="kept"):
        Group.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_groups_that_migrations_made_are_put_back_with_their_permissions():
    before = permissions_of_groups()
    assert ("Traders", "send_trade") in before
    call_command("flush", interactive=False, verbosity=0)
    assert permissions_of_groups() == before


def permissions_of_groups() -> set[tuple[str, str]]:
    return set(Group.objects.values_list("name", "permissions__codename"))
