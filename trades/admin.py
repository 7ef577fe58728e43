"""The history for reviewers, to be read and searched. Nobody changes it here."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from trades.models import Connection, Event, Submission
from trades.services import history

SEARCH_WORDS_MAX = 20

admin.site.site_header = admin.site.site_title = "SmartTrade UI"
admin.site.index_title = "Review desk"
# The list is wide and the app has few models.
admin.site.enable_nav_sidebar = False


class ReadOnly:
    """What is read, never edited: no add, change or delete, for anyone."""

    actions = None

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    has_change_permission = has_delete_permission = has_add_permission


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


class EventInline(ReadOnly, admin.TabularInline):
    model = Event
    verbose_name_plural = "What happened"
    fields = readonly_fields = ["time", "by", "change", "told"]

    @admin.display(description="Time (UTC)")
    def time(self, event: Event) -> str:
        return f"{event.at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="From and to")
    def change(self, event: Event) -> str:
        entry = history.entry(event)
        return f"{entry.old} → {entry.new}"

    @admin.display(description="Details")
    def told(self, event: Event) -> str:
        return " · ".join(history.entry(event).details)


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, admin.ModelAdmin):
    """All submissions, found by filters and search, each with all that is known."""

    list_display = [
        "confirmed",
        "state",
        "trader",
        "account",
        "mode",
        "trade_type",
        "pair",
        "amount",
        "remote_id",
    ]
    list_display_links = ["confirmed"]
    list_filter = [
        DayFilter,
        "state",
        "mode",
        "trade_type",
        ("trader", admin.RelatedOnlyFieldListFilter),
        ("account", admin.RelatedOnlyFieldListFilter),
        "pair",
    ]
    list_per_page = 50
    show_full_result_count = False
    search_fields = ["=public_id", "=remote_id", "=token", "pair", "note"]
    search_help_text = "By note, pair, or the whole id of the submission or the trade"
    ordering = ["-pk"]
    inlines = [EventInline]
    view_on_site = False  # those pages are the trader's
    fieldsets = [
        (None, {"fields": ["outcome", "why", "said", "public_id", "remote_id"]}),
        ("Who", {"fields": ["owner", "account", "mode", "confirmed", "leaves_by"]}),
        ("What was confirmed", {"fields": ["ticket", "accepted"]}),
        ("Request", {"fields": ["head", "exact_body", "pretty_body", "sha256"]}),
        (
            "Answer",
            {"fields": ["status", "request_id", "duration_ms", "pretty_answer"]},
        ),
    ]

    class Media:
        css = {"all": ["trades/admin.css"]}

    def get_readonly_fields(self, request: HttpRequest, obj=None) -> list[str]:
        return [name for _, part in self.fieldsets for name in part["fields"]]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Submission]:
        return super().get_queryset(request).select_related("trader", "account")

    def get_search_results(self, request: HttpRequest, queryset, search_term: str):
        """Nothing is found by more words than a database takes in one question."""
        if len(search_term.split()) > SEARCH_WORDS_MAX:
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    @admin.display(description="Confirmed (UTC)", ordering="pk")
    def confirmed(self, submission: Submission) -> str:
        return f"{submission.confirmed_at:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="Trader")
    def owner(self, submission: Submission) -> str:
        """Without the link that a field has: a reviewer may not follow it."""
        return submission.trader.get_username()

    @admin.display(description="Amount")
    def amount(self, submission: Submission) -> str:
        return history.amount(submission)

    @admin.display(description="State")
    def outcome(self, submission: Submission) -> str:
        state = history.state_label(submission.state)
        return f"{state}. {history.headline(submission)}"

    @admin.display(description="Reason")
    def why(self, submission: Submission) -> str:
        return history.reason(submission)

    @admin.display(description="3Commas says")
    def said(self, submission: Submission) -> str:
        said = [history.visible(submission.vendor_text), *history.elsewhere(submission)]
        return "; ".join(filter(None, said))

    @admin.display(description="Leaves by (UTC)")
    def leaves_by(self, submission: Submission) -> str:
        return f"{submission.send_by:%Y-%m-%d %H:%M:%S}"

    @admin.display(description="Fields")
    def ticket(self, submission: Submission) -> str:
        fields = history.fields(submission.body, submission.vendor_errors)
        return render_to_string("trades/_fields.html", {"fields": fields})

    @admin.display(description="Accepted warnings")
    def accepted(self, submission: Submission) -> str:
        return "; ".join(submission.ticked)

    @admin.display(description="Headers")
    def head(self, submission: Submission) -> str:
        return _block("\n".join(history.request_head(submission)))

    @admin.display(description="Body, as signed and sent")
    def exact_body(self, submission: Submission) -> str:
        return _block(submission.body)

    @admin.display(description="The same in lines")
    def pretty_body(self, submission: Submission) -> str:
        return _block(history.indented(submission.body))

    @admin.display(description="Body")
    def pretty_answer(self, submission: Submission) -> str:
        if not submission.answer:
            return "There is none."
        return _block(history.visible(history.indented(submission.answer)))


@admin.register(Connection)
class ConnectionAdmin(ReadOnly, admin.ModelAdmin):
    """Which keys there are. Of a key its last four characters, of a secret nothing."""

    list_display = ["name", "owner", "mode", "scheme", "key_end", "created_at"]
    list_filter = ["mode", "scheme"]
    list_select_related = ["owner"]
    fields = [
        "name",
        "owner",
        "mode",
        "scheme",
        "joiner",
        "key_end",
        "public_id",
        "created_at",
    ]
    readonly_fields = fields

    @admin.display(description="API key")
    def key_end(self, connection: Connection) -> str:
        return f"…{connection.api_key[-4:]}"


def _block(text: str) -> str:
    return render_to_string("admin/trades/block.html", {"text": text})
