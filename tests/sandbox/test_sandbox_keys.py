"""The sandbox's own keys: three that work, and one for each way to be refused."""

from __future__ import annotations

import sqlite3

import pytest

from tests.sandbox.wire import Client
from trades.sandbox.api import SandboxApi
from trades.sandbox.keys import Key
from trades.sandbox.moods import KeyMood
from trades.sandbox.server import serving

ACCOUNTS, VALIDATE = "/ver1/accounts", "/ver1/validate"
NOT_ALLOWED = {
    "error": "access_denied",
    "error_description": "IP address is not allowed",
}
EXPIRED = {
    "error": "api_key_invalid_or_expired",
    "error_description": "Unauthorized. Invalid or expired api key.",
}
NO_PERMISSION = {
    "error": "Forbidden",
    "error_description": "Api key not authorized for this action",
}
PLAN = {
    "error": "The request type 'read' is not available with your current subscription "
    "plan. Please upgrade your plan to use this type of request."
}
VALID = {"valid": True}


@pytest.fixture
def asking(tmp_path):
    """Asks with a key of this mood, signed with its secret or another one."""
    keys = [Key("hmac", mood.name, "secret", mood=mood) for mood in KeyMood]
    with serving(SandboxApi(tmp_path / "s.sqlite3", keys)) as server:

        def ask(mood: KeyMood, path: str, secret: str = "secret"):
            reply = Client(server, Key("hmac", mood.name, secret)).get(path)
            return reply.status, reply.json

        yield ask


@pytest.mark.parametrize(
    ("mood", "validate", "accounts"),
    [
        (KeyMood.ADDRESS, (401, NOT_ALLOWED), (401, NOT_ALLOWED)),
        (KeyMood.EXPIRED, (401, EXPIRED), (401, EXPIRED)),
        (KeyMood.NO_ACCOUNTS, (200, VALID), (403, NO_PERMISSION)),
        (KeyMood.PLAN, (200, VALID), (429, PLAN)),
    ],
)
def test_a_test_of_a_key_ends_as_the_key_says(mood, validate, accounts, asking):
    assert asking(mood, VALIDATE) == validate
    assert asking(mood, ACCOUNTS) == accounts


def test_every_mood_but_the_good_one_refuses_accounts(asking):
    refused = {mood for mood in KeyMood if asking(mood, ACCOUNTS)[0] != 200}
    assert refused == {*KeyMood} - {KeyMood.GOOD}


def test_permissions_say_nothing_to_who_can_not_sign(asking):
    for mood in (KeyMood.NO_ACCOUNTS, KeyMood.PLAN):
        assert asking(mood, ACCOUNTS, secret="another")[0] == 401


def test_a_key_without_accounts_may_look_at_trades(asking):
    assert asking(KeyMood.NO_ACCOUNTS, "/v2/smart_trades") == (200, [])
    leverage = f"{ACCOUNTS}/1002/leverage_data?pair=USDT_BTCUSDT"
    assert asking(KeyMood.NO_ACCOUNTS, leverage)[0] == 403


def test_a_file_has_a_key_of_each_kind_in_a_known_order(tmp_path):
    keys = SandboxApi(tmp_path / "s.sqlite3").keys
    assert [(key.scheme, key.owner) for key in keys[:3]] == [
        ("hmac", 1),
        ("rsa", 1),
        ("hmac", 2),
    ]
    good, *others = KeyMood
    assert [key.mood for key in keys] == [good, good, good, *others]
    assert len({key.api_key for key in keys}) == len(keys)


def test_an_older_file_keeps_its_keys_and_gets_the_others(tmp_path):
    path = tmp_path / "s.sqlite3"
    old = [("hmac", f"key {n}", f"secret {n}", n) for n in (1, 2)]
    db = sqlite3.connect(path)
    db.execute(
        "CREATE TABLE keys (scheme TEXT NOT NULL, api_key TEXT NOT NULL, "
        "secret TEXT NOT NULL, owner INTEGER NOT NULL)"
    )
    db.executemany("INSERT INTO keys VALUES (?, ?, ?, ?)", old)
    db.commit()
    db.close()
    keys = SandboxApi(path).keys
    assert keys[:2] == [Key(*row) for row in old]
    assert [key.mood for key in keys[2:]] == [*KeyMood][1:]
    assert SandboxApi(path).keys == keys
