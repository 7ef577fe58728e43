"""A trader's connections: the list, a new key, and the health of each."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from trades.forms.connections import JoinerForm, KeyForm, NameForm, NewForm
from trades.models import Account, Connection
from trades.services import connections, facts, health, holds
from trades.services.connections import KeyRefused, NameTaken, StillNeeded
from trades.views.doors import (
    ask_again,
    for_traders,
    freshly,
    is_fresh,
    passive,
    posted_by_traders,
    reload_in,
    see_other,
)
from trades.views.repeats import says_what_came_twice

read_or_post = require_http_methods(["GET", "HEAD", "POST"])
Act = Callable[[HttpRequest, Connection], NameForm | None]

_TAKEN = "You have a connection of this name already."
_RELOAD_S = 2


@for_traders
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    own = _kept(request).order_by("name")
    context = {
        "rows": [_row(connection) for connection in own],
        "granted": health.granted(request.user),
        "here": "connections",
    }
    return render(request, "connections/list.html", context)


@sensitive_post_parameters()
@for_traders
@read_or_post
@says_what_came_twice
def new(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        if not is_fresh(request):
            return ask_again(request.path)
        return _new_page(request, NewForm())
    form = NewForm(request.POST)
    if not is_fresh(request):
        return _new_page(request, form, 403)
    try:
        connection = _added(request, form)
    except KeyRefused as refused:
        form.add_error(refused.field, refused.message)
    except NameTaken:
        form.add_error("name", _TAKEN)
    else:
        if connection is not None:
            facts.want_test(connection)
            messages.success(request, "Added. The key is being tested.")
            return see_other("connection", connection.public_id)
    return _new_page(request, form, 422)


@for_traders
@require_safe
def page(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    return _page(request, _own(request, id))


@passive
@for_traders
@require_safe
@never_cache
def state(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """One line of text, which changes when the page has something new to tell."""
    mark = health.of(_own(request, id)).mark
    return HttpResponse(mark, content_type="text/plain; charset=utf-8")


@sensitive_post_parameters()
@for_traders
@read_or_post
@says_what_came_twice
def key(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    """Another key of the same scheme in place of the one there is."""
    connection = _own(request, id)
    if request.method != "POST":
        if not is_fresh(request):
            return ask_again(request.path)
        return _key_page(request, connection, KeyForm())
    form = KeyForm(request.POST)
    if not is_fresh(request):
        return _key_page(request, connection, form, 403)
    try:
        if _is_replaced(request, connection, form):
            messages.success(request, "Replaced. The new key is being tested.")
            return see_other("connection", id)
    except KeyRefused as refused:
        form.add_error(refused.field, refused.message)
    return _key_page(request, connection, form, 422)


@for_traders
@freshly
@read_or_post
def delete(request: HttpRequest, id: uuid.UUID) -> HttpResponse:
    connection = _own(request, id)
    if request.method == "POST":
        try:
            connections.delete(connection, by=request.user)
        except StillNeeded:
            return _delete_page(request, connection, 409)
        messages.success(
            request, f"{connection.name} is deleted, and so is its secret."
        )
        return see_other("connection-list")
    return _delete_page(request, connection)


@posted_by_traders
@says_what_came_twice
def act(request: HttpRequest, id: uuid.UUID, name: str) -> HttpResponse:
    connection = _own(request, id)
    refused = ACTS[name](request, connection)
    if refused is not None:
        return _page(request, connection, refused, 422)
    return see_other("connection", id)


def _test(request: HttpRequest, connection: Connection) -> None:
    facts.want_test(connection)


def _disable(request: HttpRequest, connection: Connection) -> None:
    connections.disable(connection, by=request.user)
    messages.success(request, "Disabled. Nothing is sent through it.")


def _enable(request: HttpRequest, connection: Connection) -> None:
    connections.enable(connection, by=request.user)
    facts.want_test(connection)
    messages.success(request, "Enabled. The key is being tested.")


def _rename(request: HttpRequest, connection: Connection) -> NameForm | None:
    form = NameForm(request.POST)
    try:
        if form.is_valid():
            name = form.cleaned_data["name"]
            connections.rename(connection, name, by=request.user)
            return None
    except NameTaken:
        form.add_error("name", _TAKEN)
    return form


def _set_joiner(request: HttpRequest, connection: Connection) -> None:
    form = JoinerForm(request.POST)
    if form.is_valid():
        joiner = form.cleaned_data["joiner"]
        connections.set_joiner(connection, joiner, by=request.user)
    else:
        messages.error(request, "Not changed: choose one of the two.")


ACTS: dict[str, Act] = {
    "test": _test,
    "disable": _disable,
    "enable": _enable,
    "rename": _rename,
    "joiner": _set_joiner,
}


def _kept(request: HttpRequest):
    return Connection.objects.filter(owner=request.user, deleted_at=None)


def _own(request: HttpRequest, id: uuid.UUID) -> Connection:
    return get_object_or_404(_kept(request), public_id=id)


def _row(connection: Connection) -> dict[str, object]:
    listed = Account.objects.filter(connection=connection, gone_at=None)
    return {
        "connection": connection,
        "health": health.of(connection),
        "accounts": listed.count(),
    }


def _added(request: HttpRequest, form: NewForm) -> Connection | None:
    """None where the form has errors; the key is looked at in any case."""
    is_valid = form.is_valid()
    told = form.cleaned_data
    if not {"scheme", "api_key"} <= told.keys():
        return None
    secret = connections.hidden(request.POST.get("secret", ""))
    known = {"scheme": told["scheme"], "api_key": told["api_key"], "secret": secret}
    connections.ensure_key(**known)
    if not is_valid:
        return None
    more = {name: told[name] for name in ("name", "mode", "joiner")}
    return connections.save_key(owner=request.user, **known, **more)


def _is_replaced(request: HttpRequest, connection: Connection, form: KeyForm) -> bool:
    if not form.is_valid():
        return False
    api_key = form.cleaned_data["api_key"]
    secret = connections.hidden(request.POST.get("secret", ""))
    connections.ensure_key(scheme=connection.scheme, api_key=api_key, secret=secret)
    connections.replace_key(connection, api_key=api_key, secret=secret, by=request.user)
    return True


def _new_page(request: HttpRequest, form: NewForm, status: int = 200) -> HttpResponse:
    context = {"form": form, "is_fresh": is_fresh(request), "here": "connections"}
    return render(request, "connections/new.html", context, status=status)


def _key_page(
    request: HttpRequest, connection: Connection, form: KeyForm, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "is_fresh": is_fresh(request),
        "connection": connection,
        "here": "connections",
    }
    return render(request, "connections/key.html", context, status=status)


def _delete_page(
    request: HttpRequest, connection: Connection, status: int = 200
) -> HttpResponse:
    context = {
        "connection": connection,
        "unsettled": connections.unsettled(connection).count(),
        "here": "connections",
    }
    return render(request, "connections/delete.html", context, status=status)


def _page(
    request: HttpRequest,
    connection: Connection,
    form: NameForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """``form`` is a name that was refused; then nothing reloads."""
    fares = health.of(connection)
    told = {"name": connection.name}
    context = {
        "connection": connection,
        "health": fares,
        "accounts": health.accounts(connection),
        "silence": holds.silence(),
        "name_form": form or NameForm(initial=told),
        "joiner_form": JoinerForm(initial={"joiner": connection.joiner}),
        "acts": {
            a: reverse(f"connection-{a}", args=[connection.public_id]) for a in ACTS
        },
        "here": "connections",
    }
    if fares.is_testing and form is None:
        context |= {
            "mark": fares.mark,
            "watch": reverse("connection-state", args=[connection.public_id]),
            "refresh": reload_in(_RELOAD_S),
        }
    return render(request, "connections/page.html", context, status=status)
