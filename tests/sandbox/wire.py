"""What the sandbox's tests send with: keys, a clock, and a client of its own hand.

It signs by itself, so that the sandbox is not checked by its own code.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import time
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding

from trades.sandbox.keys import Key
from trades.sandbox.moods import NEIGHBOUR
from trades.sandbox.server import SandboxServer

DATA = Path(__file__).parents[1] / "data"
PUBLISHED = json.loads((DATA / "signing-vectors.json").read_text())
PEM = (DATA / "docs-example-rsa-private.pem").read_text()
HMAC_KEY = Key("hmac", PUBLISHED["example_api_key"], "a secret of the tests")
RSA_KEY = Key("rsa", "rsa-example", PEM)
NEIGHBOUR_KEY = Key("hmac", "neighbour-example", "another secret", NEIGHBOUR)


class Clock:
    """Milliseconds since 1970 that stand still until a test moves them."""

    def __init__(self) -> None:
        self.ms = 1_760_000_000_000

    def __call__(self) -> int:
        return self.ms

    def settle(self) -> None:
        self.ms += 3000


@dataclass(frozen=True)
class Reply:
    status: int
    raw: bytes
    headers: dict[str, str]

    @property
    def json(self):
        return json.loads(self.raw, parse_float=Decimal)


@dataclass
class Client:
    """Signs with one key, as plainly as can be, on a new connection each time."""

    server: SandboxServer
    key: Key = HMAC_KEY

    def get(self, path: str, **headers: str) -> Reply:
        return self.send("GET", path, **headers)

    def place(self, ticket: dict | bytes) -> Reply:
        body = ticket if isinstance(ticket, bytes) else json.dumps(ticket).encode()
        return self.send("POST", "/v2/smart_trades", body)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        target = "/public/api" + path
        named = {name.replace("_", "-"): text for name, text in headers.items()}
        signed = self._signed(target, body) | named
        return exchange(self.server, method, target, body, signed)

    def written(self, ticket: dict) -> bytes:
        """The whole request that places a trade, for a plain socket."""
        target, body = "/public/api/v2/smart_trades", json.dumps(ticket).encode()
        headers = self._signed(target, body) | {"Content-Length": str(len(body))}
        lines = [f"POST {target} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def wait_until_listed(self) -> None:
        """Returns once there is a trade."""
        deadline = time.monotonic() + 20
        while not self.get("/v2/smart_trades").json:
            assert time.monotonic() < deadline, "The trade was never recorded."

    def _signed(self, target: str, body: bytes) -> dict[str, str]:
        text = target.encode() + body
        return {"Apikey": self.key.api_key, "Signature": signature(self.key, text)}


def signature(key: Key, text: bytes) -> str:
    secret = key.secret.encode()
    if key.scheme == "hmac":
        return hmac.new(secret, text, hashlib.sha256).hexdigest()
    private = serialization.load_pem_private_key(secret, password=None)
    raw = private.sign(text, padding.PKCS1v15(), hashes.SHA256())
    return base64.b64encode(raw).decode()


def exchange(
    server: SandboxServer,
    method: str,
    target: str,
    body: bytes = b"",
    headers: dict[str, str] | None = None,
) -> Reply:
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection(*server.server_address[:2], timeout=20)
    try:
        connection.request(method, target, body or None, headers or {})
        answer = connection.getresponse()
        return Reply(answer.status, answer.read(), dict(answer.getheaders()))
    finally:
        connection.close()
