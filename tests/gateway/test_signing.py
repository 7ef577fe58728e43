from __future__ import annotations

import copy
import json
import pickle
from collections import Counter
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from trades.gateway.signing import HmacSigner, RsaSigner, signed_text
from trades.gateway.vault import KeyUnusable, Secret

DATA = Path(__file__).parent.parent / "data"
PEM = (DATA / "docs-example-rsa-private.pem").read_bytes()
VECTORS = json.loads((DATA / "signing-vectors.json").read_text())["vectors"]
API_KEY = "an-api-key"
CANARY = "canary-5f2c9e"

NEGATIVE = [v for v in VECTORS if v["kind"] == "computed-negative"]
BROKEN = [v for v in VECTORS if not v["verified"]]
GOOD = [v for v in VECTORS if v not in NEGATIVE and v not in BROKEN]


def target_of(vector: dict) -> str:
    return vector["path"] + ("?" + vector["query"] if vector["query"] else "")


def signatures(vector: dict, target: str) -> dict[str, str]:
    """What our signer makes of the vector's request, by joiner."""
    made = {}
    for joiner in ("", "?"):
        if vector["scheme"].startswith("HMAC"):
            secret = Secret(vector["secret"].encode())
            signer = HmacSigner(API_KEY, secret, joiner=joiner)
        else:
            signer = RsaSigner(API_KEY, Secret(PEM), joiner=joiner)
        made[joiner] = signer.headers(target, vector["body"])["Signature"]
    return made


def needed(vector: dict) -> str:
    """Which target and joiner give the published signature; "" if none does."""
    for target in (target_of(vector), target_of(vector) + "?"):
        made = signatures(vector, target)
        fits = [joiner for joiner in made if made[joiner] == vector["signature"]]
        if fits:
            form = "path?" if target.endswith("?") else "path"
            return form if len(fits) == 2 else f"{form}{fits[0]}body"
    return ""


def test_no_vector_is_lost():
    assert (len(GOOD), len(BROKEN), len(NEGATIVE)) == (38, 1, 4)


@pytest.mark.parametrize("vector", GOOD, ids=lambda v: v["name"])
def test_our_signers_produce_the_published_signature(vector):
    assert needed(vector)


def test_which_form_the_published_signatures_need():
    forms = Counter((v["scheme"][:3], needed(v)) for v in GOOD)
    assert forms == {
        ("HMA", "path"): 12,
        ("HMA", "path?"): 1,
        ("HMA", "pathbody"): 5,
        ("HMA", "path?body"): 4,
        ("RSA", "path"): 6,
        ("RSA", "path?"): 1,
        ("RSA", "pathbody"): 6,
        ("RSA", "path?body"): 3,
    }


def test_the_broken_page_prints_the_signature_of_another_text():
    (vector,) = BROKEN
    over_the_path = signatures(vector | {"body": ""}, vector["path"])[""]
    assert over_the_path == vector["recomputed_signature"]
    assert over_the_path != vector["signature"]


@pytest.mark.parametrize("vector", NEGATIVE, ids=lambda v: v["name"])
def test_our_signers_never_produce_a_signature_that_must_be_refused(vector):
    made = signatures(vector, target_of(vector))
    assert vector["signature"] not in made.values()


def test_the_joiner_stands_only_before_a_body():
    assert signed_text("/a?b=c", "", "?") == b"/a?b=c"
    assert signed_text("/a", "{}", "?") == b"/a?{}"
    assert signed_text("/a", "{}", "") == b"/a{}"


@pytest.mark.parametrize("kind", [HmacSigner, RsaSigner])
def test_the_api_key_is_sent_as_it_is(kind):
    signer = kind(API_KEY, Secret(PEM))
    assert signer.headers("/a").keys() == {"Apikey", "Signature"}
    assert signer.headers("/a")["Apikey"] == API_KEY


@pytest.mark.parametrize("kind", [HmacSigner, RsaSigner])
def test_without_a_body_the_path_alone_is_signed_and_nothing_joins_by_itself(kind):
    signer = kind(API_KEY, Secret(PEM))
    assert signer.headers("/a") == signer.headers("/a", "")
    assert signer.headers("/a{}") == signer.headers("/a", "{}")


