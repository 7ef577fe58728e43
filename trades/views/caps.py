"""The page on which caps are set and lifted, and approval is asked for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from trades.forms.scopes import CapForm
from trades.models import Cap
from trades.services import caps, scopes
from trades.views.doors import for_staff, posted_by_staff, see_other
from trades.views.repeats import says_what_came_twice

SET_CAP = "trades.set_cap"


@for_staff(SET_CAP)
def listing(request: HttpRequest) -> HttpResponse:
    return _page(request, _form())


@posted_by_staff(SET_CAP)
@says_what_came_twice
def set_cap(request: HttpRequest) -> HttpResponse:
    form = _form(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    told = {name: form.cleaned_data[name] for name in ("kind", "amount", "currency")}
    cap = caps.set_cap(by=request.user, **told, **form.chosen)
    messages.success(request, f"Set for {scopes.named(cap)}.")
    return see_other("caps")


@posted_by_staff(SET_CAP)
def lift(request: HttpRequest, number: int) -> HttpResponse:
    cap = get_object_or_404(Cap, pk=number)
    if not caps.lift_cap(cap, by=request.user):
        messages.warning(request, "Nothing was lifted: somebody was quicker.")
    return see_other("caps")


def _page(request: HttpRequest, form: CapForm, *, status: int = 200) -> HttpResponse:
    in_force = caps.in_force_of().select_related("account__connection__owner", "trader")
    rows = [
        {
            "cap": cap,
            "scope": scopes.named(cap),
            "amount": caps.money(cap.amount, cap.currency),
        }
        for cap in in_force
    ]
    context = {"rows": rows, "form": form, "here": "caps"}
    return render(request, "desk/caps.html", context, status=status)


def _form(data: object = None) -> CapForm:
    offered = scopes.offered("trader", "account")
    kinds = Cap.Kind.choices
    return CapForm(data, kinds=kinds, offered=offered, label=scopes.label)
