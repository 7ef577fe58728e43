"""What must hold before anything starts."""

from __future__ import annotations

import os
import re
import subprocess
from base64 import b64encode
from secrets import token_hex, token_urlsafe

import pytest
from django.core.checks import run_checks
from django.db import connection
from requests.adapters import HTTPAdapter
from urllib3 import Retry

from trades.management.commands.start import manage

# What the settings say to each connection, and what must not stand there instead.
WEAKER = {
    "sqlite": [
        ("synchronous=FULL", "synchronous=NORMAL"),
        ("journal_mode=WAL", "journal_mode=DELETE"),
        ("IMMEDIATE", "DEFERRED"),
        ("foreign_keys=ON", "foreign_keys=OFF"),
        ("recursive_triggers=ON", "recursive_triggers=OFF"),
    ],
    "postgresql": [
        ("synchronous_commit=on", "synchronous_commit=off"),
        ("synchronous_commit=on", "synchronous_commit=local"),
        (r"read\ committed", r"repeatable\ read"),
    ],
}


@pytest.fixture(autouse=True)
def on_this_machine(settings) -> None:
    """As an installation has it: the tests' own host name is no part of it."""
    settings.ALLOWED_HOSTS = settings.THIS_MACHINE


def ids(**databases) -> set[str]:
    return {problem.id for problem in run_checks(**databases)}


def test_the_settings_of_the_project_pass_every_check(db):
    assert run_checks(databases=["default"]) == []


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.1:8791",
        "https://api.3commas.io",
        "https://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "ftp://127.0.0.1",
        "127.0.0.1:8791",
        "",
    ],
)
def test_a_sandbox_elsewhere_is_refused(settings, url):
    settings.SANDBOX_URL = url
    assert ids() == {"trades.E001"}


@pytest.mark.parametrize("url", ["http://[::1]:1", "http://localhost:8791"])
def test_a_sandbox_on_this_machine_is_fine(settings, url):
    settings.SANDBOX_URL = url
    assert ids() == set()


def test_requests_as_transactions_are_refused(monkeypatch):
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert ids() == {"trades.E002"}


@pytest.mark.parametrize(
    "unsafe",
    [
        {"REAL_TRADING": True},
        {"HTTPS": True, "PROXY_HOPS": 1},
        {"ALLOWED_HOSTS": ["trade.example"], "HTTPS": True, "PROXY_HOPS": 1},
    ],
    ids=lambda unsafe: next(iter(unsafe)),
)
def test_debugging_anything_but_a_trial_is_refused(settings, unsafe):
    settings.DEBUG = True
    assert ids() == set()
    for name, value in unsafe.items():
        setattr(settings, name, value)
    assert ids() == {"trades.E003"}


@pytest.mark.parametrize(
    "key",
    [
        token_urlsafe(36),  # 48 characters
        "x1y2z3" * 20,
        f"django-insecure-{token_urlsafe(48)}",
        f"CHANGE-ME-{token_urlsafe(48)}",
    ],
    ids=["short", "few characters", "Django's", "a sample"],
)
def test_a_secret_key_that_is_none_is_refused(settings, key):
    settings.SECRET_KEY = key
    assert ids() == {"trades.E006"}


@pytest.mark.parametrize("make", [token_urlsafe, token_hex])
def test_a_random_secret_key_is_fine(settings, make):
    settings.SECRET_KEY = make(38)
    assert ids() == set()


@pytest.mark.parametrize(
    "key",
    [
        b"t" * 32,
        b"0123456789abcdef" * 2,
        bytes(range(200, 232)),
        bytes(15) + b"\xff" * 17,
    ],
    ids=["one byte", "typed", "counted", "two bytes"],
)
def test_an_encryption_key_that_is_not_random_is_refused(settings, key):
    good = settings.CHAIN_KEY
    settings.CHAIN_KEY = key
    assert ids() == {"trades.E007"}
    settings.CHAIN_KEY, settings.SEALING_KEYS = good, [key]
    assert ids() == {"trades.E007"}


def test_no_encryption_key_is_refused_and_a_bad_one_may_still_open(settings):
    settings.SEALING_KEYS = [*settings.SEALING_KEYS, b"t" * 32]
    assert ids() == set()
    settings.SEALING_KEYS = []
    assert ids() == {"trades.E007"}


def test_a_key_for_two_purposes_is_refused(settings):
    seal, chain = settings.SEALING_KEYS[0], settings.CHAIN_KEY
    settings.SEALING_KEYS = [seal, seal]
    assert ids() == {"trades.E008"}
    settings.SEALING_KEYS = [seal, chain]
    assert ids() == {"trades.E008"}
    settings.SEALING_KEYS = [seal]
    settings.SECRET_KEY = b64encode(chain).decode()
    assert "trades.E008" in ids()  # it is shorter than a secret key, too


