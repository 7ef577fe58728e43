"""A sandbox of its own for each test, with a clock that the test moves."""

from __future__ import annotations

import pytest

from tests.sandbox.wire import (
    HMAC_KEY,
    NEIGHBOUR_KEY,
    RSA_KEY,
    Client,
    Clock,
    exchange,
)
from trades.sandbox.api import SandboxApi
from trades.sandbox.server import serving


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(tmp_path, clock):
    keys = [HMAC_KEY, RSA_KEY, NEIGHBOUR_KEY]
    api = SandboxApi(tmp_path / "sandbox.sqlite3", keys, clock=clock, slow_s=0.01)
    with serving(api) as server:
        yield server


@pytest.fixture
def client(server) -> Client:
    return Client(server)


@pytest.fixture
def neighbour(server) -> Client:
    return Client(server, NEIGHBOUR_KEY)


@pytest.fixture
def anonymous(server):
    """Asks without a key."""
    return lambda path: exchange(server, "GET", "/public/api" + path)


@pytest.fixture
def ticket():
    """A trade that the willing account takes: buy at a limit, one target, one stop."""
    return {
        "account_id": 1001,
        "pair": "USDT_BTC",
        "instant": False,
        "skip_enter_step": False,
        "position": {
            "type": "buy",
            "order_type": "limit",
            "units": {"value": "0.01"},
            "price": {"value": "60000"},
        },
        "take_profit": {
            "enabled": True,
            "steps": [
                {
                    "order_type": "limit",
                    "price": {"value": "70000", "type": "bid"},
                    "volume": "100",
                }
            ],
        },
        "stop_loss": {
            "enabled": True,
            "order_type": "market",
            "conditional": {"price": {"value": "50000", "type": "last"}},
        },
        "note": "plan A",
    }
