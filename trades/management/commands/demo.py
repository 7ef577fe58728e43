"""``demo``: a trader, a reviewer and a sandbox connection, to try everything with."""

from __future__ import annotations

import json
import os
import secrets
import sys
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from trades.gateway.vault import Secret
from trades.models import Connection
from trades.services import connections, market

TRADER, REVIEWER = "trader", "reviewer"
NAME = "Sandbox"


class Command(BaseCommand):
    help = "Make the demo users and their sandbox connection; never beside real ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--sandbox",
            metavar="FILE",
            required=True,
            help="the JSON line that the sandbox printed; - for standard input",
        )

    def handle(self, *args: object, **options: object) -> None:
        refuse_beside_real_ones()
        said = _read(str(options["sandbox"]))
        logins = settings.DATA_DIR / "demo-logins.json"
        with transaction.atomic():
            passwords = _users(logins)
            connection = _connection(_key(said))
        accounts = market.fetch_accounts(connection)
        self.stdout.write(f"The sandbox connection reaches {len(accounts)} accounts.")
        for name, password in passwords.items():
            self.stdout.write(f"Log in as {name} with the password {password}")


def refuse_beside_real_ones() -> None:
    """Demo users have passwords on disk: they must not stand beside real money."""
    others = Connection.objects.exclude(mode=Connection.Mode.SANDBOX)
    if settings.REAL_TRADING or others.exists():
        raise CommandError("The demo is for the sandbox; this installation does more.")


def _read(source: str) -> dict:
    text = sys.stdin.readline() if source == "-" else Path(source).read_text()
    try:
        return json.loads(text)
    except ValueError:
        raise CommandError("That is not the sandbox's JSON line.") from None


def _key(said: dict) -> dict:
    return next(key for key in said["keys"] if key["scheme"] == Connection.Scheme.HMAC)


def _users(logins: Path) -> dict[str, str]:
    """The demo users and their passwords, which are made and kept once."""
    known: dict[str, str] = json.loads(logins.read_text()) if logins.exists() else {}
    for name in (TRADER, REVIEWER):
        if not User.objects.filter(username=name).exists():
            known[name] = secrets.token_urlsafe(12)
            _make_user(name, known[name])
    with open(os.open(logins, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600), "w") as f:
        json.dump(known, f)
    return known


def _make_user(name: str, password: str) -> None:
    user = User.objects.create_user(name, password=password, is_staff=name == REVIEWER)
    user.groups.add(Group.objects.get(name=f"{name.capitalize()}s"))


def _connection(key: dict) -> Connection:
    """The demo trader's connection; a sandbox with new keys gets a new one."""
    owner = User.objects.get(username=TRADER)
    known = Connection.objects.filter(owner=owner, api_key=key["api_key"]).first()
    if known:
        return known
    count = Connection.objects.filter(owner=owner).count()
    return connections.save_key(
        owner=owner,
        name=NAME if not count else f"{NAME} {count + 1}",
        mode=Connection.Mode.SANDBOX,
        scheme=key["scheme"],
        api_key=key["api_key"],
        secret=Secret(key["secret"].encode()),
    )
