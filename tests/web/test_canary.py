"""A secret goes in through the form; after that it is nowhere to be found."""

from __future__ import annotations

import base64
import io
import logging
from pathlib import Path

import pytest
from django.contrib.admin.sites import site
from django.core import mail
from django.core.management import call_command
from django.db import connection as db
from django.urls import reverse

from trades.models import Account, Connection, Event, Submission
from trades.services import drafts, market, sending, submissions

pytestmark = pytest.mark.django_db(transaction=True)

NEW = reverse("connection-new")


@pytest.fixture
def keys(sandbox):
    """By their scheme, the sandbox's keys: nothing else has their secrets."""
    return {key.scheme: key for key in sandbox.api.keys[:2]}


@pytest.fixture
def canaries(keys) -> list[bytes]:
    """What must be nowhere: the secrets, and each line of the private key."""
    lines = keys["rsa"].secret.splitlines()
    plain = [keys["hmac"].secret, *(line for line in lines if len(line) > 40)]
    raw = [text.encode() for text in plain]
    return [*raw, base64.b64encode(raw[0]), raw[0].hex().encode()]


@pytest.fixture
def added(signed_in, keys):
    """Both keys, entered through the form."""
    for scheme, key in keys.items():
        typed = {"name": f"Canary {scheme}", "mode": "sandbox", "scheme": scheme}
        typed |= {"api_key": key.api_key, "secret": key.secret}
        assert signed_in.post(NEW, typed).status_code == 303
    return list(Connection.objects.filter(name__startswith="Canary").order_by("pk"))


@pytest.fixture
def used(added, typed, trader):
    """The keys tested, and an order sent with each."""
    for number, connection in enumerate(added, 1):
        market.test(connection.pk)
        account = Account.objects.get(connection=connection, remote_id=1001)
        changes = {"account_id": str(account.public_id), "note": f"canary {number}"}
        changes["position.units.value"] = f"0.0{number}"
        draft = drafts.create(owner=trader, typed=typed | changes)
        review = submissions.review(draft)
        ticked = [submissions.tick(w) for w in review.examined.warnings]
        queued = submissions.confirm(
            draft, by=trader, stamp=review.stamp, ticked=ticked
        )
        sending.send(queued.pk)
    assert [s.state for s in Submission.objects.all()] == ["accepted"] * 2
    return added


def found(canaries: list[bytes], where: bytes | str) -> list[bytes]:
    text = where.encode() if isinstance(where, str) else where
    return [canary for canary in canaries if canary in text]


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


def test_no_database_dump_has_it(used, keys, canaries):
    dump = io.StringIO()
    call_command("dumpdata", stdout=dump)
    for where in (dump.getvalue().encode(), raw_database()):
        assert keys["hmac"].api_key.encode() in where  # so this would be found
        assert found(canaries, where) == []
    records = "".join(Event.objects.values_list("record", flat=True))
    assert keys["hmac"].api_key not in records


def test_no_log_has_it_however_much_is_logged(caplog, request, keys, canaries):
    caplog.set_level(logging.DEBUG)
    request.getfixturevalue("used")
    logged = caplog.text + "".join(map(repr, (r.__dict__ for r in caplog.records)))
    assert logged
    assert found(canaries, logged) == []
    for told in ("apikey", "signature", keys["hmac"].api_key, keys["rsa"].api_key):
        assert told not in logged.lower()


def test_no_page_has_it(client, used, canaries, trader, make_user):
    client.force_login(trader)
    own = [reverse("connection-list"), NEW]
    for connection in used:
        for name in ("connection", "connection-key", "connection-delete"):
            own.append(reverse(name, args=[connection.public_id]))
    own += [s.get_absolute_url() for s in Submission.objects.all()]
    pages = [client.get(url) for url in own]
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    pages += [client.get(url) for url in admin_pages()]
    assert len(pages) > 12
    for page in pages:
        assert page.status_code == 200, page
        assert found(canaries, page.content) == []
        for connection in used:
            assert connection.api_key not in page.content.decode()


def admin_pages() -> list[str]:
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


@pytest.fixture
def crash(signed_in, keys, settings):
    """Post both forms of a key where sealing is broken; the answers."""
    signed_in.raise_request_exception = False

    def crash(scheme: str):
        settings.SEALING_KEYS = [b"too short a key"]
        key = keys[scheme]
        typed = {"name": "Crash", "mode": "sandbox", "scheme": scheme}
        typed |= {"api_key": key.api_key, "secret": key.secret}
        return signed_in.post(NEW, typed)

    return crash


@pytest.mark.parametrize("scheme", ["hmac", "rsa"])
def test_no_crash_page_has_it(crash, canaries, settings, scheme):
    answer = crash(scheme)
    assert answer.status_code == 500
    assert found(canaries, answer.content) == []
    settings.DEBUG = True
    answer = crash(scheme)
    page = answer.content.decode()
    assert answer.status_code == 500
    assert "Traceback" in page
    assert "sealing needs a key" in page
    assert "<td>secret</td>" in page.replace(' class="code"', "")
    assert found(canaries, page) == []
    assert "too short a key" not in page


@pytest.mark.parametrize("scheme", ["hmac", "rsa"])
def test_no_report_to_the_admins_has_it(crash, canaries, settings, caplog, scheme):
    settings.ADMINS = [("Ops", "ops@example.org")]
    caplog.set_level(logging.DEBUG)
    assert crash(scheme).status_code == 500
    (report,) = mail.outbox
    assert "sealing needs a key" in report.body
    assert "secret = " in report.body
    assert found(canaries, report.body + str(report.message())) == []
    assert found(canaries, caplog.text) == []
