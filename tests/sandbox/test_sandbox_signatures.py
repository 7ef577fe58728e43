"""Every published and computed signature vector, over a real socket."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives import serialization

from tests.sandbox.wire import PEM, PUBLISHED, exchange, signature
from trades.sandbox.api import SandboxApi
from trades.sandbox.keys import Key
from trades.sandbox.server import serving

VECTORS = PUBLISHED["vectors"]
# A subscription to the stream is no HTTP request; its two vectors are for signers.
REQUESTS = [vector for vector in VECTORS if vector["method"] != "WS"]
# One page prints the signature of another text than it says: what it prints is good,
# what one gets by doing as it says is not.
REFUSED = [
    vector | {"signature": vector.get("recomputed_signature", vector["signature"])}
    for vector in REQUESTS
    if vector["kind"] in ("computed-negative", "official-broken")
]
ACCEPTED = [vector for vector in REQUESTS if vector["kind"] != "computed-negative"]


def key_of(vector) -> Key:
    """The key that the vector speaks of; the scheme and the secret name it."""
    if vector["scheme"].startswith("RSA"):
        return Key("rsa", "rsa", PEM)
    return Key("hmac", f"hmac-{vector['secret'][:6]}", vector["secret"])


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    keys = {key_of(vector).api_key: key_of(vector) for vector in REQUESTS}
    path = tmp_path_factory.mktemp("vectors") / "sandbox.sqlite3"
    with serving(SandboxApi(path, keys.values())) as server:
        yield server


def replay(server, vector):
    target = vector["path"] + (f"?{vector['query']}" if vector["query"] else "")
    headers = {
        "Apikey": key_of(vector).api_key,
        "Signature": vector["signature"],
        "Content-Type": "application/json",
    }
    body = vector["body"].encode()
    return exchange(server, vector["method"], target, body, headers)


def test_no_vector_is_lost():
    """Two are for the stream, one is both: printed it is good, followed it is not."""
    assert [len(VECTORS), len(ACCEPTED), len(REFUSED)] == [43, 37, 5]


@pytest.mark.parametrize("vector", ACCEPTED, ids=lambda vector: vector["name"])
def test_a_published_signature_is_accepted(vector, published):
    reply = replay(published, vector)
    assert reply.status in (200, 403, 404), reply.raw


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_a_signature_over_something_else_is_refused(vector, published):
    reply = replay(published, vector)
    assert reply.status == 401
    assert reply.json == {
        "error": "signature_invalid",
        "error_description": "Provided signature is invalid",
    }


def test_the_case_of_a_hex_signature_does_not_matter(published):
    vector = next(v for v in ACCEPTED if v["name"] == "computed-hmac-delete")
    shouted = vector | {"signature": vector["signature"].upper()}
    assert replay(published, shouted).status == 404


def test_the_case_of_an_rsa_signature_matters(published):
    vector = next(v for v in ACCEPTED if v["name"] == "computed-rsa-delete")
    swapped = vector | {"signature": vector["signature"].swapcase()}
    assert replay(published, swapped).status == 401


def test_a_query_is_signed_as_it_was_sent(client):
    assert client.get("/v2/smart_trades?status=all&page=1").status == 200
    target = "/public/api/v2/smart_trades?page=1&status=all"
    reordered = {
        "Apikey": client.key.api_key,
        "Signature": signature(
            client.key, b"/public/api/v2/smart_trades?status=all&page=1"
        ),
    }
    assert exchange(client.server, "GET", target, b"", reordered).status == 401


def test_a_query_that_was_not_signed_is_refused(client):
    text = b"/public/api/v2/smart_trades"
    headers = {"Apikey": client.key.api_key, "Signature": signature(client.key, text)}
    target = f"{text.decode()}?status=all"
    assert exchange(client.server, "GET", target, b"", headers).status == 401


def test_query_and_body_are_signed_together(client, ticket):
    body = json.dumps(ticket).encode()
    reply = client.send("POST", "/v2/smart_trades?from=script", body)
    assert reply.status == 201


@pytest.mark.parametrize("odd", ["", "é", "=", "AAAA", "a" * 64, "A" * 344])
@pytest.mark.parametrize("scheme", ["hmac-NhqPtm", "rsa"])
def test_an_odd_signature_is_refused(odd, scheme, published):
    headers = {"Apikey": scheme, "Signature": odd}
    reply = exchange(published, "GET", "/public/api/ver1/validate", b"", headers)
    assert (reply.status, reply.json["error"]) == (401, "signature_invalid")


@pytest.mark.parametrize("headers", [{}, {"Apikey": "nobody", "Signature": "00"}])
def test_an_unknown_key_is_told_so_before_anything_else(headers, published):
    reply = exchange(published, "GET", "/public/api/ver1/nowhere", b"", headers)
    assert (reply.status, reply.json["error"]) == (401, "api_key_invalid_or_expired")


def test_a_key_tells_nothing_when_printed():
    shown = repr(Key("hmac", "the-api-key", "the-secret"))
    assert "the-api-key" not in shown
    assert "the-secret" not in shown


def test_the_public_half_of_an_rsa_key_is_enough():
    private = serialization.load_pem_private_key(PEM.encode(), None)
    public = (
        private.public_key()
        .public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        .decode()
    )
    signed = signature(Key("rsa", "x", PEM), b"text")
    assert Key("rsa", "x", public).accepts(signed, [b"text"])
    assert not Key("rsa", "x", public).accepts(signed, [b"other"])
