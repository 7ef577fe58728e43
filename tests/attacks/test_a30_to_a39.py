"""A08 and A31 to A39: at the log-in, at sessions, and at what an old one may do.

Cookies and headers have tests of their own.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.admin.sites import site
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.urls import URLPattern, reverse

from tests.conftest import PASSWORD
from tests.web.factors import (
    CODE,
    FIRST,
    LOG_IN,
    Phone,
    grow_old,
    is_in,
    log_in,
)
from tests.web.pages import stamp_in, text_of, ticks_in, url
from trades.models import Submission

pytestmark = pytest.mark.django_db
EVIL = [
    *("//evil.example", "https:evil", "https://evil.example/", "/\\evil.example"),
    *(
        "\\\\evil.example",
        "///evil.example",
        "http:///evil.example",
        "/\t/evil.example",
    ),
    *(
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "//testserver:80@evil",
    ),
]


def of_the_admin() -> list[str]:
    """Every address that the admin answers, with something in place of ids."""
    found = []
    for pattern in site.get_urls():
        parts = pattern.url_patterns if not isinstance(pattern, URLPattern) else [None]
        for part in parts:
            route = str(pattern.pattern) + (str(part.pattern) if part else "")
            found.append("/admin/" + filled(route))
    return found


def filled(route: str) -> str:
    """With a number for each id, and an app for its name."""
    app = re.sub(r"^\^?\(\?P<app_label>.*", "auth/", route)
    return re.sub(r"<[^>]+>", "1", app.replace("(?P<url>.*)$", "nonsense"))


@pytest.mark.parametrize("method", ["get", "post"])
def test_a08_a_trader_in_the_admin_reads_nothing(client, trader, method):
    client.force_login(trader)
    pages = of_the_admin()
    assert len(pages) > 30
    assert not [page for page in pages if re.search(r"[<(?]", page)]
    for page in pages:
        answer = getattr(client, method)(page)
        while answer.status_code == 302 and answer.url.startswith("/admin/"):
            answer = client.get(answer.url)
        allowed = answer.status_code in (403, 405)
        leads_out = answer.status_code == 302 and answer.url.startswith("/accounts/")
        assert allowed or leads_out, page
        client.force_login(trader)  # one of the pages logs out


def test_a31_a_session_that_was_there_before_gets_another_id(client, trader):
    client.get(LOG_IN)
    session = client.session
    session["planted"] = "by somebody"
    session.save()
    before = session.session_key
    client.cookies["sessionid"] = before
    log_in(client, "trader")
    assert client.session.session_key != before
    thief = Client()
    thief.cookies["sessionid"] = before
    assert not is_in(thief)


def test_a31_the_code_too_gets_another_id(client, trader):
    phone = Phone(trader)
    log_in(client, "trader")
    halfway = client.session.session_key
    client.post(CODE, {"code": phone.code()})
    thief = Client()
    thief.cookies["sessionid"] = halfway
    assert is_in(client)
    assert not is_in(thief)


def test_a32_a_cookie_is_no_use_after_the_log_out(client, trader):
    log_in(client, "trader")
    cookie = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = cookie
    assert client.get("/trades/").url == f"{LOG_IN}?next=/trades/"


def test_a33_old_sessions_end_with_the_password(client, trader):
    other = Client()
    for one in (client, other):
        log_in(one, "trader")
    new = "a horse of another colour"
    typed = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    client.post("/accounts/password/", typed)
    assert other.get("/trades/").url == f"{LOG_IN}?next=/trades/"
    assert client.get("/trades/").status_code == 200


@pytest.mark.parametrize("where", EVIL)
def test_a35_nobody_is_led_elsewhere(client, trader, where):
    typed = {"login": "trader", "password": PASSWORD}
    assert client.post(LOG_IN, typed | {"next": where}).url == FIRST
    assert client.get(LOG_IN, {"next": where}).url == FIRST
    assert client.post("/accounts/logout/", {"next": where}).url == LOG_IN
    answer = client.post(f"{LOG_IN}?next={where}", typed)
    assert answer.url == FIRST


def test_a35_the_way_over_the_code_leads_nowhere_else_either(client, trader):
    phone = Phone(trader)
    typed = {"login": "trader", "password": PASSWORD, "next": "//evil.example"}
    client.post(LOG_IN, typed)
    assert client.post(CODE, {"code": phone.code()}).url == FIRST


def test_a37_one_user_is_guessed_ten_times(client, trader, hashed):
    pages = [log_in(client, "trader", f"guess {n}") for n in range(30)]
    assert len(hashed) == 10
    assert "Too many tries" in text_of(pages[-1])
    assert "Too many tries" in text_of(log_in(client, "trader"))
    assert log_in(client, "trader", REMOTE_ADDR="192.0.2.7").url == FIRST


def test_a37_three_hundred_users_are_guessed_ten_times(client, trader, hashed):
    pages = [log_in(client, f"user-{n}", "guess") for n in range(300)]
    assert len(hashed) == 10
    assert pages[-1].status_code == 429
    assert log_in(client, "trader", REMOTE_ADDR="192.0.2.7").url == FIRST


@pytest.mark.django_db(transaction=True)
def test_a37_guesses_at_the_same_moment_don_t_slip_through(trader, hashed):
    def guess(number: int) -> None:
        log_in(Client(), "trader", f"guess {number}")
        connections.close_all()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(guess, range(24)))
    assert 0 < len(hashed) <= 10


@pytest.mark.parametrize("password", ["password123", "trader", "1234567", "x" * 14])
def test_a38_a_weak_password_is_refused(client, trader, password):
    client.force_login(trader)
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post("/accounts/password/", typed).status_code == 200
    assert log_in(Client(), "trader").url == FIRST
    with pytest.raises(ValidationError):
        validate_password(password, trader)


@pytest.mark.parametrize("password", ["l" + "ö 9<" * 15 + "ng.", "x y" * 42 + "é\t"])
def test_a38_a_long_phrase_of_any_letters_is_accepted(client, trader, password):
    assert len(password) in (64, 128)
    client.force_login(trader)
    typed = {"oldpassword": PASSWORD, "password1": password, "password2": password}
    assert client.post("/accounts/password/", typed).status_code == 302
    assert log_in(Client(), "trader", password).url == FIRST


def test_a38_the_admin_refuses_it_too(client, make_user, trader):
    client.force_login(make_user("root", is_staff=True, is_superuser=True))
    address = reverse("admin:auth_user_password_change", args=[trader.pk])
    typed = {"password1": "x" * 14, "password2": "x" * 14, "usable_password": "true"}
    assert "at least 15 characters" in text_of(client.post(address, typed))
    assert log_in(Client(), "trader").url == FIRST


def test_a39_sending_takes_a_fresh_log_in(client, trader, draft, sandbox, settings):
    client.force_login(trader)
    page = client.get(url("review", draft))
    data = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    grow_old(client, authenticated_at=settings.REAUTHENTICATE_S)
    answer = client.post(url("confirm", draft), data)
    review = url("review", draft)
    assert (answer.status_code, answer.url) == (
        303,
        f"/accounts/again/?next={review.replace('/', '%2F')}",
    )
    asked = client.get(answer.url)
    assert "Nothing was sent yet" in text_of(asked)
    assert not Submission.objects.exists()
    assert not sandbox.trades
    before = draft.typed
    draft.refresh_from_db()
    assert (draft.version, draft.typed) == (1, before)
    answer = client.post("/accounts/again/", {"password": PASSWORD, "next": review})
    assert answer.url == review
    # The password alone sends nothing: the order is seen again.
    assert not Submission.objects.exists()
    page = client.get(review)
    data = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    client.post(url("confirm", draft), data)
    assert Submission.objects.count() == 1
