"""The cast: a trader who may send, a reviewer who may not, and a sandbox."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from trades.gateway.vault import Secret, seal
from trades.models import Account, Connection, Event
from trades.sandbox.api import SandboxApi
from trades.sandbox.server import serving
from trades.services import drafts, sending, stops, submissions

pytest_plugins = ["tests.database", "tests.flushing"]

# Playwright keeps an event loop in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def journal(settings, tmp_path_factory) -> Path:
    """Each test has a sending journal of its own; most never write a line."""
    settings.JOURNAL = tmp_path_factory.getbasetemp() / f"{uuid.uuid4()}.journal"
    return settings.JOURNAL


@pytest.fixture
def make_user(db):
    def make(name: str, *permissions: str, **fields: object) -> User:
        user = User.objects.create_user(name, password=PASSWORD, **fields)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        return user

    return make


@pytest.fixture
def trader(make_user) -> User:
    return make_user("trader", "send_trade")


@pytest.fixture
def stranger(make_user) -> User:
    """Another trader."""
    return make_user("stranger", "send_trade")


@pytest.fixture
def reviewer(make_user) -> User:
    rights = ("view_submission", "view_event", "review_submission")
    return make_user("reviewer", *rights, is_staff=True)


@pytest.fixture(scope="session")
def sandbox_file(tmp_path_factory):
    """A sandbox's file with keys in it: making the RSA key takes its time."""
    path = tmp_path_factory.mktemp("sandbox") / "sandbox.sqlite3"
    SandboxApi(path)
    return path


@pytest.fixture
def sandbox(sandbox_file, tmp_path, settings):
    """A real 3Commas stand-in on a loopback socket; ``trades`` is its book."""
    path = shutil.copy(sandbox_file, tmp_path / "sandbox.sqlite3")
    with serving(SandboxApi(path)) as server:
        settings.SANDBOX_URL = server.url
        yield server


@pytest.fixture
def connection(trader, sandbox_file) -> Connection:
    """The trader's, of whose making the history does not tell."""
    key = SandboxApi(sandbox_file).keys[0]
    connection = Connection(
        owner=trader,
        name="Sandbox",
        mode=Connection.Mode.SANDBOX,
        scheme=key.scheme,
        api_key=key.api_key,
    )
    connection.sealed_secret = seal(
        Secret(key.secret.encode()),
        keys=settings.SEALING_KEYS,
        bound_to=connection.binding,
    )
    connection.save()
    return connection


@pytest.fixture
def make_account(connection):
    def make(remote_id: int, market: str = "binance", **flags: bool) -> Account:
        return Account.objects.create(
            connection=connection,
            remote_id=remote_id,
            name="Spot",
            market=market,
            flags={"smart_trading_supported": True, **flags},
            fetched_at=timezone.now(),
        )

    return make


@pytest.fixture
def account(make_account) -> Account:
    """The sandbox's willing one."""
    return make_account(1001)


@pytest.fixture
def typed(account) -> dict[str, str]:
    """A ticket that may be sent; a test changes the one line it is about."""
    return {
        "account_id": str(account.public_id),
        "pair": "USDT_BTC",
        "trade_type": "smart_trade",
        "leverage.enabled": "false",
        "position.order_type": "limit",
        "position.units.value": "0.01",
        "position.price.value": "60000",
        "take_profit.enabled": "true",
        "take_profit.steps.0.order_type": "limit",
        "take_profit.steps.0.volume": "100",
        "take_profit.steps.0.price.value": "66000",
        "take_profit.steps.0.trailing.enabled": "false",
        "stop_loss.enabled": "true",
        "stop_loss.breakeven": "false",
        "stop_loss.order_type": "market",
        "stop_loss.conditional.price.type": "bid",
        "stop_loss.conditional.price.value": "58000",
        "stop_loss.conditional.trailing.enabled": "false",
        "stop_loss.timeout.enabled": "false",
        "note": "plan A",
    }


@pytest.fixture
def draft(trader, typed):
    return drafts.create(owner=trader, typed=typed)


@pytest.fixture
def confirmed(trader, typed):
    """Queue a ticket with some lines changed: ``confirmed(pair="USDT_ETH")``."""

    def confirm(changes: dict[str, str] | None = None):
        draft = drafts.create(owner=trader, typed=typed | (changes or {}))
        review = submissions.review(draft)
        ticked = [submissions.tick(w) for w in review.examined.warnings]
        ticked += [submissions.tick_look_alike(s) for s in review.look_alikes]
        return submissions.confirm(draft, by=trader, stamp=review.stamp, ticked=ticked)

    return confirm


@pytest.fixture
def events(confirmed, sandbox, reviewer) -> list[Event]:
    """Nine events: two submissions that were sent, and one of no submission."""
    for _ in range(2):
        sending.send(confirmed().pk)
    stops.pause(by=reviewer, why="tea")
    return list(Event.objects.all())


@pytest.fixture
def hashed(monkeypatch) -> list[str]:
    """Each password that was worked on, in order."""
    seen, encode = [], MD5PasswordHasher.encode

    def note(self, password: str, *args: object, **kwargs: object) -> str:
        seen.append(password)
        return encode(self, password, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", note)
    return seen
