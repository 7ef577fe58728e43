"""What is listed below a submission: its looks, its alarms and its events."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.http import HttpRequest

from trades.admin.readonly import ReadOnly
from trades.models import Alarm, Event, Look
from trades.services import timeline


class Listed(ReadOnly, admin.TabularInline):
    """Whoever may see a submission may see what is listed below it."""

    def has_view_permission(self, request: HttpRequest, obj=None) -> bool:
        return request.user.has_perm("trades.view_submission")


class LookInline(Listed):
    model = Look
    verbose_name_plural = "Looks at 3Commas"
    fields = readonly_fields = ["time", "clean", "listed", "found", "why"]

    @admin.display(description="Time (UTC)")
    def time(self, look: Look) -> str:
        return _time(look.at)

    @admin.display(description="May be this one")
    def found(self, look: Look) -> str:
        return ", ".join(f"trade {c['id']}" for c in look.candidates) or "none"


class AlarmInline(Listed):
    model = Alarm
    verbose_name_plural = "Alarms"
    fields = readonly_fields = ["raised", "kind", "text", "known"]

    @admin.display(description="Raised (UTC)")
    def raised(self, alarm: Alarm) -> str:
        return _time(alarm.raised_at)

    @admin.display(description="Known to")
    def known(self, alarm: Alarm) -> str:
        if alarm.acknowledged_at is None:
            return "nobody yet"
        return f"{alarm.acknowledged_by} since {_time(alarm.acknowledged_at)}"


class EventInline(Listed):
    model = Event
    verbose_name_plural = "What happened"
    fields = readonly_fields = ["time", "by", "change", "told"]

    @admin.display(description="Time (UTC)")
    def time(self, event: Event) -> str:
        return _time(event.at)

    @admin.display(description="What")
    def change(self, event: Event) -> str:
        return timeline.entry(event).what

    @admin.display(description="Details")
    def told(self, event: Event) -> str:
        return " · ".join(timeline.entry(event).details)


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"
