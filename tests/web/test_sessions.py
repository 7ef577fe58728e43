"""How long a session lasts, what uses it, and who ends it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD
from tests.web.factors import HOME, grow_old, is_in, log_in
from trades.forms.names import data_of

pytestmark = pytest.mark.django_db
SESSIONS = "/accounts/sessions/"
END = "/accounts/sessions/end/"


@pytest.fixture
def other(trader) -> Client:
    """The trader at another browser."""
    other = Client(headers={"user-agent": "Netscape 4"})
    log_in(other, "trader", REMOTE_ADDR="192.0.2.7")
    return other


def test_a_session_that_nobody_uses_ends(signed_in, settings):
    grow_old(signed_in, seen_at=settings.IDLE_S - 5)
    assert signed_in.get(HOME).status_code == 200
    grow_old(signed_in, seen_at=settings.IDLE_S)
    assert signed_in.get(HOME).url == f"/accounts/login/?next={HOME}"
    assert not is_in(signed_in)


def test_a_session_ends_however_much_it_is_used(signed_in, settings):
    grow_old(signed_in, begun_at=settings.SESSION_S - 5)
    assert signed_in.get(HOME).status_code == 200
    grow_old(signed_in, begun_at=5)
    assert not is_in(signed_in)


def test_a_session_from_before_there_were_limits_is_over(signed_in):
    session = signed_in.session
    del session["begun_at"], session["seen_at"]
    session.save()
    assert not is_in(signed_in)


def test_use_is_written_down_once_a_minute(signed_in):
    grow_old(signed_in, seen_at=50)
    seen = signed_in.session["seen_at"]
    signed_in.get(HOME)
    assert signed_in.session["seen_at"] == seen
    grow_old(signed_in, seen_at=15)
    signed_in.get(HOME)
    assert signed_in.session["seen_at"] > seen


@pytest.fixture
def is_used(signed_in):
    """Whether what is asked for uses a session."""

    def is_used(ask, address: str, data=None) -> bool:
        grow_old(signed_in, seen_at=120)
        before = signed_in.session["seen_at"]
        assert ask(address, data).status_code in (200, 422)
        return signed_in.session["seen_at"] > before

    return is_used


def test_what_a_page_asks_by_itself_keeps_no_session_alive(
    signed_in, is_used, put, connection, draft
):
    submission = put()
    state = reverse("submission-state", args=[submission.public_id])
    assert not is_used(signed_in.get, state)
    state = reverse("connection-state", args=[connection.public_id])
    assert not is_used(signed_in.get, state)
    assert not is_used(signed_in.post, reverse("market"))
    page = submission.get_absolute_url()
    assert is_used(signed_in.get, page)
    assert not is_used(signed_in.get, f"{page}?refreshed")


def test_typing_in_a_ticket_keeps_it_alive(signed_in, is_used, draft, typed):
    asked = data_of(typed) | {"action": "check", "version": "1"}
    assert is_used(signed_in.post, draft.get_absolute_url(), asked)
    by_itself = f"{draft.get_absolute_url()}?refreshed"
    assert not is_used(signed_in.post, by_itself, asked)


def test_another_password_ends_the_other_sessions(client, trader, other):
    log_in(client, "trader")
    before = client.session.session_key
    new = "a horse of another colour"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/", typed)
    assert (is_in(client), is_in(other)) == (True, False)
    assert client.session.session_key != before
    assert UserSession.objects.purge_and_list(trader)[0].is_current
    assert log_in(other, "trader", new).status_code == 302


@pytest.mark.parametrize("enabled_again", [False, True])
def test_a_disabled_user_has_no_session(trader, other, enabled_again):
    assert is_in(other)
    trader.is_active = False
    trader.save()
    if enabled_again:
        trader.is_active = True
        trader.save()
    assert not is_in(other)


def test_the_list_tells_where_somebody_is_logged_in(client, other):
    log_in(client, "trader")
    page = client.get(SESSIONS).content.decode()
    assert page.count("<dt>Address</dt>") == 2
    for text in ("192.0.2.7", "Netscape 4", "127.0.0.1", "This one"):
        assert text in page
    assert other.session.session_key not in page


def test_use_moves_the_time_it_was_seen_last(other):
    UserSession.objects.update(last_seen_at="2026-01-01T00:00Z", ip="192.0.2.1")
    grow_old(other, seen_at=120)
    other.get(HOME, REMOTE_ADDR="192.0.2.9")
    (row,) = UserSession.objects.all()
    assert (row.last_seen_at.year > 2025, row.ip) == (True, "192.0.2.9")


def test_one_or_all_of_the_others_are_ended(client, trader, other):
    log_in(client, "trader")
    own, theirs = UserSession.objects.order_by("-pk")
    third = Client()
    log_in(third, "trader")
    client.post(END, {"session": theirs.pk})
    assert [is_in(c) for c in (client, other, third)] == [True, False, True]
    assert client.post(END, {"session": own.pk}).status_code == 404
    client.post(SESSIONS)
    assert [is_in(c) for c in (client, third)] == [True, False]


def test_ending_sessions_asks_again_after_an_old_log_in(client, other, settings):
    log_in(client, "trader")
    grow_old(client, authenticated_at=settings.REAUTHENTICATE_S)
    theirs = UserSession.objects.earliest("pk")
    for url in (SESSIONS, END):
        asked = client.post(url, {"session": theirs.pk})
        assert asked.url == f"/accounts/again/?next={quote(SESSIONS, safe='')}"
    assert is_in(other)


def test_a_log_in_clears_up_sessions_that_are_over(client, other):
    Session.objects.update(expire_date="2026-01-01T00:00Z")
    log_in(client, "trader")
    assert Session.objects.get().session_key == client.session.session_key


@pytest.mark.parametrize("number", ["", "x", "-1", "9" * 30, "²", "0"])
def test_what_is_no_session_of_ones_own_is_not_ended(client, trader, other, number):
    log_in(client, "trader")
    assert client.post(END, {"session": number}).status_code == 404
    assert is_in(other)


def test_nobody_ends_anothers_session(client, stranger, other):
    log_in(client, "stranger")
    (theirs,) = UserSession.objects.filter(user__username="trader")
    assert client.post(END, {"session": theirs.pk}).status_code == 404
    client.post(SESSIONS)
    assert is_in(other)


def test_the_log_tells_who_ended_what(client, trader, other, caplog, settings):
    caplog.set_level("INFO", "smarttrade_ui.log_in")
    log_in(client, "trader")
    client.post(SESSIONS)
    grow_old(client, seen_at=settings.IDLE_S)
    client.get(HOME)
    told = [(r.message, getattr(r, "count", None)) for r in caplog.records]
    assert ("Sessions ended by their user", 1) in told
    assert ("Session ended: unused, or used, for too long", None) in told
