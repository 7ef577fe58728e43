"""Logging in: the same words for every failure, and ever fewer tries."""

from __future__ import annotations

import time
from types import SimpleNamespace

import pytest
from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.db import connection
from django.urls import NoReverseMatch, reverse

from smarttrade_ui.urls import accounts
from tests.conftest import PASSWORD
from tests.web.factors import FIRST, LOG_IN, is_in, log_in
from tests.web.pages import without_tokens

pytestmark = pytest.mark.django_db
TOO_MANY = "Too many tries"
WRONG = "Username and password do not go together."
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def later(monkeypatch):
    """Have the counts believe that so many seconds have passed."""
    passed = 0

    def later(seconds: int) -> None:
        nonlocal passed
        passed += seconds

    now = SimpleNamespace(**vars(time) | {"time": lambda: time.time() + passed})
    monkeypatch.setattr(ratelimit, "time", now)
    return later


@pytest.fixture
def limit(settings):
    """Other limits than those of the installation."""

    def limit(**rates: str) -> None:
        settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | rates

    return limit


def tries(client, count: int, name: str = "trader", **more) -> int:
    """How many of so many wrong passwords were looked at."""
    pages = [log_in(client, name, "wrong", **more) for _ in range(count)]
    return sum(WRONG in page.content.decode() for page in pages)


def test_the_session_ends_with_the_browser(client, trader):
    cookie = log_in(client, "trader").cookies["sessionid"]
    assert (cookie["max-age"], cookie["expires"]) == ("", "")


def test_only_the_pages_of_ours_are_there(client):
    paths = {str(page.pattern) for page in accounts}
    assert paths == {
        *("login/", "code/", "logout/", "again/", "again/code/", "password/"),
        *("second-factor/", "second-factor/set-up/", "second-factor/switch-off/"),
        *("recovery-codes/", "recovery-codes/new/", "recovery-codes/file/"),
        *("sessions/", "sessions/end/"),
    }
    for name in ("account_signup", "account_email", "account_reset_password"):
        with pytest.raises(NoReverseMatch):
            reverse(name)


def test_log_out_is_a_post_and_clears_the_browser(client, trader):
    log_in(client, "trader")
    assert client.get("/accounts/logout/").status_code == 405
    assert is_in(client)
    answer = client.post("/accounts/logout/")
    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert client.get("/").url == f"{LOG_IN}?next=/"


def test_every_failure_looks_the_same_and_takes_the_same_work(
    client, make_user, hashed
):
    make_user("here")
    make_user("gone", is_active=False)
    seen = set()
    for name, password in (
        *(("nobody", PASSWORD), ("here", "wrong")),
        *(("gone", PASSWORD), ("gone", "wrong")),
    ):
        hashed.clear()
        page = log_in(client, name, password)
        assert hashed == [password]
        seen.add((page.status_code, without_tokens(page).replace(name, "")))
    ((status, text),) = seen
    assert status == 200
    assert WRONG in text


def test_after_ten_tries_not_even_the_right_password_is_looked_at(
    client, trader, hashed
):
    assert tries(client, 12) == 10
    hashed.clear()
    assert TOO_MANY in log_in(client, "trader").content.decode()
    assert hashed == []


def test_the_wait_grows(client, trader, later, limit):
    limit(log_in_from_address="", login="")
    looked_at = []
    for pause_s in (0, 301, 301, 3600, 301, 3600, 24 * 3600):
        later(pause_s)
        looked_at.append(tries(client, 15))
    assert looked_at == [10, 10, 0, 10, 10, 0, 10]


def test_a_stranger_does_not_lock_the_owner_out(client, trader):
    tries(client, 12, **ELSEWHERE)
    assert log_in(client, "trader").url == FIRST


def test_a_success_does_not_count(client, trader):
    for _ in range(12):
        assert log_in(client, "trader").url == FIRST
        client.post("/accounts/logout/")


def test_an_address_has_ten_tries_for_all_names_together(client, trader, hashed):
    for number in range(15):
        log_in(client, f"name-{number}", "wrong")
    assert len(hashed) == 10
    assert TOO_MANY in log_in(client, "trader").content.decode()
    assert log_in(client, "trader", **ELSEWHERE).url == FIRST


def test_a_network_of_many_addresses_is_one(client, trader):
    address = "2001:db8:0:1::{}".format
    looked_at = [tries(client, 1, REMOTE_ADDR=address(n)) for n in range(1, 13)]
    assert sum(looked_at) == 10


def test_many_addresses_share_a_count_that_lets_pass_who_was_here(
    client, trader, limit
):
    limit(log_in_from_everywhere="3/h/key")
    log_in(client, "trader")
    client.post("/accounts/logout/")
    address = "198.51.100.{}".format
    looked_at = [tries(client, 1, REMOTE_ADDR=address(n)) for n in range(5)]
    assert looked_at == [1, 1, 1, 0, 0]
    assert TOO_MANY in log_in(client, "trader", **ELSEWHERE).content.decode()
    assert log_in(client, "trader").url == FIRST


def test_what_counts_no_longer_goes_at_the_next_log_in(client, trader):
    cache.set("old", 1, timeout=-1)
    cache.set("new", 1, timeout=60)
    log_in(client, "trader")
    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key FROM throttle")
        keys = {key for (key,) in cursor.fetchall()}
    assert ":1:new" in keys
    assert ":1:old" not in keys


def test_nothing_typed_comes_back_as_json(client, trader):
    page = log_in(client, "trader", "wrong-one", headers={"accept": "application/json"})
    assert page["Content-Type"].startswith("text/html")
    assert "wrong-one" not in page.content.decode()


def test_the_log_tells_who_and_from_where_and_nothing_that_was_typed(
    client, trader, caplog
):
    caplog.set_level("INFO", "smarttrade_ui.log_in")
    log_in(client, "trader", "my-typing")
    log_in(client, "Tr0ub4dor&3", "my-typing")
    tries(client, 10)
    log_in(client, "trader", **ELSEWHERE)
    lines = [
        (r.message, r.user, r.address) for r in caplog.records if "user" in vars(r)
    ]
    assert lines[0] == ("Log-in failed: password", "trader", "127.0.0.1")
    assert lines[1] == ("Log-in failed: password", "", "127.0.0.1")
    assert lines[-2] == ("Log-in refused: too many tries", "trader", "127.0.0.1")
    assert lines[-1] == ("Logged in", "trader", "192.0.2.7")
    told = repr([vars(record) for record in caplog.records])
    assert "Tr0ub4dor" not in told
    assert "my-typing" not in told


def test_the_admin_logs_in_through_the_same_pages(client, make_user):
    make_user("root", is_staff=True, is_superuser=True)
    asked = client.get("/admin/", follow=True)
    assert asked.redirect_chain[-1][0] == f"{LOG_IN}?next=%2Fadmin%2F"
    client.post(reverse("admin:login"), {"username": "root", "password": PASSWORD})
    assert client.get("/admin/").status_code == 302
    log_in(client, "root")
    assert client.get(reverse("admin:password_change")).url == "/accounts/password/"
    assert "Clear-Site-Data" in client.post(reverse("admin:logout"))
    assert client.get("/admin/").status_code == 302
