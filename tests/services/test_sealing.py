"""Exchanging the key that seals secrets: each secret is sealed anew, none is lost."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection as db

from trades.gateway.vault import Secret, open_sealed, seal
from trades.models import Connection
from trades.services import connections, sealing

pytestmark = pytest.mark.django_db

OLD, NEW, OTHER = (letter * 32 for letter in (b"o", b"n", b"x"))
CANARY = "canary-secret-7f31"


@pytest.fixture
def kept(settings, trader: User):
    """Keep a secret that was sealed with the first of these keys."""

    def kept(name: str, *keys: bytes, secret: str = CANARY) -> Connection:
        settings.SEALING_KEYS = list(keys)
        return connections.save_key(
            owner=trader,
            name=name,
            mode=Connection.Mode.SANDBOX,
            scheme="hmac",
            api_key="canary-key-5cd2",
            secret=Secret(secret.encode()),
        )

    return kept


def opened(connection: Connection, *keys: bytes) -> str:
    connection.refresh_from_db()
    sealed, binding = connection.sealed_secret, connection.binding
    return open_sealed(sealed, keys=keys, bound_to=binding).reveal().decode()


def rotate(settings, *keys: bytes) -> str:
    settings.SEALING_KEYS = list(keys)
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    return out.getvalue()


def test_what_the_old_key_sealed_is_sealed_by_the_new_one(kept, settings):
    first, second = kept("first", OLD), kept("second", OLD, secret="other")
    assert rotate(settings, NEW, OLD) == "2 sealed anew, 0 were so already.\n"
    assert (opened(first, NEW), opened(second, NEW)) == (CANARY, "other")


def test_running_it_twice_changes_nothing(kept, settings):
    connection = kept("old", OLD)
    kept("new", NEW)
    assert rotate(settings, NEW, OLD) == "1 sealed anew, 1 were so already.\n"
    connection.refresh_from_db()
    sealed = connection.sealed_secret
    assert rotate(settings, NEW, OLD) == "0 sealed anew, 2 were so already.\n"
    connection.refresh_from_db()
    assert connection.sealed_secret == sealed


def test_what_no_key_opens_is_named_and_stays_as_it_is(kept, settings):
    good, lost = kept("good", OLD), kept("lost", OTHER)
    sealed = lost.sealed_secret
    with pytest.raises(CommandError) as failed:
        rotate(settings, NEW, OLD)
    assert failed.value.returncode == 1
    assert str(failed.value) == "No key opens the secret of: lost of trader."
    lost.refresh_from_db()
    assert lost.sealed_secret == sealed
    assert opened(good, NEW) == CANARY


def test_a_secret_that_was_moved_to_another_row_is_named(kept, settings):
    first, second = kept("first", OLD), kept("second", OLD)
    Connection.objects.filter(pk=second.pk).update(sealed_secret=first.sealed_secret)
    with pytest.raises(CommandError, match="of: second of trader"):
        rotate(settings, NEW, OLD)


def test_what_is_told_holds_no_secret(kept, settings, capsys, caplog):
    for name, key in (("good", OLD), ("lost", OTHER)):
        kept(name, key)
    with caplog.at_level("DEBUG"), pytest.raises(CommandError) as failed:
        rotate(settings, NEW, OLD)
    printed = capsys.readouterr()
    told = str(failed.value) + caplog.text + printed.out + printed.err
    for secret in (CANARY, "canary-key-5cd2", "v1.", NEW.decode(), OLD.decode()):
        assert secret not in told


def test_a_deleted_connection_is_passed_over(kept, settings, trader):
    connections.delete(kept("deleted", OLD), by=trader)
    assert rotate(settings, NEW, OLD) == "0 sealed anew, 0 were so already.\n"


def test_a_secret_that_is_replaced_meanwhile_is_not_lost(kept, settings):
    connection = kept("old", OLD)
    settings.SEALING_KEYS = [NEW, OLD]
    other = Secret(b"replaced")
    anew = seal(other, keys=settings.SEALING_KEYS, bound_to=connection.binding)
    once = Replaces(connection, anew)
    with db.execute_wrapper(once):
        assert sealing.rotate() == sealing.Rotation(renewed=0, first=1, unknown=[])
    assert once.is_done
    assert opened(connection, NEW) == "replaced"


class Replaces:
    """Somebody enters another secret just before the new seal is written."""

    def __init__(self, connection: Connection, sealed: str) -> None:
        self.connection, self.sealed, self.is_done = connection, sealed, False

    def __call__(self, execute, sql, *arguments):
        if not self.is_done and sql.startswith("UPDATE"):
            self.is_done = True
            rows = Connection.objects.filter(pk=self.connection.pk)
            rows.update(sealed_secret=self.sealed)
        return execute(sql, *arguments)
