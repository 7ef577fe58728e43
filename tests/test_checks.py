"""What must hold before anything starts."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import connection


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


@pytest.mark.django_db(transaction=True)
def test_a_database_that_may_forget_a_commit_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=NORMAL")
    try:
        assert ids(databases=["default"]) == {"trades.E004"}
    finally:
        connection.close()
