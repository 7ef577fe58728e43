"""The second factor: set up, asked for, good once, sealed, and lost."""

from __future__ import annotations

import io
import json
import re

import pytest
from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from smarttrade_ui.second_factor import LengthValidator
from tests.conftest import PASSWORD
from tests.web.factors import (
    CODE,
    FIRST,
    HOME,
    LOG_IN,
    SET_UP,
    Phone,
    code_of,
    is_in,
    log_in,
)
from tests.web.pages import in_page, text_of

pytestmark = pytest.mark.django_db
ALWAYS = "/accounts/recovery-codes/"
FILE = "/accounts/recovery-codes/file/"
NEW_CODES = "/accounts/recovery-codes/new/"
OFF = "/accounts/second-factor/switch-off/"


@pytest.fixture
def phone(trader) -> Phone:
    return Phone(trader)


def enter(client, code: str):
    """The code, after the password."""
    assert log_in(client, "trader").url == CODE
    return client.post(CODE, {"code": code})


def test_it_is_set_up_with_a_code_and_asked_for_from_then_on(client, trader):
    log_in(client, "trader")
    secret = in_page(client.get(SET_UP), "secret")
    assert client.post(SET_UP, {"code": "000000"}).status_code == 200
    code = code_of(secret)
    shown = client.post(SET_UP, {"code": code}, follow=True)
    codes = re.findall(r"<li><code>(\d{8})</code>", shown.content.decode())
    assert len(set(codes)) == 10
    client.post("/accounts/logout/")
    # The code that set it up was used with that.
    assert "was used before" in text_of(enter(client, code))
    assert not is_in(client)
    assert client.post(CODE, {"code": code_of(secret, 1)}).url == FIRST
    assert is_in(client)


def test_the_picture_needs_nothing_but_the_page(signed_in):
    page = signed_in.get(SET_UP).content.decode()
    picture = re.search(r"<svg.*?</svg>", page, re.S)[0]
    assert "style=" not in picture
    assert "data:" not in page
    assert "<?xml" not in page


def test_a_code_is_good_once_in_whatever_session(trader, phone):
    code, one, other = phone.code(), Client(), Client()
    log_in(one, "trader")
    log_in(other, "trader")
    assert one.post(CODE, {"code": code}).url == FIRST
    assert "was used before" in text_of(other.post(CODE, {"code": code}))
    assert (is_in(one), is_in(other)) == (True, False)


def test_a_recovery_code_stands_in_once(client, phone):
    code = phone.recovery_codes[3]
    assert enter(client, code).url == FIRST
    client.post("/accounts/logout/")
    assert enter(client, code).status_code == 200
    assert not is_in(client)


def test_a_code_of_two_steps_ago_is_too_old(client, phone):
    assert enter(client, phone.code(-3)).status_code == 200


def test_without_the_password_nobody_gets_to_the_codes(client, phone):
    """So that nobody can use up the tries of somebody else."""
    assert client.get(CODE).url == LOG_IN
    for _ in range(12):
        assert client.post(CODE, {"code": "000000"}).url == LOG_IN
    assert enter(client, phone.code()).url == FIRST


def test_codes_are_guessed_ten_times(client, trader, phone):
    log_in(client, "trader")
    pages = [client.post(CODE, {"code": "000000"}) for _ in range(12)]
    assert sum("This code is wrong" in text_of(page) for page in pages) == 10
    assert not any("000000" in page.content.decode() for page in pages)
    page = client.post(CODE, {"code": phone.code()}, REMOTE_ADDR="192.0.2.7")
    assert "Too many tries" in text_of(page)


def test_a_log_in_that_is_halfway_can_be_dropped(client, phone):
    log_in(client, "trader")
    assert client.get(LOG_IN).url == CODE
    assert client.post("/accounts/logout/").url == LOG_IN
    assert client.get(LOG_IN).status_code == 200
    assert client.get(CODE).url == LOG_IN


def test_nothing_of_it_stands_in_the_database_in_clear(trader, phone):
    Client().force_login(trader)
    out = io.StringIO()
    call_command("dumpdata", stdout=out)
    seeds = [row.data for row in Authenticator.objects.all()]
    assert phone.secret not in out.getvalue() + json.dumps(seeds)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        assert all('"v1.' in str(data) for (data,) in cursor.fetchall())


def test_the_keys_that_seal_it_can_be_exchanged(client, trader, phone, settings):
    old, new = settings.SEALING_KEYS[0], b"n" * 32
    settings.SEALING_KEYS = [new, old]
    out = io.StringIO()
    call_command("rotate_keys", stdout=out)
    call_command("rotate_keys", stdout=out)
    assert out.getvalue() == (
        "2 sealed anew, 0 were so already.\n0 sealed anew, 2 were so already.\n"
    )
    settings.SEALING_KEYS = [new]
    assert enter(client, phone.code()).url == FIRST
    client.post("/accounts/logout/")
    assert enter(client, phone.recovery_codes[0]).url == FIRST


