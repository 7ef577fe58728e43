"""Posts that no browser of ours makes: refused or kept, and never a fault of ours."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client

from tests.web.browsing import Page
from trades.forms.names import data_of
from trades.models import Draft

NEW = "/trades/new/"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def typed(typed):
    """As the form leaves it: with every switch, also those that are off."""
    return typed | {"position.conditional.trailing.enabled": "false"}


def post_raw(client, body: str | bytes, content_type: str = FORM):
    """The very bytes; a view that raises fails the test."""
    return client.generic("POST", NEW, body, content_type=content_type)


def only_draft() -> Draft:
    return Draft.objects.get()


@pytest.mark.parametrize("total", ["10000", "9", "-1", "abc", "", "0", "1e3", None])
def test_forged_counts_of_steps_are_refused_and_the_steps_kept(signed_in, typed, total):
    data = data_of(typed) | {"steps-TOTAL_FORMS": total}
    if total is None:
        del data["steps-TOTAL_FORMS"]
    response = signed_in.post(NEW, data)
    page = Page(response)
    assert response.status_code == 400
    assert "arrived damaged" in response.content.decode()
    assert page.form["steps-0-price__value"] == "66000"
    assert page.form["pair"] == "USDT_BTC"
    assert not Draft.objects.exists()
    assert signed_in.post(NEW, page.form).status_code == 303


def test_nine_steps_are_refused_and_eight_of_them_kept(signed_in, typed):
    nine = {f"take_profit.steps.{n}.volume": str(n + 1) for n in range(9)}
    response = signed_in.post(NEW, data_of(typed | nine))
    page = Page(response)
    assert response.status_code == 400
    assert page.form["steps-7-volume"] == "8"
    assert "steps-8-volume" not in page.form


@pytest.mark.parametrize(
    "text",
    [
        "NaN",
        "Infinity",
        "1e999999",
        "-0",
        "１２３",
        "0" * 5000,
        "<script>",
        "\r\n",
        " ",
    ],
)
def test_whatever_stands_for_a_number_is_kept_and_judged(signed_in, typed, text):
    data = data_of(typed | {"position.units.value": text})
    response = signed_in.post(NEW, data, follow=True)
    assert response.status_code == 200
    assert only_draft().typed["position.units.value"] == text
    assert Page(response).message_of("position__units__value").count("Error:") == 1


@pytest.mark.parametrize("name", ["pair", "steps-0-volume", "account_id", "trade_type"])
def test_a_parameter_given_twice_is_refused(signed_in, typed, name):
    body = urlencode([*data_of(typed).items(), (name, "second")])
    response = post_raw(signed_in, body)
    assert response.status_code == 400
    assert "sent twice" in response.content.decode()
    assert "arrived damaged" not in response.content.decode()
    assert Page(response).form["note"] == "plan A"
    assert not Draft.objects.exists()


@pytest.mark.parametrize("name", ["note", "pair", "steps-0-volume", "trade_type"])
def test_nul_is_refused_and_the_rest_of_the_text_kept(signed_in, typed, name):
    data = data_of(typed) | {name: "a\0b"}
    response = post_raw(signed_in, urlencode(data))
    assert response.status_code == 400
    assert b"\0" not in response.content
    assert not Draft.objects.exists()
    if name in ("note", "pair", "steps-0-volume"):
        assert Page(response).form[name] == "a\ufffdb"


def test_bytes_that_are_no_utf8_are_kept_as_what_they_are_not(signed_in, typed):
    body = urlencode({k: v for k, v in data_of(typed).items() if k != "note"})
    assert post_raw(signed_in, f"{body}&note=%FF%ED%A0%80!").status_code == 303
    assert only_draft().typed["note"].endswith("!")
    assert "\ufffd" in only_draft().typed["note"]


@pytest.mark.parametrize("charset", ["rot13", "idna", "utf-16-le", "unicode_escape"])
@pytest.mark.parametrize("kind", [FORM, "multipart/form-data; boundary=x"])
def test_a_charset_of_ones_own_choice_is_refused(signed_in, kind, charset):
    body = '--x\r\nContent-Disposition: form-data; name="pair"\r\n\r\n\\ud800\r\n--x--'
    response = post_raw(signed_in, body, f"{kind}; charset={charset}")
    assert response.status_code == 400
    assert not Draft.objects.exists()


@pytest.mark.parametrize(
    "body",
    [
        "note=" + "x" * 10_000_000,
        "&".join(f"a{n}=1" for n in range(401)),
    ],
    ids=["ten megabytes", "too many fields"],
)
def test_a_flood_gets_a_page_of_ours_that_says_what_to_do(signed_in, body):
    response = post_raw(signed_in, body)
    assert response.status_code == 400
    assert "could not be read" in response.content.decode()
    assert "mode-sandbox" in response.content.decode()


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ("", FORM),
        ("version=1", FORM),
        ('{"pair": "USDT_BTC"}', "application/json"),
        ("nonsense", "multipart/form-data"),
        ("--x\r\nnonsense", "multipart/form-data; boundary=x"),
        ("\xff\xfe".encode("latin-1"), FORM),
        ("a=1", "text/plain"),
    ],
)
def test_a_post_without_a_ticket_is_refused(signed_in, body, content_type):
    assert post_raw(signed_in, body, content_type).status_code == 400
    assert not Draft.objects.exists()


def test_a_file_is_refused(signed_in, typed):
    body = (
        '--x\r\nContent-Disposition: form-data; name="pair"; filename="a"\r\n'
        "Content-Type: text/plain\r\n\r\nUSDT_BTC\r\n--x--\r\n"
    )
    response = post_raw(signed_in, body, "multipart/form-data; boundary=x")
    assert response.status_code == 400


def test_unknown_names_are_not_kept(signed_in, typed):
    strange = {
        "__class__": "x",
        "position__type": "sell",
        "instant": "true",
        "steps-0-nonsense": "1",
        "steps-N-volume": "1",
        "owner": "1",
        "stop_loss.enabled": "false",
    }
    assert signed_in.post(NEW, data_of(typed) | strange).status_code == 303
    assert only_draft().typed == typed


def test_a_choice_that_was_never_offered_is_shown_and_judged(signed_in, typed):
    forged = {"position.order_type": "stop", "account_id": "1 OR 1=1"}
    response = signed_in.post(NEW, data_of(typed | forged), follow=True)
    page = Page(response)
    assert page.form["position__order_type"] == "stop"
    assert page.form["account_id"] == "1 OR 1=1"
    assert "any-choice" in page.text["id_position__order_type_said"]
    assert "account-required" in page.message_of("account_id")


def test_a_foreign_post_without_the_token_gets_a_page_of_ours(trader, typed):
    client = Client(enforce_csrf_checks=True)
    client.force_login(trader)
    response = client.post(NEW, data_of(typed))
    assert response.status_code == 403
    assert "too old to be sent" in response.content.decode()
    assert not Draft.objects.exists()


def test_markup_in_a_draft_is_only_text(signed_in, make_draft):
    draft = make_draft({"note": "</textarea><script>1</script>", "pair": '"><b>'})
    for where in ("/trades/", draft.get_absolute_url()):
        text = signed_in.get(where).content.decode()
        assert "<script>1" not in text
        assert '"><b>' not in text