def test_a_key_that_was_looked_at_before_signs_the_same():
    known = RsaSigner(API_KEY, Secret(PEM), checked=True)
    assert known.headers("/a") == RsaSigner(API_KEY, Secret(PEM)).headers("/a")


def _inconsistent() -> bytes:
    """A private key whose parts don't belong together."""
    there = serialization.load_pem_private_key(PEM, password=None).private_numbers()
    parts = {name: getattr(there, name) for name in ("p", "q", "dmp1", "dmq1", "iqmp")}
    wrong = rsa.RSAPrivateNumbers(
        **parts, d=there.d + 2, public_numbers=there.public_numbers
    )
    return wrong.private_key(unsafe_skip_rsa_key_validation=True).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


def test_a_key_is_looked_at_unless_it_was_before():
    wrong = Secret(_inconsistent())
    with pytest.raises(KeyUnusable):
        RsaSigner(API_KEY, wrong)
    assert RsaSigner(API_KEY, wrong, checked=True)


def test_both_kinds_of_pem_sign_alike():
    key = serialization.load_pem_private_key(PEM, password=None)
    pkcs8 = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    assert b"BEGIN RSA PRIVATE KEY" in PEM
    assert b"BEGIN PRIVATE KEY" in pkcs8
    first, second = (RsaSigner(API_KEY, Secret(pem)) for pem in (PEM, pkcs8))
    assert first.headers("/a", "{}") == second.headers("/a", "{}")


def test_a_pem_pasted_from_windows_is_read():
    pasted = b"\r\n" + PEM.replace(b"\n", b"\r\n") + b"\r\n"
    signer = RsaSigner(API_KEY, Secret(pasted))
    assert signer.headers("/a") == RsaSigner(API_KEY, Secret(PEM)).headers("/a")


def _encrypted() -> bytes:
    key = serialization.load_pem_private_key(PEM, password=None)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(b"password"),
    )


def _elliptic() -> bytes:
    return ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )


@pytest.mark.parametrize(
    "pem",
    [
        b"",
        CANARY.encode(),
        PEM.replace(b"MII", b"MIX"),
        b"-----BEGIN RSA PRIVATE KEY-----\n" + CANARY.encode() + b"\n-----END",
        PEM[:800],
        _encrypted(),
        _elliptic(),
    ],
    ids=["empty", "text", "damaged", "not base64", "cut", "encrypted", "elliptic"],
)
def test_a_bad_private_key_is_refused_without_being_shown(pem):
    with pytest.raises(KeyUnusable) as refused:
        RsaSigner(API_KEY, Secret(pem))
    told = "the private key is not an RSA key in PEM without a password"
    assert str(refused.value) == told
    assert refused.value.__context__ is None


@pytest.mark.parametrize(
    "bad", ["", " ", "{} ", " {}", "{}\n", "{}\r\nX: y", "{}é", "{}\0", "{}\x7f"]
)
@pytest.mark.parametrize("kind", [HmacSigner, RsaSigner])
def test_an_api_key_that_no_header_can_carry_is_refused_unseen(kind, bad):
    with pytest.raises(KeyUnusable) as refused:
        kind(bad.format(CANARY), Secret(PEM))
    told = "the API key must be printable ASCII without spaces"
    assert str(refused.value) == told


@pytest.mark.parametrize("kind", [HmacSigner, RsaSigner])
def test_a_printed_signer_shows_no_key(kind):
    signer = kind(CANARY, Secret(PEM))
    assert CANARY not in f"{signer} {signer!r}"
    assert "PRIVATE KEY" not in f"{vars(signer)}"


@pytest.mark.parametrize("copied", [pickle.dumps, copy.deepcopy])
def test_a_signer_with_a_secret_is_not_copied(copied):
    with pytest.raises(TypeError, match=r"^a secret is neither copied nor pickled$"):
        copied(HmacSigner(API_KEY, Secret(b"s")))
