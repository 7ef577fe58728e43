"""Two traders, a reviewer, one of everything that has an address, and who counts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.attacks.house import House, furnished
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
