"""Two traders, a reviewer, one of everything that has an address, and who counts."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.attacks.house import House, furnished
from tests.faults.conftest import (  # noqa: F401  # fixtures of a server that fails
    authority,
    children,
    fault_server,
    process,
    sender_process,
)
from tests.gateway.servers import Server
from tests.web.conftest import (  # noqa: F401  # fixtures of the pages' tests
    admin,
    confirm,
    make_draft,
    put,
    signed_in,
    theirs,
    unknown,
)
from trades.models import Account, Connection, Submission
from trades.services import drafts, market, sending, submissions


@pytest.fixture
def wire(settings) -> Iterator[Server]:
    """Keeps what comes to where the sandbox would be; nobody is answered."""
    with closing(Server(lambda peer: peer.read_request())) as server:
        settings.SANDBOX_URL = server.url
        yield server


@pytest.fixture
def house(put, unknown, draft, reviewer, stranger) -> House:  # noqa: F811
    """The trader's and the reviewer's: one of everything that has an address."""
    return furnished(put, unknown, draft, reviewer=reviewer, other=stranger)


@pytest.fixture
def root(make_user) -> User:
    return make_user("root", is_staff=True, is_superuser=True)


@pytest.fixture
def log_in():
    """A browser of its own, in which this user has logged in; anybody's for None."""

    def log_in(user: User | None, **kwargs: object) -> Client:
        client = Client(**kwargs)
        if user is not None:
            client.force_login(user)
        return client

    return log_in


@pytest.fixture
def keys(sandbox):
    """By their scheme, the sandbox's keys: nothing else has their secrets."""
    return {key.scheme: key for key in sandbox.api.keys[:2]}


@pytest.fixture
def canaries(keys) -> list[bytes]:
    """What must be nowhere: the secrets, and each line of the private key."""
    lines = keys["rsa"].secret.splitlines()
    plain = [keys["hmac"].secret, *(line for line in lines if len(line) > 40)]
    # A crash report breaks a long value into lines.
    pieces = [plain[0][:20], *(line[:20] for line in plain[2:])]
    raw = [text.encode() for text in (*plain, *pieces)]
    return [*raw, base64.b64encode(raw[0]), raw[0].hex().encode()]


@pytest.fixture
def added(signed_in, keys):  # noqa: F811
    """Both keys, entered through the form."""
    for scheme, key in keys.items():
        typed = {"name": f"Canary {scheme}", "mode": "sandbox", "scheme": scheme}
        typed |= {"api_key": key.api_key, "secret": key.secret}
        assert signed_in.post(reverse("connection-new"), typed).status_code == 303
    return list(Connection.objects.filter(name__startswith="Canary").order_by("pk"))


@pytest.fixture
def used(added, typed, trader):
    """The keys tested, and an order sent with each."""
    for number, connection in enumerate(added, 1):
        market.test(connection.pk)
        account = Account.objects.get(connection=connection, remote_id=1001)
        changes = {"account_id": str(account.public_id), "note": f"canary {number}"}
        changes["position.units.value"] = f"0.0{number}"
        draft = drafts.create(owner=trader, typed=typed | changes)
        review = submissions.review(draft)
        ticked = [submissions.tick(w) for w in review.examined.warnings]
        queued = submissions.confirm(
            draft, by=trader, stamp=review.stamp, ticked=ticked
        )
        sending.send(queued.pk)
    assert [s.state for s in Submission.objects.all()] == ["accepted"] * 2
    return added
