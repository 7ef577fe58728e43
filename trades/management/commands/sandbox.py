"""Runs the sandbox alone, on a port of this machine, for curl too."""

from __future__ import annotations

import errno
import json
import threading
from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from trades.management.signals import stop_at_signals
from trades.sandbox.api import SandboxApi
from trades.sandbox.keys import Key
from trades.sandbox.moods import ACCOUNTS, Account
from trades.sandbox.server import SandboxServer, serving


class Command(BaseCommand):
    help = "Runs a stand-in for 3Commas. Its first line is JSON: url, keys, accounts."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, required=True, help="0: any free one")
        parser.add_argument(
            "--db",
            type=Path,
            default=settings.DATA_DIR / "sandbox.sqlite3",
            help="the file that keeps its trades and its throw-away keys",
        )
        parser.add_argument(
            "--limit", type=int, default=100, help="requests a minute; 0: no limit"
        )

    def handle(self, *, port: int, db: Path, limit: int, **options: object) -> None:
        stopped = threading.Event()
        stop_at_signals(stopped)
        db.parent.mkdir(parents=True, exist_ok=True)
        api = SandboxApi(db, limit=limit or None)
        try:
            with serving(api, port) as server:
                self.stdout.write(json.dumps(_introduction(server)))
                self.stdout.flush()
                stopped.wait()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise CommandError(f"Port {port} is in use; choose another.") from error


def _introduction(server: SandboxServer) -> dict[str, object]:
    return {
        "url": server.url,
        "keys": [_key(key) for key in server.api.keys],
        "accounts": [_account(account) for account in ACCOUNTS.values()],
    }


def _key(key: Key) -> dict[str, object]:
    secret = "private_key" if key.scheme == "rsa" else "secret"
    return {
        "scheme": key.scheme,
        "api_key": key.api_key,
        secret: key.secret,
        "owner": key.owner,
        "mood": key.mood.name.lower(),
        "says": key.mood.value,
    }


def _account(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "mood": account.mood.name.lower(),
        "says": account.mood.value,
        "name": account.name,
        "market": account.market,
        "owner": account.owner,
    }
