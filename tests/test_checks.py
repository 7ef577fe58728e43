"""What must hold before anything starts."""

from __future__ import annotations

import os
import re
import subprocess

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


def test_debugging_with_real_money_is_refused(settings):
    settings.DEBUG = settings.REAL_TRADING = True
    assert ids() == {"trades.E003"}


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
