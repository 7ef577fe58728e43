"""The rule book as a page: a card for each rule, to which every message links."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from trades.services import book


@login_required
@require_safe
def page(request: HttpRequest) -> HttpResponse:
    context = {"groups": book.groups(), "here": "rules"}
    return render(request, "trades/rules.html", context)
