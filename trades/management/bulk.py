"""Rows by the hundred thousand: as quickly as each database takes them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime

from django.core.management.color import no_style
from django.db import connection
from django.db.models import Field, Max, Model

Row = Sequence[object]


def insert(model: type[Model], names: Sequence[str], rows: Iterable[Row]) -> None:
    """Add rows; ``names``: their columns. Text goes in as it is, JSON and times too."""
    fields = [model._meta.get_field(name) for name in names]
    ready = _ready(fields, rows)
    table = model._meta.db_table
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in ready:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(fields))
            into = f"INSERT INTO {table} ({columns}) VALUES ({places})"  # noqa: S608
            cursor.executemany(into, ready)


def insert_all(models: Sequence[Model]) -> None:
    """Add unsaved objects of one kind, their keys included."""
    fields = models[0]._meta.concrete_fields
    rows = ([getattr(model, f.attname) for f in fields] for model in models)
    insert(type(models[0]), [field.name for field in fields], rows)


def text_of(moment: datetime) -> str:
    """A time by UTC as both databases read it, written once for many rows."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"


def last(model: type[Model]) -> int:
    """The highest primary key that there is."""
    return model._base_manager.aggregate(last=Max("pk"))["last"] or 0


def go_on_counting(*models: type[Model]) -> None:
    """Have the database give the next keys after those that were inserted."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)


def _ready(fields: Sequence[Field], rows: Iterable[Row]) -> Iterable[Row]:
    """As the driver takes them; most values are text or numbers already."""
    prepare = [_prepared(field) for field in fields]
    for row in rows:
        yield [f(value) for f, value in zip(prepare, row, strict=True)]


def _prepared(field: Field) -> Callable[[object], object]:
    def prepared(value: object) -> object:
        if value is None or type(value) in (str, int):
            return value
        return field.get_db_prep_save(value, connection)

    return prepared
