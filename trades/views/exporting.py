"""The history as a file to take away."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from trades.services import exporting, searching
from trades.services.exporting import CSV, JSON_LINES
from trades.views.doors import posted_by_readers, see_other, with_query
from trades.views.history import filters_of

_TYPES = {CSV: "text/csv; charset=utf-8", JSON_LINES: "application/jsonl"}


@posted_by_readers
def export(request: HttpRequest) -> HttpResponseBase:
    """All that the address's filters leave, in the form of the button pressed."""
    form, kind = filters_of(request.GET.dict()), request.POST.get("format", CSV)
    if not form.is_valid() or kind not in _TYPES:
        messages.error(request, "Nothing was exported, because a filter can't be read.")
        return see_other(with_query(reverse("desk-history"), request.GET.urlencode()))
    rows = searching.found(form.cleaned_data)
    made = exporting.export(rows, form=kind, filters=form.address, by=request.user)
    response = StreamingHttpResponse(made.pieces, content_type=_TYPES[kind])
    name = f"history-{timezone.now():%Y%m%d-%H%M%S}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
