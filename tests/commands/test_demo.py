"""``demo``: everything to try the app with, once, and never beside real keys."""

from __future__ import annotations

import io
import json

import pytest
from django.contrib.auth.models import User
from django.contrib.auth.password_validation import validate_password
from django.core.management import CommandError, call_command

from trades.models import Account, Connection

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(sandbox, tmp_path, settings):
    """Run the command with what a sandbox says of itself."""
    settings.DATA_DIR = tmp_path
    keys = [
        {"scheme": key.scheme, "api_key": key.api_key, "secret": key.secret}
        for key in sandbox.api.keys
    ]
    said = tmp_path / "said.json"
    said.write_text(json.dumps({"url": sandbox.url, "keys": keys, "accounts": []}))

    def run() -> str:
        out = io.StringIO()
        call_command("demo", sandbox=str(said), stdout=out)
        return out.getvalue()

    return run


def passwords(told: str) -> dict[str, str]:
    lines = [line.split() for line in told.splitlines() if line.startswith("Log in")]
    return {line[3]: line[-1] for line in lines}


def test_the_demo_users_can_log_in_as_it_says(demo, client):
    logins = passwords(demo())
    assert set(logins) == {"trader", "reviewer"}
    for name, password in logins.items():
        assert client.login(username=name, password=password)
        validate_password(password, User.objects.get(username=name))


def test_the_trader_sends_and_the_reviewer_reads(demo):
    demo()
    trader, reviewer = (User.objects.get(username=n) for n in ("trader", "reviewer"))
    assert trader.has_perm("trades.send_trade")
    assert not trader.is_staff
    assert reviewer.is_staff
    assert reviewer.has_perm("trades.view_submission")
    assert not reviewer.has_perm("trades.send_trade")


def test_the_connection_reaches_the_sandboxes_accounts(demo, sandbox):
    demo()
    connection = Connection.objects.get()
    assert connection.mode == "sandbox"
    numbers = set(Account.objects.values_list("remote_id", flat=True))
    assert {1001, 1002, 1504} <= numbers
    assert 2001 not in numbers  # the neighbour's
    assert not Account.objects.get(remote_id=1403).flags["smart_trading_supported"]


def test_a_second_start_changes_nothing_and_says_the_same(demo):
    assert demo() == demo()
    assert (User.objects.count(), Connection.objects.count()) == (2, 1)


def test_the_passwords_are_for_this_user_of_the_machine_only(demo, tmp_path):
    demo()
    assert (tmp_path / "demo-logins.json").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("mode", ["paper", "real"])
def test_there_is_no_demo_beside_another_key(demo, connection, mode):
    connection.mode = mode
    connection.save()
    with pytest.raises(CommandError, match="for the sandbox"):
        demo()
    assert not User.objects.filter(username="reviewer").exists()


def test_there_is_no_demo_where_trading_is_real(demo, settings):
    settings.REAL_TRADING = True
    with pytest.raises(CommandError, match="for the sandbox"):
        demo()
