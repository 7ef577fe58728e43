"""Every answer that we have a sample of, served over a socket and read without loss.

The samples are indexed in ``tests/data/samples/README.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from fnmatch import fnmatch
from functools import partial
from pathlib import Path

import pytest

from tests.gateway.servers import answering
from trades.domain.lifecycle import State
from trades.gateway import market_data
from trades.gateway.client import ThreeCommas
from trades.gateway.failures import BadAnswer, Refused

SAMPLES = Path(__file__).parent.parent / "data" / "samples"
ANSWERS = sorted(f.name for f in SAMPLES.glob("*.json") if ".request." not in f.name)
SINCE, UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)

exact = partial(json.loads, parse_float=Decimal)
as_text = partial(json.loads, parse_float=str)


def placed(client: ThreeCommas, raw: bytes) -> None:
    outcome = client.place("{}", commit=lambda: None)
    assert (outcome.state, outcome.reason) == (State.ACCEPTED, "")
    assert outcome.remote_id == exact(raw)["id"]
    assert outcome.answer.encode() == raw


def smart_trade(client: ThreeCommas, raw: bytes) -> None:
    entity = exact(raw)
    assert repr(client.smart_trade(entity["id"])) == repr(entity)


def smart_trades(client: ThreeCommas, raw: bytes) -> None:
    listed = client.smart_trades(
        account_id=1, pair="USDT_BTC", since=SINCE, until=UNTIL
    )
    assert repr(listed) == repr(exact(raw))


def accounts(client: ThreeCommas, raw: bytes) -> None:
    listed = client.accounts()
    assert repr(listed) == repr(as_text(raw))
    for entity in listed:
        account = market_data.account(entity)
        assert account.remote_id == entity["id"]
        assert (account.name, account.market) == (
            entity["name"],
            entity["market_code"],
        )
        assert account.flags.items() >= {
            (name, value) for name, value in entity.items() if isinstance(value, bool)
        }


def pairs(client: ThreeCommas, raw: bytes) -> None:
    assert client.pairs("binance") == json.loads(raw)


def rates(client: ThreeCommas, raw: bytes) -> None:
    assert repr(client.rates("binance", "USDT_BTC")) == repr(as_text(raw))


def leverage(client: ThreeCommas, raw: bytes) -> None:
    assert repr(client.leverage(1, "USDT_BTC")) == repr(as_text(raw))


def valid(client: ThreeCommas, raw: bytes) -> None:
    assert client.validate() is None


def refusal(client: ThreeCommas, raw: bytes) -> None:
    """The same to an order and to a question; every word of it is kept."""
    outcome, failed = client.place("{}", commit=lambda: None), asked(client)
    said = exact(raw)
    text = said.get("error_description") or said["error"]
    assert (outcome.text, failed.text) == (text, text)
    assert (outcome.status, outcome.answer.encode()) == (failed.status, raw)
    status = outcome.status
    assert (outcome.reason, failed.reason) == (reason := REASONS[status], reason)
    refused = status < 500
    assert outcome.state is (State.REJECTED if refused else State.UNKNOWN)
    assert type(failed) is (Refused if refused else BadAnswer)
    told = " ".join(m for said in outcome.errors.values() for m in said)
    for messages in said.get("error_attributes", {}).values():
        assert all(message in told for message in messages)


def asked(client: ThreeCommas) -> BadAnswer:
    with pytest.raises(BadAnswer) as failed:
        client.validate()
    return failed.value


REASONS = {
    **dict.fromkeys((400, 404, 422), "refused"),
    **dict.fromkeys((401, 403), "key"),
    429: "plan",  # the only sample of a 429 blames the subscription
    500: "unclear",
}
# Of those whose source prints none.
STATUSES = {
    "error.generic.record_invalid.json": 422,
    "error.status-unknown.access_denied_ip.json": 401,
    "error.status-unknown.access_denied_permissions.json": 403,
    "error.status-unknown.forced_mode_invalid.json": 400,
    "error.status-unknown.unknown_pair.json": 400,
    "error.status-unknown.wrong_param_percent_needs_trailing.json": 400,
}
PLACES: dict[str, Callable[[ThreeCommas, bytes], None]] = {
    "*.4[0-9][0-9].*": refusal,
    "*.4[0-9][0-9].json": refusal,
    "error.500.*": refusal,
    "error.generic.*": refusal,
    "error.status-unknown.*": refusal,
    "add_funds.201.json": placed,
    "close_by_market.201.*": placed,
    "create.201.*": placed,
    "force_start.201.json": placed,
    "reduce_funds.201.json": placed,
    "set_note.201.json": placed,
    "trade_close_by_market.201.json": placed,
    "cancel.200.json": smart_trade,
    "edit.200.json": smart_trade,
    "entity.*.json": smart_trade,
    "get.200.*": smart_trade,
    "trade_cancel.200.json": smart_trade,
    "list.200.*": smart_trades,
    "trades.200.json": smart_trades,
    "accounts.list.200.json": accounts,
    "accounts.get.200.json": accounts,
    "accounts.entity.*": accounts,
    "accounts.load_balances.201.json": accounts,
    "accounts.leverage_data.200.json": leverage,
    "currency_rates*.200.json": rates,
    "market_pairs.200.json": pairs,
    "validate.200.json": valid,
    # Nobody asks for these; what reads answers of their shape loses nothing of them.
    "market_list.200.json": leverage,
    "ping.200.json": rates,
    "reduce_funds_info.200.json": rates,
    "time.200.json": rates,
}


def place_of(name: str) -> Callable[[ThreeCommas, bytes], None]:
    reading = {check for glob, check in PLACES.items() if fnmatch(name, glob)}
    assert len(reading) == 1, f"{name} has no place in this test, or several"
    return reading.pop()


@pytest.mark.parametrize("name", ANSWERS)
def test_a_sample_is_read_without_loss(serve, client, name):
    raw, check = (SAMPLES / name).read_bytes(), place_of(name)
    printed = re.search(r"\.(\d{3})\.", name)
    status = STATUSES.get(name) or (int(printed[1]) if printed else 200)
    if check is accounts and exact(raw).__class__ is dict:
        raw, status = b"[" + raw + b"]", 200  # one of a list
    server = serve(answering(status, raw))
    check(client(server.url), raw)
    assert server.requests


def test_every_file_of_the_index_is_there_and_every_place_is_used():
    index = (SAMPLES / "README.md").read_text()
    listed = set(re.findall(r"^\| (\S+\.json) \|", index, re.MULTILINE))
    assert listed == {f.name for f in SAMPLES.glob("*.json")}
    assert len(ANSWERS) > 70
    assert [g for g in PLACES if not any(fnmatch(name, g) for name in ANSWERS)] == []
    assert set(ANSWERS) >= set(STATUSES)


def test_a_file_without_a_place_is_told():
    with pytest.raises(AssertionError, match="has no place"):
        place_of("new_thing.200.json")
