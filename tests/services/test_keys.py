"""What can be a key and its secret, and in which words everything else is refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.domain.listed import DATA
from trades.services import connections
from trades.services.connections import KeyRefused, hidden

Format = serialization.PrivateFormat
Encoding = serialization.Encoding


def pem(bits: int = 2048, form=Format.PKCS8, password: bytes | None = None) -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    lock = serialization.NoEncryption()
    if password:
        lock = serialization.BestAvailableEncryption(password)
    return key.private_bytes(Encoding.PEM, form, lock).decode()


@pytest.fixture(scope="module")
def rsa_pem() -> str:
    return pem()


def ensure(scheme: str, typed: str, api_key: str = "key-1") -> None:
    connections.ensure_key(scheme=scheme, api_key=api_key, secret=hidden(typed))


@pytest.mark.parametrize("form", [Format.PKCS8, Format.TraditionalOpenSSL])
def test_both_forms_of_pem_are_taken_however_their_lines_end(form):
    text = pem(form=form)
    ensure("rsa", text)
    ensure("rsa", f"\r\n  {text.replace(chr(10), chr(13) + chr(10))}  ")


def test_the_example_key_of_3commas_is_taken():
    text = (DATA / "docs-example-rsa-private.pem").read_text()
    ensure("rsa", text)


@pytest.mark.parametrize("typed", ["s" * 128, "  a1/+=:~ \n", "!"])
def test_a_secret_of_one_printable_line_is_taken(typed):
    ensure("hmac", typed)


def public(text: str) -> str:
    key = serialization.load_pem_private_key(text.encode(), None).public_key()
    info = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(Encoding.PEM, info).decode()


def curve() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    lock = serialization.NoEncryption()
    return key.private_bytes(Encoding.PEM, Format.PKCS8, lock).decode()


REFUSED = {
    "empty": ("hmac", lambda _: "", "Enter the secret"),
    "blank": ("rsa", lambda _: " \n", "Enter the secret"),
    "long": ("hmac", lambda _: "x" * 6001, "more than 6000"),
    "blank inside": ("hmac", lambda _: "a b", "no blanks"),
    "NUL": ("hmac", lambda _: "a\0b", "no blanks"),
    "not ASCII": ("hmac", lambda _: "schlüssel", "no blanks"),
    "half a pair": ("hmac", lambda _: "a\ud800", "no blanks"),
    "PEM as HMAC": ("hmac", lambda rsa_pem: rsa_pem, "choose RSA"),
    "one line as RSA": ("rsa", lambda _: "s" * 128, "choose HMAC"),
    "public": ("rsa", public, "public key"),
    "ssh": ("rsa", lambda _: "ssh-rsa AAAAB3 me@here", "public key"),
    "certificate": (
        "rsa",
        lambda _: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
        "certificate",
    ),
    "encrypted": ("rsa", lambda _: pem(password=b"p"), "password"),
    "encrypted PKCS#1": (
        "rsa",
        lambda _: pem(form=Format.TraditionalOpenSSL, password=b"p"),
        "password",
    ),
    "curve": ("rsa", lambda _: curve(), "can't be read as an RSA key"),
    "cut": ("rsa", lambda rsa_pem: rsa_pem[:800], "can't be read as an RSA key"),
    "NUL in PEM": ("rsa", lambda p: p.replace("M", "\0", 9), "can't be read"),
    "short": ("rsa", lambda _: pem(1024), "1024 bits"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_can_be_no_secret_is_refused_in_words(case, rsa_pem):
    scheme, make, words = REFUSED[case]
    with pytest.raises(KeyRefused) as refused:
        ensure(scheme, make(rsa_pem))
    assert refused.value.field == "secret"
    assert words in refused.value.message


@pytest.mark.parametrize("api_key", ["", "a b", "ключ", "a\0", "a\r\nX: y"])
def test_what_can_be_no_header_is_no_api_key(api_key):
    with pytest.raises(KeyRefused) as refused:
        ensure("hmac", "secret", api_key)
    assert refused.value.field == "api_key"
