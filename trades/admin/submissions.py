"""All submissions, to be found and read."""

from __future__ import annotations

from datetime import datetime

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string

from trades.admin.filters import DayFilter
from trades.admin.inlines import AlarmInline, EventInline, LookInline
from trades.admin.readonly import ReadOnly
from trades.models import Submission
from trades.services import history, timeline

SEARCH_WORDS_MAX = 20


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
    inlines = [LookInline, AlarmInline, EventInline]
    view_on_site = False  # those pages are the trader's
    fieldsets = [
        (None, {"fields": ["outcome", "why", "said", "public_id", "remote_id"]}),
        (
            "At 3Commas",
            {"fields": ["remote_status", "remote_error", "seen", "next_look"]},
        ),
        ("Who", {"fields": ["owner", "account", "mode", "confirmed", "leaves_by"]}),
        ("What was confirmed", {"fields": ["ticket", "accepted"]}),
        ("Request", {"fields": ["head", "exact_body", "pretty_body", "sha256"]}),
        (
            "Answer",
            {"fields": ["status", "request_id", "duration_ms", "pretty_answer"]},
        ),
    ]

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
        return _time(submission.confirmed_at)

    @admin.display(description="Trader")
    def owner(self, submission: Submission) -> str:
        """Without the link that a field has: a reviewer may not follow it."""
        return submission.trader.get_username()

    @admin.display(description="Amount")
    def amount(self, submission: Submission) -> str:
        return history.amount(submission)

    @admin.display(description="State")
    def outcome(self, submission: Submission) -> str:
        state = timeline.state_label(submission.state)
        return f"{state}. {history.headline(submission)}"

    @admin.display(description="Reason")
    def why(self, submission: Submission) -> str:
        return timeline.reason(submission)

    @admin.display(description="3Commas says")
    def said(self, submission: Submission) -> str:
        said = [history.visible(submission.vendor_text), *history.elsewhere(submission)]
        return "; ".join(filter(None, said))

    @admin.display(description="Seen (UTC)")
    def seen(self, submission: Submission) -> str:
        return _time(submission.remote_seen_at)

    @admin.display(description="Next look (UTC)")
    def next_look(self, submission: Submission) -> str:
        return _time(submission.next_look_at)

    @admin.display(description="Leaves by (UTC)")
    def leaves_by(self, submission: Submission) -> str:
        return _time(submission.send_by)

    @admin.display(description="Fields")
    def ticket(self, submission: Submission) -> str:
        fields = history.fields(submission.body, submission.vendor_errors)
        return render_to_string("trades/_fields.html", {"fields": fields})

    @admin.display(description="Accepted warnings")
    def accepted(self, submission: Submission) -> str:
        return timeline.accepted(submission.ticked)

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


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else ""


def _block(text: str) -> str:
    return render_to_string("admin/trades/block.html", {"text": text})
