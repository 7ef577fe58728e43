"""Two traders: neither sees, uses or guesses what is the other's."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.gateway.servers import Server
from tests.web.addresses import of_connection as url
from tests.web.pages import text_of, without_tokens
from trades.forms.names import data_of
from trades.gateway.vault import Secret
from trades.models import Account, Connection, Event, Fact, Grant, Submission
from trades.services import (
    connections,
    drafts,
    grants,
    market,
    sending,
    submissions,
)
from trades.views.connections import ACTS

pytestmark = pytest.mark.django_db

LIST = reverse("connection-list")
PAGES = ["", "state", "key", "delete"]


@pytest.fixture
def wire(settings):
    """Counts who comes to where the sandbox would be."""
    server = Server(lambda peer: None)
    settings.SANDBOX_URL = server.url
    yield server
    server.close()


@pytest.fixture
def theirs(stranger) -> Account:
    """An account of the stranger's connection."""
    connection = connections.save_key(
        owner=stranger,
        name="Secret plans",
        mode="sandbox",
        scheme="hmac",
        api_key="their-own-key-wxyz",
        secret=Secret(b"s"),
    )
    return Account.objects.create(
        connection=connection,
        remote_id=4711,
        name="Their spot",
        market="kraken",
        flags={"smart_trading_supported": True},
        fetched_at=timezone.now(),
    )


def work_off() -> None:
    """What a sender would do now."""
    for pk in list(market.due_tests().values_list("pk", flat=True)):
        market.test(pk)
    for pk in list(market.due_facts().values_list("pk", flat=True)):
        market.fetch(pk)
    for pk in list(Submission.objects.values_list("pk", flat=True)):
        sending.send(pk)


@pytest.mark.parametrize("name", [*PAGES, *ACTS])
def test_a_foreign_connection_is_as_absent_as_none(signed_in, theirs, wire, name):
    before = Connection.objects.values().get(pk=theirs.connection.pk)
    absent = Connection(public_id=uuid.uuid4())
    posted = {"name": "Mine now", "joiner": "?", "api_key": "k", "secret": "s"}
    for method in (signed_in.get, signed_in.post):
        foreign = method(url(theirs.connection, name), posted)
        missing = method(url(absent, name), posted)
        assert foreign.status_code == missing.status_code
        assert foreign.status_code in (404, 405)
        assert without_tokens(foreign) == without_tokens(missing)
    assert Connection.objects.values().get(pk=theirs.connection.pk) == before
    assert Event.objects.count() == 1  # it was added
    work_off()
    assert wire.connections == 0


def test_nothing_of_a_foreign_connection_is_in_a_list_or_a_form(
    signed_in, theirs, account
):
    for where in (LIST, reverse("draft-new"), url(account.connection)):
        page = signed_in.get(where).content.decode()
        for told in ("Secret plans", "wxyz", "Their spot", "4711", "stranger"):
            assert told not in page


@pytest.mark.parametrize("by", ["public_id", "remote_id", "pk"])
def test_a_foreign_account_can_t_be_chosen(signed_in, typed, theirs, wire, by):
    posted = data_of(typed | {"account_id": str(getattr(theirs, by))})
    answer = signed_in.post(reverse("draft-new"), posted | {"action": "review"})
    page = signed_in.get(answer["Location"]).content.decode()
    assert 'id="id_account_id_said"' in page
    assert "Their spot" not in page
    assert not Submission.objects.exists()
    work_off()
    assert not Fact.objects.filter(account=theirs).exists()
    assert wire.connections == 0


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


def test_what_is_queued_does_not_leave_once_its_grant_is_taken_back(
    theirs, typed, trader, draft, wire
):
    grant = Grant.objects.create(account=theirs, trader=trader, by="admin")
    mine = drafts.create(
        owner=trader, typed=typed | {"account_id": str(theirs.public_id)}
    )
    review = submissions.review(mine)
    ticked = [submissions.tick(w) for w in review.examined.warnings]
    submission = submissions.confirm(mine, by=trader, stamp=review.stamp, ticked=ticked)
    grants.take_back(grant, by=trader)
    work_off()
    submission.refresh_from_db()
    assert (submission.state, submission.reason) == ("not_sent", "cancelled")
    assert wire.connections == 0
