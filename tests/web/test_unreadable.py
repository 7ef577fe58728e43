"""What can't be read gets one page that says so, also where the page asks again for
what can't be read: for the token against forgery, which each of ours may hold."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

TOKEN = "t" * 32
FORM = "application/x-www-form-urlencoded"
PARTS = "multipart/form-data; boundary=x"
MANY = urlencode({f"a{n}": "1" for n in range(401)})
# A parameter of a header may name its own charset; so says RFC 2231.
STRANGE = ("nope'en'%41", "idna''x", "rot13''x", "utf-8''%00", "''", "%ff'x'%ff")


@pytest.fixture
def posting(trader) -> Client:
    """One with the token, as every browser of ours has it: then forms are read for it.
    Nothing that is raised may reach the server."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(trader)
    client.cookies[settings.CSRF_COOKIE_NAME] = TOKEN
    return client


def ensure_refused(answer) -> None:
    assert answer.status_code == 400
    assert "could not be read" in answer.content.decode()


@pytest.mark.parametrize("path", ["/trades/new/", "/no/such/page/"])
@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (MANY, FORM),
        ("note=" + "x" * 10_000_000, FORM),
        ("a=1", f"{FORM}; charset=utf-16"),
        ("a=1", f"{FORM}; charset=rot13"),
        ("a=1", f'{FORM}; charset="\0"'),
        ("--x\r\n", f"{PARTS}; charset=unicode_escape"),
        ("--x--", "multipart/form-data"),
        ("--x--", "multipart/form-data; boundary=é"),
        ("--x--", "multipart/form-data; boundary=" + "x" * 300),
        *(("a=1", f"{FORM}; charset*={said}") for said in STRANGE),
    ],
)
def test_a_body_that_cannot_be_read_is_refused(posting, path, body, kind):
    ensure_refused(posting.generic("POST", path, body, content_type=kind))


@pytest.mark.parametrize("said", ["nope'en'%41", "idna''x", "utf-8''%00"])
def test_a_boundary_in_a_charset_of_its_own_is_none(posting, said):
    kind = f"multipart/form-data; boundary*={said}"
    ensure_refused(posting.generic("POST", "/trades/new/", "--x--", content_type=kind))


@pytest.mark.parametrize("path", ["/trades/", "/no/such/page/"])
def test_a_query_of_too_many_fields_is_refused(posting, path):
    ensure_refused(posting.get(f"{path}?{MANY}"))


@pytest.mark.parametrize("name", [settings.SESSION_COOKIE_NAME, "any"])
def test_a_cookie_that_holds_a_nul_is_refused(client, name):
    ensure_refused(
        client.get("/trades/", headers={"cookie": f'{name}="\\000aaaaaaaa"'})
    )


def test_beside_such_a_cookie_nothing_of_the_body_is_asked_for_again(client):
    cookies = f'{settings.CSRF_COOKIE_NAME}={TOKEN}; any="\\000"'
    client.handler.enforce_csrf_checks = True
    said = {"content_type": FORM, "headers": {"cookie": cookies}}
    ensure_refused(client.generic("POST", "/trades/new/", MANY, **said))


def test_a_post_that_ends_too_early_is_refused(posting):
    class Gone:
        def read(self, *_: object) -> bytes:
            raise OSError("the client hung up")

        readline = read

    said = {"wsgi.input": Gone(), "CONTENT_LENGTH": "9", "CONTENT_TYPE": FORM}
    ensure_refused(posting.post("/trades/new/", **said))


@pytest.mark.parametrize("kind", [FORM, f"{FORM}; charset=UTF-8"])
def test_a_form_in_utf_8_is_read(posting, kind):
    body = urlencode({"csrfmiddlewaretoken": TOKEN, "account_id": "", "pair": "é"})
    answer = posting.generic("POST", "/market/pairs/", body, content_type=kind)
    assert answer.status_code == 200
