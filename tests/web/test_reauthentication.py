"""Keys and sending take a password or a code that was given lately."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from tests.conftest import PASSWORD
from tests.web.factors import CODE, Phone, grow_old, log_in
from tests.web.pages import text_of
from trades.models import Approval, Connection, Gate, Pause
from trades.services import stops

pytestmark = pytest.mark.django_db
AGAIN = "/accounts/again/"
AGAIN_BY_CODE = "/accounts/again/code/"
NEW = reverse("connection-new")
CANARY = "canary-secret-7f31"


@pytest.fixture
def old(signed_in, settings):
    """A trader whose log-in was too long ago."""
    grow_old(signed_in, authenticated_at=settings.REAUTHENTICATE_S)
    return signed_in


@pytest.fixture
def old_admin(client, admin, settings):
    admin.user_permissions.add(Permission.objects.get(codename="approve_order"))
    client.force_login(admin)
    grow_old(client, authenticated_at=settings.REAUTHENTICATE_S)
    return client


def asks_again(answer, back: str) -> bool:
    """Whether it leads to the question, and from there to ``back``."""
    url = urlsplit(answer["Location"])
    assert answer.status_code == 303
    return (url.path, parse_qs(url.query)) == (AGAIN, {"next": [back]})


def key(connection) -> str:
    return reverse("connection-key", args=[connection.public_id])


def delete(connection) -> str:
    return reverse("connection-delete", args=[connection.public_id])


def test_the_limit_is_counted_from_the_log_in(signed_in, settings):
    grow_old(signed_in, authenticated_at=settings.REAUTHENTICATE_S - 5)
    assert signed_in.get(NEW).status_code == 200
    grow_old(signed_in, authenticated_at=5)
    assert asks_again(signed_in.get(NEW), NEW)


def test_the_pages_of_keys_ask_first(old, connection):
    for page in (NEW, key(connection), delete(connection)):
        assert asks_again(old.get(page), page)


def test_reading_asks_nothing(old, connection, draft):
    pages = (
        *(reverse("connection", args=[connection.public_id]), "/connections/"),
        *(draft.get_absolute_url(), reverse("draft-review", args=[draft.public_id])),
    )
    assert {old.get(page).status_code for page in pages} == {200}


def test_a_new_key_that_comes_late_keeps_what_was_typed_but_the_secret(old):
    typed = {"name": "Mine", "mode": "sandbox", "scheme": "hmac"}
    page = old.post(NEW, typed | {"api_key": "a1b2c3d4", "secret": CANARY})
    text = page.content.decode()
    assert page.status_code == 403
    assert "say again who you are" in text_of(page)
    assert f'href="{AGAIN}?next=/connections/" target="_blank"' in text
    assert 'value="Mine"' in text
    assert 'value="a1b2c3d4"' in text
    assert CANARY not in text
    assert not Connection.objects.exists()
    # Nor does it lie anywhere until the password is there.
    assert CANARY not in repr(dict(old.session))
    assert old.post(AGAIN, {"password": PASSWORD, "next": NEW}).url == NEW
    assert not Connection.objects.exists()
    old.post(NEW, typed | {"api_key": "a1b2c3d4", "secret": CANARY})
    assert Connection.objects.get().name == "Mine"


def test_another_key_that_comes_late_changes_nothing(old, connection):
    page = old.post(key(connection), {"api_key": "a1b2c3d4", "secret": CANARY})
    assert page.status_code == 403
    assert 'value="a1b2c3d4"' in page.content.decode()
    assert CANARY not in page.content.decode()
    kept = Connection.objects.get()
    assert kept.api_key == connection.api_key
    assert kept.sealed_secret == connection.sealed_secret


def test_a_deletion_that_comes_late_is_asked_for_again(old, connection):
    assert asks_again(old.post(delete(connection)), delete(connection))
    assert Connection.objects.get().deleted_at is None


def test_somebody_elses_key_is_not_there_however_old_the_log_in(
    client, stranger, connection, settings
):
    client.force_login(stranger)
    assert client.post(key(connection), {}).status_code == 404


@pytest.fixture
def asked(trader, draft, account) -> Approval:
    now = timezone.now()
    return Approval.objects.create(
        **{"draft": draft, "version": 1, "account": account, "asked_by": trader},
        **{"body": "{}", "sha256": "0" * 64, "token": "t" * 10, "sentence": "Buy."},
        valid_until=now + timedelta(minutes=30),
    )


def test_an_order_is_not_approved_with_an_old_log_in(old_admin, asked):
    address = reverse("approval-approve", args=[asked.pk])
    assert asks_again(old_admin.post(address), reverse("approvals"))
    asked.refresh_from_db()
    assert asked.decided_at is None


def test_sending_is_not_resumed_with_an_old_log_in(old_admin, admin):
    stops.pause(by=admin, why="tea")
    stop = Pause.objects.get()
    address = reverse("sending-resume", args=[stop.pk])
    assert asks_again(old_admin.post(address), reverse("sending"))
    stop.refresh_from_db()
    assert stop.lifted_at is None


def test_the_gate_is_not_opened_with_an_old_log_in(old_admin):
    Gate.objects.create(scope=Gate.ADDRESS, blocked_until=1, needs_admin=True)
    address = reverse("sending-open")
    assert asks_again(old_admin.post(address), reverse("sending"))
    assert Gate.objects.get().needs_admin
    old_admin.post(AGAIN, {"password": PASSWORD})
    old_admin.post(address)
    assert not Gate.objects.get().needs_admin


def test_stopping_needs_no_fresh_log_in(old_admin):
    old_admin.post(reverse("sending-pause"), {"scope": "everything", "why": "fire"})
    assert Pause.objects.exists()


@pytest.mark.parametrize(
    "path",
    [
        *("second-factor/set-up/", "second-factor/switch-off/"),
        *("recovery-codes/", "recovery-codes/new/"),
    ],
)
def test_the_second_factor_asks_too(old, trader, path):
    Phone(trader)
    address = f"/accounts/{path}"
    assert asks_again(old.get(address), address)
    assert asks_again(old.post(address, {"code": "000000"}), address)
    assert "account_reauthentication_state" not in old.session


def test_a_wrong_password_is_told_and_leads_nowhere(old):
    page = old.post(AGAIN, {"password": "wrong", "next": NEW})
    assert "This is not your password" in text_of(page)
    assert f'name="next" value="{NEW}"' in page.content.decode()
    assert asks_again(old.get(NEW), NEW)


def test_a_code_will_do(old, trader):
    phone = Phone(trader)
    assert AGAIN_BY_CODE in old.get(f"{AGAIN}?next={NEW}").content.decode()
    assert old.post(AGAIN_BY_CODE, {"code": "000000"}).status_code == 200
    answer = old.post(AGAIN_BY_CODE, {"code": phone.code(), "next": NEW})
    assert answer.url == NEW
    assert old.get(NEW).status_code == 200


def test_the_code_of_the_log_in_will_not_do_again(client, trader, settings):
    phone = Phone(trader)
    code = phone.code()
    log_in(client, "trader")
    client.post(CODE, {"code": code})
    grow_old(client, authenticated_at=settings.REAUTHENTICATE_S)
    assert client.post(AGAIN_BY_CODE, {"code": code}).status_code == 200
    assert asks_again(client.get(NEW), NEW)


def test_passwords_are_guessed_ten_times_here_too(old):
    pages = [text_of(old.post(AGAIN, {"password": "wrong"})) for _ in range(12)]
    assert sum("This is not your password" in page for page in pages) == 10
    assert old.post(AGAIN, {"password": PASSWORD}).status_code in (200, 429)
    assert asks_again(old.get(NEW), NEW)


@pytest.mark.parametrize("where", ["//evil.example", "https:evil", "/\\evil.example"])
def test_it_leads_nowhere_else(old, where):
    answer = old.post(AGAIN, {"password": PASSWORD, "next": where})
    assert answer.url == "/"


def test_who_was_asked_again_goes_on_under_another_session_id(client, trader):
    log_in(client, "trader")
    old_id = client.session.session_key
    listed = UserSession.objects.get(session_key=old_id)
    assert client.post(AGAIN, {"password": PASSWORD}).status_code == 302
    assert client.session.session_key != old_id
    assert not Session.objects.filter(session_key=old_id).exists()
    listed.refresh_from_db()
    assert listed.session_key == client.session.session_key
