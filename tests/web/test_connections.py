"""Adding a key: what the form asks, refuses, keeps, and never gives back."""

from __future__ import annotations

import html

import pytest
from django.urls import reverse

from tests.domain.listed import DATA
from tests.services.sealed import opened
from tests.web.pages import text_of
from trades.forms.connections import JOINERS, MODES, SCHEMES
from trades.gateway.vault import Secret
from trades.models import Connection, Event

pytestmark = pytest.mark.django_db

LIST, NEW = reverse("connection-list"), reverse("connection-new")
PEM = (DATA / "docs-example-rsa-private.pem").read_text()
SECRET = "a-very-secret-secret-0123456789"


@pytest.fixture
def entered() -> dict[str, str]:
    return {
        "name": "Mine",
        "mode": "sandbox",
        "scheme": "hmac",
        "api_key": "a1b2c3d4",
        "secret": SECRET,
        "joiner": "",
    }


def test_the_form_offers_what_the_model_knows():
    assert list(MODES) == Connection.Mode.values
    assert list(SCHEMES) == Connection.Scheme.values
    assert [c.label for c in MODES.values()] == Connection.Mode.labels
    assert [c.label for c in SCHEMES.values()] == Connection.Scheme.labels
    assert list(JOINERS) == Connection.Joiner.choices


def test_a_key_is_added_sealed_and_its_test_wished_for(signed_in, entered, trader):
    entered |= {"api_key": "  a1b2c3d4 ", "secret": f"\n {SECRET}\r\n", "joiner": "?"}
    answer = signed_in.post(NEW, entered)
    connection = Connection.objects.get()
    assert answer.status_code == 303
    assert answer["Location"] == reverse("connection", args=[connection.public_id])
    assert (connection.owner, connection.name) == (trader, "Mine")
    assert (connection.mode, connection.scheme, connection.joiner) == (
        "sandbox",
        "hmac",
        "?",
    )
    assert connection.api_key == "a1b2c3d4"
    assert opened(connection) == Secret(SECRET.encode())
    assert connection.test_wanted_at is not None
    page = signed_in.get(answer["Location"])
    assert "Testing …" in text_of(page)
    assert 'http-equiv="refresh" content="2; url=?refreshed"' in page.content.decode()
    assert "a1b2c3d4" not in page.content.decode()
    assert "…c3d4" in text_of(page)


def test_a_private_key_is_added_as_it_was_pasted(signed_in, entered):
    entered |= {"scheme": "rsa", "secret": PEM.replace("\n", "\r\n")}
    assert signed_in.post(NEW, entered).status_code == 303
    assert b"PRIVATE KEY" in opened(Connection.objects.get()).reveal()


