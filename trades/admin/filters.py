"""How the list of submissions is narrowed down."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest


class DayFilter(admin.SimpleListFilter):
    """Exactly one day, by UTC; what is no day finds nothing."""

    title = "day (UTC)"
    parameter_name = "day"
    template = "admin/trades/day_filter.html"

    def lookups(self, request, model_admin) -> list[tuple[str, str]]:
        return [("", "Any day")]

    def choices(self, changelist) -> Iterator[dict[str, object]]:
        """The day, and what else is filtered by, to be kept."""
        kept = changelist.get_filters_params()
        kept = {n: text for n, texts in kept.items() for text in texts[-1:]}
        if changelist.query:
            kept["q"] = changelist.query
        kept.pop(self.parameter_name, None)
        yield {
            "day": self.value() or "",
            "kept": kept.items(),
            "without": changelist.get_query_string(remove=[self.parameter_name]),
        }

    def queryset(self, request: HttpRequest, rows: QuerySet) -> QuerySet:
        if not self.value():
            return rows
        try:
            day = date.fromisoformat(self.value())
            begin = datetime.combine(day, time(), tzinfo=UTC)
            end = begin + timedelta(days=1)
        except (ValueError, OverflowError):
            return rows.none()
        return rows.filter(confirmed_at__gte=begin, confirmed_at__lt=end)
