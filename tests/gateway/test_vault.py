from __future__ import annotations

import copy
import inspect
import json
import logging
import os
import pickle
import traceback

import pytest

from trades.gateway.vault import KeyUnusable, Secret, open_sealed, seal

CANARY = "canary-5f2c9e"
OLD, NEW = os.urandom(32), os.urandom(32)
PLACE = "connection 7 of owner 3"
UNOPENED = "^the stored secret does not open here with any known key$"


def shows(text: object) -> bool:
    return CANARY in str(text)


@pytest.fixture
def secret() -> Secret:
    return Secret(CANARY.encode())


@pytest.mark.parametrize(
    "printed",
    [
        repr,
        str,
        format,
        "{}".format,
        "{!r:>40}".format,
        "%s %r".__mod__,
        lambda s: f"{s} {s!s} {s!r} {s:>30}",
        lambda s: [s, {"key": s}],
        lambda s: inspect.getmembers(s),
        lambda s: s.__getstate__(),
    ],
)
def test_a_printed_secret_is_masked(secret, printed):
    value = (secret, secret) if printed == "%s %r".__mod__ else secret
    assert not shows(printed(value))


@pytest.mark.parametrize(
    "taken_out",
    [vars, json.dumps, pickle.dumps, copy.copy, copy.deepcopy, bytes, list, len, hash],
)
def test_every_other_way_out_is_refused(secret, taken_out):
    with pytest.raises(TypeError) as refused:
        taken_out(secret)
    assert not shows(refused.value)


def test_a_secret_has_the_same_mask_everywhere(secret):
    assert f"{secret}" == f"{secret:>30}" == str(secret) == repr(secret) == "Secret(…)"


def test_only_reveal_gives_the_bytes(secret):
    assert secret.reveal() == CANARY.encode()


def test_a_traceback_with_local_variables_shows_no_secret(secret):
    try:
        raise RuntimeError("with the secret in a local variable")
    except RuntimeError as exc:
        told = traceback.TracebackException.from_exception(exc, capture_locals=True)
    text = "".join(told.format())
    assert "secret = Secret(…)" in text
    assert not shows(text)


def test_a_logged_secret_is_masked(secret, caplog):
    with caplog.at_level(logging.DEBUG):
        logging.getLogger("any").debug("%s %r", secret, {"key": secret})
    assert "Secret(…)" in caplog.text
    assert not shows(caplog.text)


def test_equal_secrets_are_equal(secret):
    assert secret == Secret(CANARY.encode())
    assert secret != Secret(b"another")
    assert secret != CANARY.encode()


def test_a_secret_is_made_of_bytes_alone():
    with pytest.raises(TypeError, match=r"^a secret is made of bytes$"):
        Secret("text")


def test_what_an_earlier_version_sealed_opens_still(secret):
    sealed = (
        "v1.a1ad263e40b87dfe.AAECAwQFBgcICQoLCbyaT3apq0AlqTCzAXXzjNpDohh5y9hVCpByz1Y="
    )
    assert open_sealed(sealed, keys=[b"k" * 32], bound_to=PLACE) == secret


def test_what_is_sealed_opens_in_the_same_place(secret):
    sealed = seal(secret, keys=[NEW], bound_to=PLACE)
    assert open_sealed(sealed, keys=[NEW], bound_to=PLACE) == secret
    assert not shows(sealed)


def test_the_same_secret_is_sealed_differently_each_time(secret):
    assert seal(secret, keys=[NEW], bound_to=PLACE) != seal(
        secret, keys=[NEW], bound_to=PLACE
    )


def test_an_old_key_still_opens_and_the_new_one_seals(secret):
    sealed = seal(secret, keys=[OLD], bound_to=PLACE)
    assert open_sealed(sealed, keys=[NEW, OLD], bound_to=PLACE) == secret
    renewed = seal(secret, keys=[NEW, OLD], bound_to=PLACE)
    assert open_sealed(renewed, keys=[NEW], bound_to=PLACE) == secret
    assert renewed.split(".")[1] != sealed.split(".")[1]


