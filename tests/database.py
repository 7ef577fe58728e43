"""Where the suite keeps its rows: on the server that DATABASE_URL names, or in SQLite.

Nothing here touches the database that is in use, nor does what a test starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.conf import settings
from django.db import connection

ASKED_FOR = os.environ.get("DATABASE_URL", "")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--database",
        choices=["sqlite", "postgresql"],
        help="refuse to run on another one than this",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--database") not in (None, connection.vendor):
        raise pytest.UsageError(f"DATABASE_URL names {connection.display_name}.")


def pytest_report_header() -> str:
    return f"database: {connection.display_name}"


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> str:
    """Names the test database; our settings did, for each process of its own."""
    return settings.DATABASES["default"]["TEST"]["NAME"]


@pytest.fixture(scope="session", autouse=True)
def children_share_the_test_database(django_db_modify_db_settings: str) -> Iterator:
    """Processes that a test starts find it where they look for theirs."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DATABASE_URL", address(django_db_modify_db_settings))
        yield


@pytest.fixture
def empty_database(tmp_path: Path, django_db_modify_db_settings: str) -> Iterator[str]:
    """The address of a database of the test's own, without a table in it."""
    if connection.vendor == "sqlite":
        yield address(str(tmp_path / "empty.sqlite3"))
        return
    name = f"{django_db_modify_db_settings}_empty"
    with psycopg.connect(address("postgres"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        yield address(name)
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def address(name: str) -> str:
    """Of another database on the same server, or of another SQLite file."""
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(name)}"
    return urlsplit(ASKED_FOR)._replace(path=f"/{name}").geturl()
