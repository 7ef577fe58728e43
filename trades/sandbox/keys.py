"""API keys: who may call, and whether a signature is theirs.

A signature is judged over the raw bytes of a request, before anything is parsed. See
the signing pages of 3Commas' quick start.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Container
from dataclasses import dataclass, field
from functools import cached_property

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from trades.sandbox.calls import Refused, plan_too_small
from trades.sandbox.moods import NEIGHBOUR, TRADER, KeyMood


@dataclass(frozen=True)
class Key:
    """One registered key. The scheme belongs to it; no header names the scheme.

    ``secret`` is the HMAC secret, or the PEM of the RSA key; its public half is enough.
    """

    scheme: str  # hmac or rsa
    api_key: str = field(repr=False)
    secret: str = field(repr=False)
    owner: int = TRADER
    mood: KeyMood = KeyMood.GOOD

    def refusal(self) -> Refused | None:
        """Why nothing signed with it is even looked at."""
        if self.mood is KeyMood.ADDRESS:
            return Refused(401, "access_denied", "IP address is not allowed")
        return unknown_key() if self.mood is KeyMood.EXPIRED else None

    def refusal_of(self, method: str, path: str) -> Refused | None:
        """Why it may not ask this, although the signature is good."""
        if path.endswith("/validate"):
            return None
        if self.mood is KeyMood.NO_ACCOUNTS and "/ver1/accounts" in path:
            return Refused(403, "Forbidden", "Api key not authorized for this action")
        if self.mood is KeyMood.PLAN and method == "GET":
            return plan_too_small("read")
        return None

    def accepts(self, signature: str, texts: list[bytes]) -> bool:
        """Whether this key signed one of these texts."""
        judge = self._is_rsa if self.scheme == "rsa" else self._is_hmac
        return any(judge(signature, text) for text in texts)

    def _is_hmac(self, signature: str, text: bytes) -> bool:
        digest = hmac.new(self.secret.encode(), text, hashlib.sha256).hexdigest()
        return hmac.compare_digest(signature.lower().encode(), digest.encode())

    def _is_rsa(self, signature: str, text: bytes) -> bool:
        try:
            raw = base64.b64decode(signature, validate=True)
            self._public.verify(raw, text, padding.PKCS1v15(), hashes.SHA256())
        except (binascii.Error, ValueError, InvalidSignature):
            return False
        return True

    @cached_property
    def _public(self) -> rsa.RSAPublicKey:
        pem = self.secret.encode()
        if "PRIVATE" in self.secret:
            private = serialization.load_pem_private_key(pem, password=None)
            return private.public_key()
        return serialization.load_pem_public_key(pem)


def signed_texts(path: bytes, query: bytes, body: bytes) -> list[bytes]:
    """The texts whose signature is good for a request.

    Without a query both forms have been seen to work: the body right after the path,
    and after a question mark, also where there is no body at all.
    """
    if query:
        return [path + b"?" + query + body]
    return [path + body, path + b"?" + body]


def unknown_key() -> Refused:
    text = "Unauthorized. Invalid or expired api key."
    return Refused(401, "api_key_invalid_or_expired", text)


def fresh_keys() -> list[Key]:
    """Throw-away keys: one of each scheme for the trader, one for the neighbour."""
    return [
        _fresh_hmac(),
        Key("rsa", secrets.token_hex(32), _fresh_pem()),
        _fresh_hmac(owner=NEIGHBOUR),
    ]


def moody_keys(known: Container[KeyMood]) -> list[Key]:
    """One of the trader's for each mood that there is no key with yet."""
    return [_fresh_hmac(mood=mood) for mood in KeyMood if mood not in known]


def _fresh_hmac(**more) -> Key:
    return Key("hmac", secrets.token_hex(32), secrets.token_hex(64), **more)


def _fresh_pem() -> str:
    private = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()
