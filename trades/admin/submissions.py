"""All submissions: the admin's list and pages are those of the review desk."""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from trades.admin.readonly import ReadOnly
from trades.models import Submission
from trades.views import history, reviewing


@admin.register(Submission)
class SubmissionAdmin(ReadOnly, admin.ModelAdmin):
    """Read, never edited: a post to any of these addresses is refused."""

    def changelist_view(self, request: HttpRequest, extra_context=None) -> HttpResponse:
        return history.listing(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url="", extra_context=None
    ) -> HttpResponse:
        number = history.number_in(object_id)
        submission = get_object_or_404(Submission, pk=number)
        return reviewing.submission(request, id=submission.public_id)
