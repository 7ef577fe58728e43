"""Who may use which account: the query and the words agree, whatever is combined."""

from __future__ import annotations

from itertools import product

import pytest
from django.utils import timezone

from trades.models import (
    Account,
    Connection,
    Grant,
    is_usable,
    usable_accounts,
    visible_accounts,
)

pytestmark = pytest.mark.django_db

MODES = Connection.Mode.values
MARKETS = ["binance", Account.PAPER_MARKET]
YES_OR_NO = [False, True]
EVERY = list(product(MODES, MARKETS, YES_OR_NO, YES_OR_NO, YES_OR_NO, YES_OR_NO))


@pytest.fixture
def who(make_user, trader, stranger):
    return {"owner": trader, "granted": stranger, "foreign": make_user("third")}


def test_the_words_and_the_query_agree_in_every_case(account, who, settings):
    Grant.objects.create(account=account, trader=who["granted"], by="admin")
    usable = 0
    for mode, market, real, disabled, gone, inactive in EVERY:
        case = (mode, market, real, disabled, gone, inactive)
        now = timezone.now()
        settings.REAL_TRADING = real
        Connection.objects.update(mode=mode, disabled_at=now if disabled else None)
        Account.objects.update(market=market, gone_at=now if gone else None)
        who["owner"].is_active = not inactive
        who["owner"].save()
        found = {name: usable_accounts(user) for name, user in who.items()}
        seen = visible_accounts(who["owner"]).get()
        expected = [seen] if not seen.obstacle else []
        assert list(found["owner"]) == expected, case
        assert list(found["granted"]) == expected, case
        assert list(found["foreign"]) == [], case
        assert is_usable(account, who["granted"]) == bool(expected), case
        usable += bool(expected)
    # Sandbox and real on both markets, paper on one; real with the setting alone.
    assert usable == 2 * 2 + 2 * 1 + 1 * 2


def test_real_mode_needs_the_setting(account, settings):
    Connection.objects.update(mode="real")
    account = Account.objects.get()
    settings.REAL_TRADING = False
    assert "switched off" in account.obstacle
    assert not is_usable(account, account.connection.owner)
    settings.REAL_TRADING = True
    assert account.obstacle == ""
    assert is_usable(account, account.connection.owner)


def test_what_can_t_make_smart_trades_is_named_but_still_judged_by_the_rules(account):
    """The rule book says it at the field; a list alone would hide why."""
    account.flags["smart_trading_supported"] = False
    assert account.obstacle == "it does not support SmartTrade"
    account.flags.clear()
    assert account.obstacle == ""


def test_a_deleted_connection_has_no_accounts_for_anybody(account, who):
    Grant.objects.create(account=account, trader=who["granted"], by="admin")
    Connection.objects.update(deleted_at=timezone.now())
    for user in who.values():
        assert not visible_accounts(user).exists()
        assert not is_usable(account, user)


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({}, ""),
        ({"is_locked": True}, "locked"),
        ({"is_locked": True, "lock_reason": "by hand"}, "locked: by hand"),
        ({"api_key_invalid": True}, "no longer accepts its API key"),
        ({"api_keys_state": "expired"}, "has expired"),
        ({"api_keys_state": "expire_soon"}, "expires soon"),
        ({"api_keys_state": "ok", "is_locked": False}, ""),
        ({"api_keys_state": ["odd"], "is_locked": "yes"}, ""),
    ],
)
def test_what_may_go_wrong_at_the_exchange_is_told(account, flags, words):
    account.flags |= flags
    assert words in account.trouble
    assert bool(account.trouble) == bool(words)
