"""What attackers and senders do in these tests."""

from __future__ import annotations

from django.apps import apps
from django.contrib.admin.sites import site
from django.contrib.auth.models import User
from django.core import serializers
from django.db.models import Model
from django.urls import reverse

from tests.gateway.servers import Server
from trades.models import Connection, Fact, Submission
from trades.services import market, sending


def work_off() -> None:
    """What a sender would do now."""
    for pk in list(market.due_tests().values_list("pk", flat=True)):
        market.test(pk)
    for pk in list(market.due_facts().values_list("pk", flat=True)):
        market.fetch(pk)
    for pk in list(Submission.objects.values_list("pk", flat=True)):
        sending.send(pk)


def posts(server: Server) -> list[bytes]:
    """What would have placed a trade."""
    return [sent for sent in server.requests if sent.startswith(b"POST ")]


def found(canaries: list[bytes], where: bytes | str) -> list[bytes]:
    text = where.encode() if isinstance(where, str) else where
    return [canary for canary in canaries if canary in text]


def admin_pages() -> list[str]:
    """What a superuser reads, rows of their own included."""
    desk = ("history", "refusals", "replay", "numbers")
    urls = [reverse(f"desk-{name}") for name in desk]
    urls += map(reverse, ("admin:index", "sending", "caps", "approvals"))
    for model in site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        urls.append(reverse(f"{name}_changelist"))
        urls += [
            reverse(f"{name}_change", args=[row.pk]) for row in model.objects.all()
        ]
    return urls


def everything() -> list[Model]:
    """Every row that is ours, and the people."""
    models = apps.get_app_config("trades").get_models()
    return [*User.objects.all(), *(row for m in models for row in m.objects.all())]


def as_it_is() -> str:
    """All rows but the wishes to know a market, which a page that shows it leaves."""
    rows = [row for row in everything() if not isinstance(row, Fact)]
    for row in rows:
        if isinstance(row, Connection):
            row.test_wanted_at = None
    return serializers.serialize("json", rows)
