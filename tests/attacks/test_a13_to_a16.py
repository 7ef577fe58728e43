"""A secret goes in through the form; after that it is nowhere to be found."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings as conf
from django.core import mail
from django.core.management import call_command
from django.db import connection as db
from django.urls import reverse
from django.utils.log import AdminEmailHandler

from tests.attacks.steps import admin_pages, found, work_off
from trades import sender
from trades.models import Event, Submission
from trades.services import market

pytestmark = pytest.mark.django_db

NEW = reverse("connection-new")


def raw_database() -> bytes:
    """Every byte that the database keeps."""
    if db.vendor == "sqlite":
        file = Path(db.settings_dict["NAME"])
        beside = [file.with_name(f"{file.name}-wal")]
        return b"".join(p.read_bytes() for p in [file, *beside] if p.exists())
    with db.cursor() as cursor:
        rows = []
        for table in db.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row for (row,) in cursor.fetchall()]
    return "\n".join(rows).encode()


@pytest.mark.django_db(transaction=True)
def test_a14_neither_a_dump_nor_the_raw_database_has_a_secret(used, keys, canaries):
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump)
    for where in (dump.getvalue().encode(), raw_database()):
        assert keys["hmac"].api_key.encode() in where  # so this would be found
        assert found(canaries, where) == []
    records = "".join(Event.objects.values_list("record", flat=True))
    assert keys["hmac"].api_key not in records


def test_a13_no_page_has_a_secret_that_was_entered(
    client, used, keys, canaries, trader, root
):
    client.force_login(trader)
    secrets = [key.secret for key in keys.values()]
    own = [reverse("connection-list"), NEW]
    for connection in used:
        for name in ("connection", "connection-key", "connection-delete"):
            own.append(reverse(name, args=[connection.public_id]))
    own += [s.get_absolute_url() for s in Submission.objects.all()]
    pages = [client.get(url) for url in own]
    pages += [client.get(json) for json in jsons(used)]
    pages += [refused(client, address, key) for address in own[1:4] for key in secrets]
    client.force_login(root)
    pages += [client.get(url) for url in admin_pages()]
    assert len(pages) > 20
    for page in pages:
        assert page.status_code in (200, 405, 422), page
        assert found(canaries, page.content) == []
        for connection in used:
            assert connection.api_key not in page.content.decode()


def refused(client, address: str, secret: str):
    """The page that gives back what was typed; two of the three take no post."""
    return client.post(address, {"name": "", "api_key": "a b", "secret": secret})


def jsons(connections) -> Iterator[str]:
    for submission in Submission.objects.all():
        yield reverse("draft-export", args=[submission.draft.public_id])
        yield reverse("submission-state", args=[submission.public_id])
    for connection in connections:
        yield reverse("connection-state", args=[connection.public_id])


@pytest.fixture
def reports(settings, caplog) -> Iterator[Callable[[], str]]:
    """All that the log and the admins' mail say, and how it went there.

    Each record is mailed twice, as text and as HTML, with the variables of every frame.
    """
    settings.ADMINS = [("Ops", "ops@example.org")]
    caplog.set_level(logging.DEBUG)
    handler, own = AdminEmailHandler(include_html=True), logging.getLogger("trades")
    web = logging.getLogger("django.request")
    for logger in (own, web):
        logger.addHandler(handler)

    def told() -> str:
        mails = "".join(str(report.message()) for report in mail.outbox)
        bodies = [report.body for report in mail.outbox]
        bodies += [html for report in mail.outbox for html, _ in report.alternatives]
        return "".join([caplog.text, mails, *bodies])

    yield told
    for logger in (own, web):
        logger.removeHandler(handler)


def signing_raises(*args: object, **kwargs: object) -> None:
    raise RuntimeError("signing broke down")


@pytest.fixture
def broken_signing(monkeypatch) -> None:
    """It fails deep in the library, with the key in the variables of its frames."""
    monkeypatch.setattr("trades.gateway.signing.sha256", signing_raises)
    monkeypatch.setattr("trades.gateway.signing.SHA256", signing_raises)


def test_a15_signing_that_breaks_down_in_the_sender_tells_no_secret(
    used, canaries, confirmed, reports, request
):
    queued = [confirmed(), confirmed({"note": "next"})]
    request.getfixturevalue("broken_signing")
    for connection in used:
        assert sender._try(market.test, connection.pk)
    assert sender._try(work_off)
    for submission in queued:
        submission.refresh_from_db()
        assert (submission.state, submission.reason) == ("not_sent", "config")
    assert "RuntimeError" in reports()
    assert found(canaries, reports()) == []


def test_a15_a_secret_in_a_frame_of_the_sender_would_be_found(used, canaries, reports):
    def crash() -> None:
        typed = canaries[0].decode()
        raise RuntimeError(f"{len(typed)} characters")

    assert not sender._try(crash)
    assert found(canaries, reports())


@pytest.mark.parametrize("debug", [False, True], ids=["no DEBUG", "DEBUG"])
def test_a15_signing_that_breaks_down_in_a_page_tells_no_secret(
    client, broken_signing, keys, canaries, trader, reports, settings, debug
):
    settings.DEBUG = debug
    answer = post_key(client, trader, keys["rsa"], NEW)
    assert "signing broke down" in reports()
    assert found(canaries, answer.content) == []
    assert found(canaries, reports()) == []


@pytest.mark.parametrize("debug", [False, True], ids=["no DEBUG", "DEBUG"])
@pytest.mark.parametrize("name", ["connection-new", "connection-key"])
@pytest.mark.parametrize("scheme", ["hmac", "rsa"])
def test_a16_a_form_of_a_key_that_breaks_down_tells_no_secret(
    client, added, keys, canaries, trader, reports, settings, scheme, name, debug
):
    settings.DEBUG = debug
    settings.SEALING_KEYS = [b"too short a key"]
    kept = next(c for c in added if c.scheme == scheme)
    address = reverse(name, args=[kept.public_id] if name == "connection-key" else [])
    answer = post_key(client, trader, keys[scheme], address)
    shown = answer.content.decode()
    assert "sealing needs a key" in reports()
    assert "secret" in reports()  # that it was posted is told
    assert ("Traceback" in shown, "sealing needs a key" in shown) == (debug, debug)
    assert found(canaries, shown + reports()) == []
    for ours in ("too short a key", conf.SECRET_KEY, conf.CHAIN_KEY.hex()):
        assert ours not in shown + reports()


@pytest.mark.parametrize("debug", [False, True], ids=["no DEBUG", "DEBUG"])
def test_a16_a_secret_in_the_clear_is_no_variable_that_is_told(
    client, keys, canaries, trader, reports, settings, monkeypatch, debug
):
    """It breaks down where the text that was typed is being hidden."""
    monkeypatch.setattr("trades.services.connections.Secret", signing_raises)
    settings.DEBUG = debug
    answer = post_key(client, trader, keys["hmac"], NEW)
    assert "in hidden" in reports()
    assert found(canaries, answer.content) == []
    assert found(canaries, reports()) == []


def post_key(client, trader, key, address: str):
    """The form of a key, in which something breaks down."""
    client.force_login(trader)
    client.raise_request_exception = False
    typed = {"name": "Crash", "mode": "sandbox", "scheme": key.scheme}
    typed |= {"api_key": key.api_key, "secret": key.secret}
    answer = client.post(address, typed)
    assert answer.status_code == 500
    return answer
