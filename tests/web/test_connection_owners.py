"""Two traders: neither sees, uses or guesses what is the other's."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.web.addresses import of_connection as url
from tests.web.pages import text_of
from trades.models import Grant
from trades.services import connections

pytestmark = pytest.mark.django_db

LIST = reverse("connection-list")


def test_nothing_of_a_foreign_connection_is_in_a_list_or_a_form(
    signed_in, theirs, account
):
    for where in (LIST, reverse("draft-new"), url(account.connection)):
        page = signed_in.get(where).content.decode()
        for told in ("Secret plans", "wxyz", "Their spot", "4711", "stranger"):
            assert told not in page


def test_a_granted_account_is_listed_without_its_connection(signed_in, theirs, trader):
    Grant.objects.create(account=theirs, trader=trader, by="admin")
    page = text_of(signed_in.get(LIST))
    assert "Granted to you" in page
    assert "4711 Their spot" in page
    assert "kraken" in page
    for told in ("Secret plans", "wxyz", "stranger"):
        assert told not in page
    assert signed_in.get(url(theirs.connection)).status_code == 404
    connections.disable(theirs.connection, by=theirs.connection.owner)
    assert "Can't be used: its connection is disabled" in text_of(signed_in.get(LIST))
    connections.delete(theirs.connection, by=theirs.connection.owner)
    assert "Granted to you" not in text_of(signed_in.get(LIST))
