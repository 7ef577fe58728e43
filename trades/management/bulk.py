"""Rows by the hundred thousand: as quickly as each database takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Max, Model

Row = Sequence[object]


def insert(model: type[Model], rows: Iterable[Row]) -> None:
    """Add rows whose values stand in the order of the model's columns."""
    ready = _ready(model, rows)
    table = model._meta.db_table
    names = ", ".join(f'"{field.column}"' for field in model._meta.concrete_fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(model._meta.concrete_fields))
            into = f"INSERT INTO {table} ({names}) VALUES ({places})"  # noqa: S608
            cursor.executemany(into, ready)


def row_of(model: Model) -> list[object]:
    """A saved or unsaved object as a row."""
    return [getattr(model, f.attname) for f in model._meta.concrete_fields]


def last(model: type[Model]) -> int:
    """The highest primary key that there is."""
    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0


def go_on_counting(*models: type[Model]) -> None:
    """Have the database give the next keys after those that were inserted."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _ready(model: type[Model], rows: Iterable[Row]) -> Iterable[Row]:
    """As the driver takes them; most values are text or numbers already."""
    prepare = [_prepared(field) for field in model._meta.concrete_fields]
    for row in rows:
        yield [f(value) for f, value in zip(prepare, row, strict=True)]


def _prepared(field: Field) -> Callable[[object], object]:
    def prepared(value: object) -> object:
        if value is None or type(value) in (str, int):
            return value
        return field.get_db_prep_save(value, connection)

    return prepared
