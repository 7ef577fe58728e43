"""Log-in and the pages for what could not be answered, in the app's own look."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string

from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"


def test_a_trader_logs_in_and_out(client, trader):
    who = {"login": "trader", "password": PASSWORD}
    assert client.post(LOGIN, who, follow=True).request["PATH_INFO"] == "/trades/"
    assert client.post("/accounts/logout/").url == LOGIN
    assert client.get("/trades/").status_code == 302


def test_log_in_leads_to_the_page_that_was_asked_for(client, trader, draft):
    asked = client.get(draft.get_absolute_url(), follow=True).content.decode()
    assert f'name="next" value="{draft.get_absolute_url()}"' in asked


def test_a_wrong_password_is_said_and_not_shown(client, trader):
    who = {"login": "trader", "password": "wrong-password"}
    text = client.post(LOGIN, who).content.decode()
    assert "That did not work" in text
    assert "wrong-password" not in text


def test_what_is_not_there_is_said_in_our_look(signed_in):
    response = signed_in.get("/trades/nonsense/")
    assert response.status_code == 404
    assert "There is no such page" in response.content.decode()
    assert "mode-sandbox" in response.content.decode()


@pytest.mark.parametrize("status", ["400", "403", "403_csrf", "404", "500"])
def test_a_page_for_a_failure_needs_neither_request_nor_database(status):
    assert "app.css" in render_to_string(f"{status}.html")
