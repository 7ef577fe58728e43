"""What somebody with write access to the database may do, and the app never does."""

from __future__ import annotations

from django.db import connection

_GUARDS = {
    "sqlite": ("DROP TRIGGER event_no_update", "DROP TRIGGER event_no_delete"),
    "postgresql": (
        "DROP TRIGGER event_no_change ON trades_event",
        "DROP TRIGGER event_no_truncate ON trades_event",
    ),
}


def drop_guards() -> None:
    """From now on the database refuses no change of an event."""
    for statement in _GUARDS[connection.vendor]:
        sql(statement)


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values or None)
