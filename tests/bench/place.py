"""Where measurements happen: a throw-away database, a trader with a key, a vendor."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.db import connection as db
from django.db.models.functions import Now
from django.test import Client
from django.utils import timezone

from tests.bench.processes import Child
from tests.database import address
from tests.rewriting import rewrite
from trades.gateway.vault import Secret
from trades.models import Account, Connection, Draft, Gate, Submission
from trades.sandbox.api import SandboxApi
from trades.services import connections, drafts, submissions
from trades.services.submissions import Review

TICKET = {
    "pair": "USDT_BTC",
    "trade_type": "smart_trade",
    "leverage.enabled": "false",
    "position.order_type": "limit",
    "position.price.value": "60000",
    "take_profit.enabled": "true",
    "take_profit.steps.0.order_type": "limit",
    "take_profit.steps.0.volume": "50",
    "take_profit.steps.0.price.value": "66000",
    "take_profit.steps.1.order_type": "limit",
    "take_profit.steps.1.volume": "50",
    "take_profit.steps.1.price.value": "68000",
    "stop_loss.enabled": "true",
    "stop_loss.order_type": "market",
    "stop_loss.conditional.price.type": "bid",
    "stop_loss.conditional.price.value": "58000",
    "note": "plan A",
}


@dataclass
class Place:
    """``env`` is what the project's own processes are started with: the settings of an
    installation, with the secrets of tests.
    """

    folder: Path
    env: dict[str, str]
    vendor: Child
    trader: User
    account: Account
    drafted: int = 0

    @property
    def log(self) -> Path:
        """What the processes wrote to standard error."""
        return self.folder / "processes.log"

    def of_another(self) -> Place:
        """The same for a second trader."""
        trader = _trader("another")
        account = _account(save_key(trader, "hmac", self.folder))
        return replace(self, trader=trader, account=account)

    def draft(self) -> Draft:
        """One that may be sent, for an amount of its own."""
        self.drafted += 1
        units = f"0.{self.drafted + 10_000:05d}"
        own = {"account_id": str(self.account.public_id), "position.units.value": units}
        return drafts.create(owner=self.trader, typed=TICKET | own)

    def confirm(self, draft: Draft, review: Review) -> Submission:
        ticked = [submissions.tick(w) for w in review.examined.warnings]
        return submissions.confirm(
            draft, by=self.trader, stamp=review.stamp, ticked=ticked
        )

    def confirmed(self) -> Submission:
        draft = self.draft()
        return self.confirm(draft, submissions.review(draft))


def forget_the_caps() -> None:
    """As if all had been confirmed an hour ago: then nobody has confirmed too much."""
    rewrite(Submission.objects.all(), confirmed_at=Now() - timedelta(hours=1))


def open_the_gates() -> None:
    Gate.objects.update(tat=0)


def forget_the_looks() -> None:
    """Nothing that is settled asks for the trade's status any more."""
    Submission.objects.update(next_look_at=None)


def session_of(user: User) -> str:
    """The cookie that a browser has after the log-in page."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def wait_for(holds: Callable[[], bool], every_s: float = 0.05) -> None:
    """Raises after a minute. No process tells another what its commits were."""
    until = monotonic() + 60
    while not holds():
        if monotonic() > until:
            raise TimeoutError("it did not come about within a minute")
        sleep(every_s)


@contextmanager
def prepared() -> Iterator[Place]:
    """On the disk where the installation keeps its data, so that a commit costs what
    it does there.
    """
    settings.DATA_DIR.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=settings.DATA_DIR))
    settings.JOURNAL = folder / "sending.journal"
    try:
        with _database(folder) as url, _vendor(folder) as vendor:
            trader = _trader("trader")
            account = _account(save_key(trader, "hmac", folder))
            env = _env(folder, url)
            yield Place(folder, env, vendor, trader, account)
    finally:
        shutil.rmtree(folder)


def save_key(trader: User, scheme: str, folder: Path) -> Connection:
    """One of the vendor's own keys, sealed as a connection keeps it."""
    keys = SandboxApi(folder / "sandbox.sqlite3").keys
    key = next(key for key in keys if key.scheme == scheme)
    return connections.save_key(
        owner=trader,
        name=scheme,
        mode=Connection.Mode.SANDBOX,
        scheme=scheme,
        api_key=key.api_key,
        secret=Secret(key.secret.encode()),
    )


@contextmanager
def _database(folder: Path) -> Iterator[str]:
    """The address of an empty one beside that in use, which is left alone."""
    used = db.settings_dict["NAME"]
    if db.vendor == "sqlite":
        db.settings_dict["TEST"]["NAME"] = str(folder / "bench.sqlite3")
    name = db.creation.create_test_db(verbosity=0, serialize=False)
    try:
        yield address(name)
    finally:
        db.creation.destroy_test_db(used, verbosity=0)


@contextmanager
def _vendor(folder: Path) -> Iterator[Child]:
    log = folder / "processes.log"
    vendor = Child("-m", "tests.bench.vendor", str(folder), env={}, log=log)
    try:
        said = vendor.said()
        settings.SANDBOX_URL, settings.SANDBOX_CA_FILE = said["url"], said["ca_file"]
        yield vendor
    finally:
        vendor.end()


def _trader(name: str) -> User:
    trader = User.objects.create_user(name, password="correct horse")
    trader.user_permissions.add(Permission.objects.get(codename="send_trade"))
    return trader


def _account(connection: Connection) -> Account:
    return Account.objects.create(
        connection=connection,
        remote_id=1001,  # the sandbox's willing one
        name="Spot",
        market="binance",
        flags={"smart_trading_supported": True},
        fetched_at=timezone.now(),
    )


def _env(folder: Path, url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "smarttrade_ui.settings",
        "DATABASE_URL": url,
        "DATA_DIR": str(folder),
        "SANDBOX_URL": settings.SANDBOX_URL,
        "SANDBOX_CA_FILE": settings.SANDBOX_CA_FILE,
    }
