"""Which database the suite uses, and how every connection to it works."""

from __future__ import annotations

import os
import subprocess
import sys
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.database import ASKED_FOR

VENDORS = {"": "sqlite", "sqlite": "sqlite"}
LIMITS = {
    "sqlite": {"PRAGMA busy_timeout": 10_000},
    "postgresql": {
        "SHOW lock_timeout": "10s",
        "SHOW statement_timeout": "1min",
        "SHOW idle_in_transaction_session_timeout": "30s",
    },
}
SHOW_OPTIONS = (
    "from smarttrade_ui.settings import DATABASES as d; print(d['default']['OPTIONS'])"
)


def settings_with(url: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DATABASE_URL": url}
    command = [sys.executable, "-c", SHOW_OPTIONS]
    return subprocess.run(command, env=env, capture_output=True, text=True)


def test_the_suite_runs_on_the_database_that_was_asked_for():
    asked = urlsplit(ASKED_FOR).scheme
    assert connection.vendor == VENDORS.get(asked, "postgresql")


def test_what_a_test_starts_finds_the_test_database(db):
    named = urlsplit(os.environ["DATABASE_URL"]).path
    assert named.removeprefix("/") == connection.settings_dict["NAME"]
    assert "smarttrade_test_" in named
    assert "DATABASE_URL_FILE" not in os.environ


@pytest.mark.parametrize("limit", LIMITS[connection.vendor])
def test_nobody_waits_without_end(db, limit):
    with connection.cursor() as cursor:
        cursor.execute(limit)
        assert cursor.fetchone()[0] == LIMITS[connection.vendor][limit]


def test_an_address_may_add_options_but_weaken_none():
    done = settings_with(
        "postgres://me@host/db?sslmode=require&options=-c%20synchronous_commit%3Doff"
    )
    options = done.stdout
    assert "'sslmode': 'require'" in options
    assert options.index("commit=off") < options.index("commit=on")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("mysql://me:secret@host/db", "must name SQLite or PostgreSQL"),
        ("postgres://me:secr/et@host/db", "not a valid url"),
        ("nonsense", "Scheme '://' is unknown"),
    ],
)
def test_another_address_is_refused_without_its_password(url, reason):
    done = settings_with(url)
    assert done.returncode == 1
    assert reason in done.stderr
    assert "secr" not in done.stderr
