"""Columns of our own."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

from trades.domain.numbers import SORTABLE_LENGTH, plain, sortable


class ExactDecimalField(models.CharField):
    """A decimal from 0 on, kept as text that sorts as the numbers do.

    SQLite knows no exact decimals: a ``DecimalField`` becomes a float there.
    """

    def __init__(self, *args, **kwargs) -> None:
        kwargs["max_length"] = SORTABLE_LENGTH
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_length"]
        return name, path, args, kwargs

    def from_db_value(self, value: str | None, *_: object) -> Decimal | None:
        return self.to_python(value)

    def to_python(self, value: object) -> Decimal | None:
        return None if value is None else Decimal(plain(Decimal(str(value))))

    def get_prep_value(self, value: object) -> str | None:
        return None if value is None else sortable(Decimal(str(value)))
