"""Turns a request into the two headers that prove whose it is.

Source: 3Commas API, "Signing a request using HMAC SHA256" and "… using RSA".
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from trades.gateway.vault import KeyUnusable, Secret


class Signer(Protocol):
    def headers(self, target: str, body: str = "") -> dict[str, str]:
        """``Apikey`` and ``Signature`` for a request.

        ``target`` is path and raw query, exactly as they stand on the wire.
        """


class HmacSigner:
    """HMAC-SHA256 under the API secret, in lower-case hex.

    ``joiner`` stands between path and JSON body. 3Commas' pages print "" and "?",
    and both have been seen to work.
    """

    def __init__(self, api_key: str, secret: Secret, *, joiner: str = "") -> None:
        self._api_key = sendable(api_key)
        self._secret = secret
        self._joiner = joiner

    def headers(self, target: str, body: str = "") -> dict[str, str]:
        text = signed_text(target, body, self._joiner)
        digest = hmac.new(self._secret.reveal(), text, sha256).hexdigest()
        return {"Apikey": self._api_key, "Signature": digest}


class RsaSigner:
    """RSASSA-PKCS1-v1_5 with SHA-256 under the user's own key, in one-line base64.

    ``private_key`` is PEM, as PKCS#1 or PKCS#8, without a password. It is parsed
    here, once; a key that can't be read raises ``KeyUnusable``. ``checked`` spares the
    tenth of a second that looking at its primes takes, for a key that was looked at
    when it was sealed.
    """

    def __init__(
        self,
        api_key: str,
        private_key: Secret,
        *,
        joiner: str = "",
        checked: bool = False,
    ) -> None:
        self._api_key = sendable(api_key)
        self._key = _parsed(private_key, checked)
        self._joiner = joiner

    def headers(self, target: str, body: str = "") -> dict[str, str]:
        text = signed_text(target, body, self._joiner)
        signature = self._key.sign(text, PKCS1v15(), SHA256())
        return {"Apikey": self._api_key, "Signature": b64encode(signature).decode()}


def signed_text(target: str, body: str, joiner: str) -> bytes:
    """The bytes that are signed; without a body there is nothing to join."""
    return (target + joiner + body if body else target).encode()


def sendable(api_key: str) -> str:
    """The API key, if it can stand in a header: http.client would quote a bad one."""
    if not re.fullmatch(r"[!-~]+", api_key):
        raise KeyUnusable("the API key must be printable ASCII without spaces")
    return api_key


def _parsed(private_key: Secret, checked: bool) -> RSAPrivateKey:
    try:
        key = load_pem_private_key(
            private_key.reveal(), password=None, unsafe_skip_rsa_key_validation=checked
        )
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, RSAPrivateKey):
        raise KeyUnusable("the private key is not an RSA key in PEM without a password")
    return key
