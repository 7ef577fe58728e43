"""The rate limit, with a clock that the test moves."""

from __future__ import annotations

import pytest

from tests.sandbox.wire import HMAC_KEY, NEIGHBOUR_KEY, Client
from trades.sandbox.api import SandboxApi
from trades.sandbox.limiter import BLOCK_MS, FIRST_BAN_MS, PATIENCE
from trades.sandbox.server import serving


@pytest.fixture
def limited(tmp_path, clock):
    keys = [HMAC_KEY, NEIGHBOUR_KEY]
    api = SandboxApi(tmp_path / "s.sqlite3", keys, limit=3, clock=clock)
    with serving(api) as server:
        yield server


@pytest.fixture
def statuses(limited):
    def statuses(calls: int, key=HMAC_KEY) -> list[int]:
        client = Client(limited, key)
        return [client.get("/ver1/validate").status for _ in range(calls)]

    return statuses


def test_calls_beyond_the_limit_are_refused_for_five_minutes(statuses, clock):
    assert statuses(4) == [200, 200, 200, 429]
    clock.ms += BLOCK_MS - 1
    assert statuses(1) == [429]
    clock.ms += 1
    assert statuses(3) == [200, 200, 200]


def test_the_limit_is_for_each_minute(statuses, clock):
    assert statuses(3) == [200] * 3
    clock.ms += 60_000
    assert statuses(3) == [200] * 3


def test_the_limit_is_for_each_key(statuses):
    assert statuses(4)[-1] == 429
    assert statuses(3, NEIGHBOUR_KEY) == [200] * 3


def test_who_keeps_calling_is_banned_for_longer_each_time(statuses, clock):
    blocked = clock.ms
    statuses(4)
    assert statuses(PATIENCE) == [429] * PATIENCE
    assert statuses(2) == [418, 418]
    clock.ms += FIRST_BAN_MS
    assert statuses(1) == [418]
    clock.ms = blocked + BLOCK_MS  # the silence is over, the second ban is not
    assert statuses(1) == [418]
    clock.ms = blocked + 3 * FIRST_BAN_MS
    assert statuses(1) == [200]


def test_a_limited_key_makes_no_trade(limited, statuses, ticket):
    statuses(4)
    assert Client(limited).place(ticket).status == 429
    assert len(limited.trades) == 0


def test_without_a_limit_there_is_none(client):
    replies = {client.get("/ver1/validate").status for _ in range(120)}
    assert replies == {200}
