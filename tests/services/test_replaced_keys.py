"""A key may be replaced by another user's, which sees nothing of what was sent."""

from __future__ import annotations

import pytest

from tests.services.steps import look_again
from trades.gateway.vault import Secret
from trades.models import Connection, is_usable
from trades.sandbox.keys import Key
from trades.services import connections, market

pytestmark = pytest.mark.django_db

BROKEN = 1500  # refuses an order without saying so


@pytest.fixture
def replace(connection, trader, sandbox):
    def replace(key: Key) -> None:
        secret = Secret(key.secret.encode())
        connections.replace_key(
            connection, api_key=key.api_key, secret=secret, by=trader
        )

    return replace


def test_no_account_is_used_until_the_new_key_lists_it(
    replace, trader, account, sandbox
):
    replace(sandbox.api.keys[0])
    assert not is_usable(account, trader)
    market.fetch_accounts(Connection.objects.get())
    assert is_usable(account, trader)


def test_a_list_that_another_users_key_was_shown_proves_nothing(
    replace, unknown, sandbox
):
    submission = unknown(BROKEN)
    replace(sandbox.api.keys[2])
    look = look_again(submission)
    assert (look.clean, look.listed) == (False, 0)
    assert look.why == "The key does not list this account."
    replace(sandbox.api.keys[0])
    market.fetch_accounts(Connection.objects.get())
    assert look_again(submission).clean