@pytest.mark.parametrize("lost", ["name", "mode", "scheme", "api_key", "secret"])
def test_on_an_error_all_comes_back_but_the_secret(signed_in, entered, lost):
    answer = signed_in.post(NEW, entered | {lost: "", "joiner": "?"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Nothing was saved" in page
    assert "Enter the secret again." in page
    assert SECRET not in page
    kept = {"name": "Mine", "api_key": "a1b2c3d4"}
    assert all(f'value="{v}"' in page for k, v in kept.items() if k != lost)
    assert page.count("checked") == 2 - (lost in ("mode", "scheme"))
    assert "<details open>" in page
    assert f'id="id_{lost}_error"' in page
    assert not Connection.objects.exists()
    assert not Event.objects.exists()


def test_each_error_is_tied_to_its_input(signed_in, entered):
    page = signed_in.post(NEW, entered | {"secret": "a b"}).content.decode()
    tied = 'aria-invalid="true" aria-describedby="id_secret_helptext id_secret_error"'
    assert tied in page
    assert 'id="id_secret_helptext"' in page
    assert "no blanks in between" in page


def test_secret_and_key_are_not_offered_to_the_browsers_memory(signed_in):
    page = signed_in.get(NEW).content.decode()
    textarea = page[page.index("<textarea") : page.index("</textarea>")]
    assert 'autocomplete="off"' in textarea
    assert 'spellcheck="false"' in textarea
    assert 'class="masked"' in textarea


WRONG = {
    "PEM as HMAC": ({"secret": PEM}, "choose RSA"),
    "secret as RSA": ({"scheme": "rsa"}, "choose HMAC"),
    "blank in key": ({"api_key": "a b"}, "no blanks in between"),
    "other letters": ({"api_key": "ключ"}, "no blanks in between"),
    "NUL in key": ({"api_key": "a\0b"}, "Null characters are not allowed"),
    "NUL in secret": ({"secret": "a\0b"}, "no blanks in between"),
    "NUL in name": ({"name": "a\0b"}, "Null characters are not allowed"),
    "bidi in name": ({"name": "a\u202eb"}, "letters, digits, signs and blanks"),
    "long name": ({"name": "n" * 61}, "at most 60 characters"),
    "long key": ({"api_key": "k" * 201}, "at most 200 characters"),
    "long secret": ({"secret": "s" * 60_000}, "more than 6000 characters"),
    "no such mode": ({"mode": "live"}, "Select a valid choice"),
    "no such scheme": ({"scheme": "none"}, "Select a valid choice"),
    "no such joiner": ({"joiner": "&"}, "Select a valid choice"),
    "twice": ({"mode": ["sandbox", "real"]}, "sent twice"),
    "key twice": ({"api_key": ["a", "b"]}, "sent twice"),
    "secret twice": ({"secret": ["a", "b"]}, "sent twice"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_can_be_no_connection_is_an_error_at_its_field(signed_in, entered, case):
    changes, words = WRONG[case]
    answer = signed_in.post(NEW, entered | changes)
    assert answer.status_code == 422
    (name,) = changes
    field = "secret" if case == "secret as RSA" else name
    assert words in html.unescape(answer.content.decode())
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Connection.objects.exists()


def test_more_than_64_kb_are_not_even_read(signed_in, entered):
    answer = signed_in.post(NEW, entered | {"secret": "s" * 70_000})
    assert answer.status_code == 400


def test_a_name_is_taken_once(signed_in, entered):
    assert signed_in.post(NEW, entered).status_code == 303
    answer = signed_in.post(NEW, entered)
    assert answer.status_code == 422
    assert "a connection of this name already" in text_of(answer)


def test_owner_and_state_come_from_nowhere_but_the_program(
    signed_in, entered, trader, stranger
):
    forged = {
        "owner": stranger.pk,
        "owner_id": stranger.pk,
        "sealed_secret": "v1.x.y",
        "disabled_at": "2020-01-01",
        "deleted_at": "2020-01-01",
        "worked_at": "2020-01-01",
        "tested_at": "2020-01-01",
        "public_id": "00000000-0000-0000-0000-000000000000",
        "id": "77",
    }
    signed_in.post(NEW, entered | forged)
    connection = Connection.objects.get()
    assert connection.owner == trader
    assert connection.pk != 77
    assert connection.public_id.int != 0
    assert opened(connection) == Secret(SECRET.encode())
    assert (connection.disabled_at, connection.deleted_at) == (None, None)
    assert (connection.worked_at, connection.tested_at) == (None, None)


def test_real_mode_is_refused_while_the_installation_has_it_off(
    signed_in, entered, settings
):
    settings.REAL_TRADING = False
    assert "switched off in this installation" in text_of(signed_in.get(NEW))
    answer = signed_in.post(NEW, entered | {"mode": "real", "at_stake": "on"})
    assert answer.status_code == 422
    assert 'id="id_mode_error"' in answer.content.decode()
    assert not Connection.objects.exists()


def test_real_mode_takes_a_tick_of_its_own(signed_in, entered, settings):
    settings.REAL_TRADING = True
    assert "switched off" not in text_of(signed_in.get(NEW))
    answer = signed_in.post(NEW, entered | {"mode": "real"})
    assert answer.status_code == 422
    assert 'id="id_at_stake_error"' in answer.content.decode()
    assert not Connection.objects.exists()
    ticked = entered | {"mode": "real", "at_stake": "on"}
    assert signed_in.post(NEW, ticked).status_code == 303
    assert Connection.objects.get().mode == "real"


def test_a_real_account_is_out_of_reach_once_the_setting_is_off(
    signed_in, account, settings
):
    Connection.objects.update(mode="real")
    ticket = reverse("draft-new")
    settings.REAL_TRADING = True
    assert str(account.public_id) in signed_in.get(ticket).content.decode()
    settings.REAL_TRADING = False
    page = signed_in.get(ticket).content.decode()
    chosen = f'value="{account.public_id}"'
    assert chosen not in page or f"{chosen} disabled" in page
    listed = signed_in.get(reverse("connection", args=[account.connection.public_id]))
    assert "real trading is switched off in this installation" in text_of(listed)


def test_the_list_is_empty_in_words_and_leads_on(signed_in):
    page = text_of(signed_in.get(LIST))
    assert "No connection yet." in page
    assert "New connection" in page


def test_the_list_tells_mode_scheme_end_of_key_health_and_accounts(
    signed_in, account, make_account, connection
):
    make_account(1002)
    page = text_of(signed_in.get(LIST))
    assert "Sandbox" in page
    assert "HMAC-SHA256" in page
    assert connection.key_end in page
    assert connection.api_key not in page
    assert "Not tested yet" in page
    assert "2 accounts" in page
    assert 'aria-current="page">Connections' in signed_in.get(LIST).content.decode()


@pytest.mark.parametrize("url", [LIST, NEW])
def test_others_than_traders_are_turned_away(client, make_user, url):
    assert reverse("login") in client.get(url)["Location"]
    client.force_login(make_user("clerk", is_staff=True))
    assert client.get(url).status_code == 403
    assert client.post(NEW, {}).status_code == 403
