"""Keeps API secrets: hidden while they are in memory, sealed while they are stored."""

from __future__ import annotations

import hmac
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_KEY_BYTES = 32
_NONCE_BYTES = 12


class KeyUnusable(Exception):
    """A key or a secret can't be used. The message never holds any part of it."""


class Secret:
    """Bytes that nothing but ``reveal()`` gives out.

    Printing shows a mask; pickling, copying and JSON refuse. The bytes stand in a
    closure and not in an attribute, because crash reports print attributes.
    """

    __slots__ = ("reveal",)

    reveal: Callable[[], bytes]

    def __init__(self, value: bytes) -> None:
        if not isinstance(value, bytes):
            raise TypeError("a secret is made of bytes")
        self.reveal = lambda: value

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return repr(self)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self.reveal(), other.reveal())

    __hash__ = None

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a secret is neither copied nor pickled")


def seal(secret: Secret, *, keys: Sequence[bytes], bound_to: str) -> str:
    """Encrypt with the first key: ``v1.<key id>.<nonce and ciphertext>``.

    ``bound_to`` names the one row, and its owner, in which the text can be opened.
    """
    boxes = _boxes(keys)
    del keys  # a crash report prints the local variables of each frame
    if not boxes:
        raise KeyUnusable(f"sealing needs a key of {_KEY_BYTES} bytes")
    mark, box = next(iter(boxes.items()))
    nonce = os.urandom(_NONCE_BYTES)
    locked = box.encrypt(nonce, secret.reveal(), bound_to.encode())
    return f"{mark}.{urlsafe_b64encode(nonce + locked).decode()}"


def open_sealed(sealed: str, *, keys: Sequence[bytes], bound_to: str) -> Secret:
    """Decrypt what ``seal`` made with any of ``keys``, in the same place."""
    boxes = _boxes(keys)
    del keys
    mark, _, locked = sealed.rpartition(".")
    try:
        opened = _open(boxes[mark], _decode(locked), bound_to)
    except (InvalidTag, LookupError, ValueError):
        opened = None
    if opened is None:
        raise KeyUnusable("the stored secret does not open here with any known key")
    return opened


def _open(box: AESGCM, raw: bytes, bound_to: str) -> Secret:
    nonce, locked = raw[:_NONCE_BYTES], raw[_NONCE_BYTES:]
    return Secret(box.decrypt(nonce, locked, bound_to.encode()))


def _decode(text: str) -> bytes:
    """Base64, in its one canonical spelling: the decoder alone accepts others."""
    raw = urlsafe_b64decode(text)
    if urlsafe_b64encode(raw) != text.encode():
        raise ValueError("not canonical")
    return raw


def _boxes(keys: Sequence[bytes]) -> dict[str, AESGCM]:
    """Each key's box under the key's mark, in order; none if a key is malformed."""
    if not all(isinstance(key, bytes) and len(key) == _KEY_BYTES for key in keys):
        return {}
    return {_mark(key): AESGCM(key) for key in keys}


def _mark(key: bytes) -> str:
    """Form and key id. The id tells keys apart and nothing else about them."""
    return f"v1.{hmac.new(key, b'id of a sealing key', sha256).hexdigest()[:16]}"