@pytest.mark.parametrize(
    "hosts", [[], [""], ["*"], [".trade.example"], ["trade.example", "*.example"]]
)
def test_hosts_that_are_not_named_are_refused(settings, hosts):
    settings.ALLOWED_HOSTS = hosts
    settings.HTTPS, settings.PROXY_HOPS = True, 1
    assert ids() == {"trades.E009"}


def test_other_machines_without_tls_are_refused(settings):
    settings.ALLOWED_HOSTS = ["localhost", "10.0.0.7"]
    assert ids() == {"trades.E010"}
    settings.HTTPS, settings.PROXY_HOPS = True, 1
    assert ids() == set()


def test_tls_without_a_proxy_is_refused(settings):
    settings.HTTPS = True
    assert ids() == {"trades.E011"}


def test_each_refusal_names_its_remedy(settings):
    settings.DEBUG = settings.HTTPS = True
    settings.SECRET_KEY = "secret"
    settings.SEALING_KEYS = [b"t" * 32] * 2
    told = {problem.id: problem.msg for problem in run_checks()}
    assert told == {
        "trades.E003": "DEBUG must be off with REAL_TRADING, with HTTPS and for other "
        "machines.",
        "trades.E006": "SECRET_KEY is short or no secret: make one with: "
        "openssl rand -base64 48",
        "trades.E007": "SEALING_KEYS begins with no random key: make one with: "
        "openssl rand -base64 32",
        "trades.E008": "SECRET_KEY, CHAIN_KEY and each of SEALING_KEYS must be keys of "
        "their own.",
        "trades.E011": "HTTPS needs a proxy: say in PROXY_HOPS how many there are, "
        "mostly 1.",
    }


class Twice(Retry):
    """Whatever it is told, it is another class's word."""


@pytest.mark.parametrize(
    "retries",
    [1, Retry(3, allowed_methods=None), Retry(None, redirect=1), Twice(0)],
    ids=repr,
)
def test_an_adapter_that_could_send_again_is_refused(monkeypatch, retries):
    made = HTTPAdapter.__init__

    def with_retries(self, **options: object) -> None:
        made(self, **options | {"max_retries": retries})

    monkeypatch.setattr(HTTPAdapter, "__init__", with_retries)
    assert ids() == {"trades.E005"}


@pytest.mark.parametrize(("good", "bad"), WEAKER[connection.vendor])
def test_a_database_that_works_in_another_way_is_refused(
    transactional_db, monkeypatch, tmp_path, good, bad
):
    options = connection.settings_dict["OPTIONS"]
    name = next(name for name, said in options.items() if good in str(said))
    connection.close()
    with monkeypatch.context() as patch:
        patch.setitem(options, name, options[name].replace(good, bad))
        if connection.vendor == "sqlite":  # a file may be open elsewhere
            patch.setitem(connection.settings_dict, "NAME", tmp_path / "app.sqlite3")
        found = ids(databases=["default"])
        connection.close()
    assert found == {"trades.E004"}


# What somebody's settings may do after ours, and why nothing starts then.
FORGETFUL = """
options = DATABASES["default"]["OPTIONS"]
for name in {"init_command", "options"} & {*options}:
    weaker = options[name].replace("synchronous=FULL", "synchronous=NORMAL")
    options[name] = weaker.replace("synchronous_commit=on", "synchronous_commit=off")
"""
LONG = "DATABASES['default']['ATOMIC_REQUESTS'] = True"
PATIENT = """
from requests.adapters import HTTPAdapter
from urllib3 import Retry

made = HTTPAdapter.__init__

def with_retries(self, **options):
    made(self, **options | {"max_retries": Retry(3, allowed_methods=None)})

HTTPAdapter.__init__ = with_retries
"""
OUTDATED = """
from importlib import import_module

driver = import_module(DATABASES["default"]["ENGINE"] + ".base")
driver.DatabaseWrapper.features_class.minimum_database_version = (99,)
"""


@pytest.mark.parametrize(
    ("statements", "reason"),
    [
        (FORGETFUL, r"must run with synchronous(=FULL|_commit=on)\."),
        (LONG, r"ATOMIC_REQUESTS must be off\."),
        (PATIENT, r"The POST could be sent again: Retry\(total=3,"),
        (OUTDATED, r"(SQLite|PostgreSQL) 99 or later is required"),
    ],
    ids=["forgetful", "long", "patient", "outdated"],
)
def test_neither_sender_nor_web_starts_and_both_say_why(
    statements, reason, tmp_path, empty_database
):
    """F58, with real processes."""
    strange = tmp_path / "strange.py"
    strange.write_text(f"from smarttrade_ui.settings import *\n{statements}")
    env = {
        **os.environ,
        "DATABASE_URL": empty_database,
        "DJANGO_SETTINGS_MODULE": strange.stem,
        "PYTHONPATH": str(tmp_path),
    }
    for command in (manage("sender"), manage("web", "--port", 0)):
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert done.stdout == ""
        assert re.search(reason, done.stderr), done.stderr
