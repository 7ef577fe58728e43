"""What every fault must leave as it is: one POST at most, the history, the secrets."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Iterable, Iterator

from django.apps import apps
from django.conf import settings

from tests.faults.server import FaultServer
from trades.models import Connection, Event, Submission

Secrets = dict[str, str]  # what it is, by its text
_LEAST = 8  # a shorter piece of text may stand anywhere by chance
# The one place where an API key may stand.
_API_KEY_COLUMN = "trades_connection.api_key"


def assert_posted_at_most_once(server: FaultServer) -> None:
    """No submission was posted twice, none before its C3, and no bytes but its own.

    A retry has the body of what it tries again, so the two together count as one.
    """
    posts = Counter(post.body for post in server.posts if post.is_whole)
    bodies = Submission.objects.filter(retry_of=None).values_list("body", flat=True)
    assert posts <= Counter(body.encode() for body in bodies), (
        "posted twice, or unasked"
    )
    begun = [event for event in Event.objects.all() if event.new == "sending"]
    assert len(server.posts) <= len(begun), "posted without its commit"


def assert_chain_holds() -> None:
    """Nobody has changed what happened."""
    from trades.services import audit

    found = audit.verify()
    assert found.bad is None, found


def assert_no_secret(texts: Iterable[tuple[str, str]], secrets: Secrets) -> None:
    """``texts`` are pairs: where it stands, and what."""
    for where, text in texts:
        for secret, what in secrets.items():
            allowed = what == "API key" and where == _API_KEY_COLUMN
            assert allowed or secret not in text, f"{what} in {where}"


def secrets_of(server: FaultServer) -> Secrets:
    """The keys of the server's book and our own, and each signature that it has seen.

    A text of several lines counts line by line: a log may write their ends otherwise.
    """
    stored = Connection.objects.values_list("api_key", flat=True)
    found = dict.fromkeys(stored, "API key")
    for key in server.api.keys:
        found |= {key.api_key: "API key", key.secret: "API secret"}
    for ours in (*settings.SEALING_KEYS, settings.CHAIN_KEY):
        found[base64.b64encode(ours).decode()] = "one of our own keys"
    found[settings.SECRET_KEY] = "the secret key"
    for seen in (*server.posts, *server.gets):
        found[seen.headers.get("signature", "")] = "a signature"
    return {
        line: what
        for text, what in found.items()
        for line in text.splitlines()
        if len(line) >= _LEAST and not line.startswith("-----")
    }


def columns() -> Iterator[tuple[str, str]]:
    """Every value in the database as text, with its table and column."""
    for model in apps.get_models(include_auto_created=True):
        fields = [field.column for field in model._meta.concrete_fields]
        names = [field.attname for field in model._meta.concrete_fields]
        for row in model._base_manager.values_list(*names):
            for column, value in zip(fields, row, strict=True):
                raw = bytes(value) if isinstance(value, memoryview) else value
                yield f"{model._meta.db_table}.{column}", str(raw)