def test_without_its_key_no_code_is_right_and_the_page_says_why(
    client, phone, settings
):
    settings.SEALING_KEYS = [b"x" * 32]
    page = enter(client, phone.code())
    assert page.status_code == 200
    assert "can't be read here" in text_of(page)
    with pytest.raises(CommandError, match="TOTP Authenticator of trader; Recovery"):
        call_command("rotate_keys", stdout=io.StringIO())


def test_where_it_is_required_nothing_else_can_be_reached(client, make_user, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    make_user("trader", "send_trade", is_staff=True, is_superuser=True)
    log_in(client, "trader")
    names = ("home", "draft-list", "submission-list", "connection-new", "rules")
    names += ("mfa_index", "usersessions_list", "admin:index", "sending")
    for name in names:
        assert client.get(reverse(name)).url == SET_UP, name
    assert client.post("/market/", {}).url == SET_UP
    code = code_of(in_page(client.get(SET_UP), "secret"))
    client.post(SET_UP, {"code": code})
    assert client.get("/trades/").status_code == 200


def test_who_has_not_set_it_up_can_still_log_out(client, trader, settings):
    settings.SECOND_FACTOR_REQUIRED = True
    log_in(client, "trader")
    assert client.post("/accounts/logout/").url == LOG_IN
    assert client.get("/").url == f"{LOG_IN}?next=/"


def test_with_it_a_password_may_be_shorter(make_user):
    with_one, without = make_user("with"), make_user("without")
    Phone(with_one)
    check = LengthValidator().validate
    check("x" * 8, with_one)
    check("x" * 15, without)
    for password, user in (("x" * 7, with_one), ("x" * 14, without), ("x" * 14, None)):
        with pytest.raises(ValidationError, match="too short"):
            check(password, user)


def test_a_short_password_does_not_stay_behind_alone(client, trader, phone):
    trader.set_password("brevity")
    trader.save()
    client.force_login(trader)
    assert "Error" not in text_of(client.get(OFF))
    assert "change yours first" in text_of(client.post(OFF, {"password": "brevity"}))
    assert "not your password" in text_of(client.post(OFF, {"password": "wrong"}))
    assert Authenticator.objects.count() == 2
    trader.set_password(PASSWORD)
    trader.save()
    client.force_login(trader)
    client.post(OFF, {"password": PASSWORD})
    assert not Authenticator.objects.exists()


def test_recovery_codes_are_shown_once_and_then_saved_by_who_saw_them(signed_in, phone):
    shown = signed_in.get(ALWAYS).content.decode()
    assert all(code in shown for code in phone.recovery_codes)
    again = signed_in.get(ALWAYS).content.decode()
    assert not any(code in again for code in phone.recovery_codes)
    file = signed_in.post(FILE, {"codes": " ".join(phone.recovery_codes)})
    assert file.content.decode().split() == phone.recovery_codes
    assert file["Content-Disposition"].startswith("attachment")
    for codes in ("", "12345678", f"{phone.recovery_codes[0]} <script>"):
        assert signed_in.post(FILE, {"codes": codes}).status_code == 403
    assert signed_in.get(FILE).status_code == 405


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("url", ["/accounts/second-factor/", ALWAYS, NEW_CODES])
def test_where_no_key_opens_it_a_page_says_so(signed_in, phone, settings, url, method):
    settings.SEALING_KEYS = [b"another key of thirty-two bytes."]
    page = getattr(signed_in, method)(url)
    assert page.status_code in (200, 302, 403, 405)
    if method == "get" and url != NEW_CODES:
        assert "can't be read here" in text_of(page)


def test_new_recovery_codes_void_the_old_ones(signed_in, phone):
    signed_in.post("/accounts/recovery-codes/new/")
    signed_in.post("/accounts/logout/")
    assert enter(signed_in, phone.recovery_codes[0]).status_code == 200
    assert not is_in(signed_in)


def test_who_lost_it_is_helped_by_whoever_runs_the_installation(
    client, trader, phone, caplog
):
    enter(client, phone.code())
    assert client.get(HOME).status_code == 200
    out = io.StringIO()
    call_command("reset_second_factor", "trader", stdout=out)
    assert "no session and no password" in out.getvalue()
    assert not is_in(client)
    assert "do not go together" in text_of(log_in(client, "trader"))
    trader.refresh_from_db()
    trader.set_password(PASSWORD)
    trader.save()
    assert log_in(client, "trader").url == FIRST
    assert "Second factor reset" in caplog.text
    for name in ("trader", "nobody"):
        with pytest.raises(CommandError, match=name):
            call_command("reset_second_factor", name)


def test_the_log_tells_of_it(client, phone, caplog, django_capture_on_commit_callbacks):
    caplog.set_level("INFO", "smarttrade_ui.log_in")
    enter(client, "000000")
    client.post(CODE, {"code": phone.recovery_codes[0]})
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/recovery-codes/new/")
    client.post(OFF, {"password": PASSWORD})
    told = [record.message for record in caplog.records if "user" in vars(record)]
    assert told == [
        "Second factor failed",
        "Recovery code used",
        "Logged in",
        "Recovery codes made anew",
        "Second factor or recovery codes removed",
        "Second factor or recovery codes removed",
    ]
    assert phone.recovery_codes[0] not in repr([vars(r) for r in caplog.records])
