"""A client that others wrote and publish, as the witness: py3cw, unchanged."""

from __future__ import annotations

import pytest
from py3cw import request as py3cw

from tests.sandbox.wire import HMAC_KEY, RSA_KEY

TICKET = {
    "account_id": 1001,
    "pair": "USDT_BTC",
    "position": {
        "type": "buy",
        "units": {"value": "0.01"},
        "price": {"value": "60000"},
        "order_type": "limit",
    },
    "take_profit": {"enabled": "false"},
    "stop_loss": {"enabled": "false"},
    "note": "caf\u00e9 ref:k7m2q9xa4w",
}
IDENTITIES = {
    "hmac": {"key": HMAC_KEY.api_key, "secret": HMAC_KEY.secret},
    "rsa": {"key": RSA_KEY.api_key, "selfsigned": RSA_KEY.secret},
}


@pytest.fixture
def witness(server, monkeypatch):
    """Makes clients that call the sandbox instead of the address they know."""
    monkeypatch.setattr(py3cw, "API_URL", server.url)
    made = []

    def make(**identity):
        made.append(py3cw.Py3CW(**identity))
        return made[-1]

    yield make
    for client in made:
        client.session.close()


def call(client, action: str, **more):
    return client.request(entity="smart_trades_v2", action=action, **more)


@pytest.mark.parametrize("scheme", IDENTITIES)
def test_a_foreign_client_creates_lists_gets_and_cancels(scheme, witness, server):
    client = witness(**IDENTITIES[scheme])
    error, made = call(client, "new", payload=TICKET)
    assert error == {}
    assert list(server.trades) == [made["id"]]

    filters = {"account_id": 1001, "status": "all", "from": "2020-01-01T00:00:00.000Z"}
    error, listed = call(client, "", payload=filters)
    assert (error, [trade["id"] for trade in listed]) == ({}, [made["id"]])

    error, shown = call(client, "get_by_id", action_id=str(made["id"]))
    assert (error, shown["note"]) == ({}, TICKET["note"])

    error, cancelled = call(client, "cancel", action_id=str(made["id"]))
    assert (error, cancelled["status"]["type"]) == ({}, "cancellation_pending")


def test_a_foreign_client_with_a_wrong_secret_is_refused(witness, server):
    client = witness(key=HMAC_KEY.api_key, secret="wrong")
    error, made = call(client, "new", payload=TICKET)
    assert (error["status_code"], made) == (401, {})
    assert "signature_invalid" in error["msg"]
    assert len(server.trades) == 0


def test_a_foreign_client_reads_the_accounts(witness):
    client = witness(**IDENTITIES["hmac"])
    error, accounts = client.request(entity="accounts", action="")
    assert error == {}
    assert 1001 in {account["id"] for account in accounts}