def test_the_key_id_is_no_part_of_the_key(secret):
    key_id = seal(secret, keys=[NEW], bound_to=PLACE).split(".")[1]
    assert key_id not in NEW.hex()


@pytest.mark.parametrize(
    ("keys", "bound_to"),
    [([OLD], PLACE), ([], PLACE), ([NEW], "connection 8 of owner 3"), ([NEW], "")],
)
def test_it_opens_with_its_key_in_its_place_only(secret, keys, bound_to):
    sealed = seal(secret, keys=[NEW], bound_to=PLACE)
    with pytest.raises(KeyUnusable):
        open_sealed(sealed, keys=keys, bound_to=bound_to)


def test_a_key_under_anothers_id_opens_nothing(secret):
    by_old = seal(secret, keys=[OLD], bound_to=PLACE)
    by_new = seal(secret, keys=[NEW], bound_to=PLACE)
    forged = ".".join([*by_new.split(".")[:2], by_old.split(".")[2]])
    with pytest.raises(KeyUnusable):
        open_sealed(forged, keys=[NEW, OLD], bound_to=PLACE)


def test_cut_anywhere_it_opens_nothing(secret):
    sealed = seal(secret, keys=[NEW], bound_to=PLACE)
    for length in range(len(sealed)):
        with pytest.raises(KeyUnusable, match=UNOPENED):
            open_sealed(sealed[:length], keys=[NEW], bound_to=PLACE)


@pytest.mark.parametrize("size", [0, 1, 2, 3])
def test_with_any_character_changed_it_opens_nothing(size):
    sealed = seal(Secret(b"x" * size), keys=[NEW], bound_to=PLACE)
    for at, old in enumerate(sealed):
        for new in {old.swapcase(), "A", "B", "=", ".", " ", "\n", "é", "\0"} - {old}:
            with pytest.raises(KeyUnusable):
                open_sealed(
                    sealed[:at] + new + sealed[at + 1 :], keys=[NEW], bound_to=PLACE
                )


@pytest.mark.parametrize("extra", ["=", "\n", " ", "A", ".", "A=="])
def test_with_anything_appended_it_opens_nothing(secret, extra):
    sealed = seal(secret, keys=[NEW], bound_to=PLACE)
    with pytest.raises(KeyUnusable):
        open_sealed(sealed + extra, keys=[NEW], bound_to=PLACE)


@pytest.mark.parametrize("keys", [[], [b"short"], [bytes(16)], [NEW, bytes(33)]])
def test_sealing_needs_keys_of_32_bytes(secret, keys):
    with pytest.raises(KeyUnusable, match="a key of 32 bytes"):
        seal(secret, keys=keys, bound_to=PLACE)


def test_what_does_not_open_tells_neither_key_nor_secret(secret):
    sealed = seal(secret, keys=[NEW], bound_to=PLACE)
    text = _told(lambda: open_sealed(sealed, keys=_canary_key(), bound_to=PLACE))
    assert "does not open" in text
    assert not shows(text)


def test_what_can_not_be_sealed_tells_neither_key_nor_secret(secret):
    text = _told(lambda: seal(secret, keys=[CANARY.encode()], bound_to=PLACE))
    assert "32 bytes" in text
    assert not shows(text)


def _canary_key() -> list[bytes]:
    return [CANARY.encode().ljust(32)]


def _told(call) -> str:
    """All that a crash report could show of a failure, local variables included."""
    with pytest.raises(KeyUnusable) as failed:
        call()
    exc = failed.value
    assert exc.__context__ is None
    ours = traceback.TracebackException(
        type(exc), exc, exc.__traceback__.tb_next.tb_next, capture_locals=True
    )
    return "".join(ours.format())
