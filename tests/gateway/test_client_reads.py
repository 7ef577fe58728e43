"""Asking 3Commas: accounts and whether a key is good."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path

import pytest

from tests.gateway.conftest import API_KEY, SECRET
from tests.gateway.servers import answering, drip, pages, sending, silence
from trades.gateway.client import ThreeCommas
from trades.gateway.failures import BadAnswer, Refused
from trades.gateway.signing import HmacSigner
from trades.gateway.vault import Secret

SAMPLES = Path(__file__).parent.parent / "data" / "samples"


def some(count: int) -> bytes:
    return json.dumps([{"id": i} for i in range(1, count + 1)]).encode()


def test_accounts_arrive_with_their_decimals_as_they_stand_there(either):
    _, client = either(pages((SAMPLES / "accounts.list.200.json").read_bytes()))
    accounts = client.accounts()
    assert all(type(account["id"]) is int for account in accounts)
    for usd in ("0.1000000000000000000000000010", "1e99999999999999999999"):
        _, client = either(pages(b'[{"id": 1, "usd": ' + usd.encode() + b"}]"))
        assert client.accounts() == [{"id": 1, "usd": usd}]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity"])
def test_an_amount_without_sense_spoils_no_list(either, amount):
    for there in (amount, f'"{amount}"'):
        _, client = either(pages(f'[{{"id": 1, "usd": {there}}}]'.encode()))
        assert client.accounts() == [{"id": 1, "usd": amount}]


@pytest.mark.parametrize("number", ["0", "-1", "true", '"7"', "null", "7.0", "9" * 19])
def test_an_account_without_a_number_spoils_the_list(either, number):
    _, client = either(pages(f'[{{"id": 1}}, {{"id": {number}}}]'.encode()))
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        client.accounts()


def test_a_question_is_signed_with_its_query_and_has_no_body(either):
    server, client = either(pages(b"[]"), forced_mode="real")
    assert client.accounts() == []
    head, _, body = server.requests[0].decode().partition("\r\n\r\n")
    target = "/public/api/ver1/accounts?page=1&per_page=100"
    signer = HmacSigner(API_KEY, Secret(SECRET.encode()))
    for name, value in signer.headers(target).items():
        assert f"\r\n{name}: {value}" in head
    assert head.startswith(f"GET {target} HTTP/1.1\r\n")
    assert "Forced-Mode: real" in head
    assert "Content-" not in head
    assert body == ""


@pytest.mark.parametrize(
    ("sizes", "asked"), [([0], 1), ([99], 1), ([100, 0], 2), ([100, 100, 1], 3)]
)
def test_pages_are_read_until_one_is_short(either, sizes, asked):
    server, client = either(pages(*map(some, sizes)))
    assert len(client.accounts()) == sum(sizes)
    targets = [request.split()[1].decode() for request in server.requests]
    assert [target.split("?")[1] for target in targets] == [
        f"page={number}&per_page=100" for number in range(1, asked + 1)
    ]


def test_a_list_without_end_is_given_up(serve, client):
    server = serve(answering(200, some(100)))
    with pytest.raises(BadAnswer, match=r"^unclear 200$"):
        client(server.url).accounts()
    assert len(server.requests) == 50


def test_a_good_key_is_valid(either):
    server, client = either(pages((SAMPLES / "validate.200.json").read_bytes()))
    assert client.validate() is None
    assert server.requests[0].startswith(b"GET /public/api/ver1/validate HTTP/1.1\r\n")


@pytest.mark.parametrize(
    ("status", "sample", "reason", "text"),
    [
        (401, "error.401.signature_invalid", "key", "Provided signature is invalid"),
        (403, "error.403.api_key_not_authorized", "key", "Api key not authorized"),
        (404, "error.404.not_found_generic", "refused", "Not Found"),
        (429, "error.429.subscription_plan", "plan", "The request type 'read'"),
    ],
)
def test_a_refused_question_says_why(either, status, sample, reason, text):
    _, client = either(answering(status, (SAMPLES / f"{sample}.json").read_bytes()))
    with pytest.raises(Refused, match=text) as refused:
        client.validate()
    assert (refused.value.status, refused.value.reason) == (status, reason)
    assert refused.value.text.startswith(text)


@pytest.mark.parametrize(
    ("status", "reason"), [(418, "ban"), (429, "rate"), (403, "key")]
)
def test_a_refusal_by_a_page_is_one_too(either, status, reason):
    _, client = either(answering(status, b"<html>"))
    with pytest.raises(Refused) as refused:
        client.accounts()
    assert (refused.value.reason, refused.value.text) == (reason, "")


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (200, b"<html>"),
        (200, b""),
        (200, b"{}"),
        (200, b"null"),
        (200, b"[1]"),
        (200, b"[null]"),
        (200, b'[{"id": 1, "id": 2}]'),
        (200, b'[{"id": ' + b"9" * 5000 + b"}]"),
        (200, b"[" * 500_000),
        (200, b'[{"name": "\xff"}]'),
        (200, b"[" + b" " * 4 * 1024 * 1024 + b"]"),
        (201, b"[]"),
        (204, b""),
        (302, b"[]"),
        (409, b"[]"),
        (500, b"[]"),
        (502, b"<html>"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_an_answer_that_is_not_what_it_should_be_is_none(either, status, body):
    _, client = either(answering(status, body, "Location: /elsewhere"))
    for question in (client.accounts, client.validate):
        with pytest.raises(BadAnswer) as bad:
            question()
        assert (bad.value.status, bad.value.reason) == (status, "unclear")
        assert not isinstance(bad.value, Refused)


@pytest.mark.parametrize("status", [200, 302, 429])
def test_a_page_that_would_unpack_to_50_mb_is_not_unpacked(either, status):
    bomb = gzip.compress(bytes(50_000_000))
    headers = ["Content-Encoding: gzip", "Location: /elsewhere"]
    _, client = either(answering(status, bomb, *headers))
    tracemalloc.start()
    with pytest.raises(BadAnswer) as bad:
        client.accounts()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert bad.value.status == status
    assert peak < 5_000_000


@pytest.mark.parametrize(
    "script",
    [
        sending(b""),
        sending(b"", silence),
        sending(b"HTTP/1.1 200 X\r\nA: b\r\n\r\n[", drip),
    ],
    ids=["closed", "silence", "drips"],
)
def test_a_question_without_an_answer_says_so(either, script):
    _, client = either(script, read_s=0.3, whole_s=2)
    with pytest.raises(BadAnswer) as bad:
        client.accounts()
    assert (bad.value.reason, bad.value.status) == ("broken", None)


def test_a_question_that_never_left_says_why(client, closed_port, serve, authority):
    assert _why(client(f"http://127.0.0.1:{closed_port}")) == "network"
    assert _why(client(serve(silence, authority.context()).url)) == "tls"
    assert _why(client("nonsense")) == "config"


def _why(client: ThreeCommas) -> str:
    with pytest.raises(BadAnswer) as bad:
        client.validate()
    return bad.value.reason
