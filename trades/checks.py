"""What must hold before web and sender start. Each failure names its remedy."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.db import connection
from urllib3 import Retry


@register()
def sandbox_is_on_this_machine(app_configs, **kwargs) -> list[Error]:
    """A signed request must not leave for an address that somebody typed."""
    url = urlsplit(settings.SANDBOX_URL)
    if url.scheme in ("http", "https") and _is_loopback(url.hostname):
        return []
    return [Error("SANDBOX_URL must be a loopback address.", id="trades.E001")]


def _is_loopback(host: str | None) -> bool:
    try:
        return host == "localhost" or ip_address(host or "").is_loopback
    except ValueError:
        return False


@register()
def requests_are_not_transactions(app_configs, **kwargs) -> list[Error]:
    """A submission must be on disk before the page says so."""
    if not connection.settings_dict["ATOMIC_REQUESTS"]:
        return []
    return [Error("ATOMIC_REQUESTS must be off.", id="trades.E002")]


@register()
def real_trading_is_not_debugged(app_configs, **kwargs) -> list[Error]:
    """Debug pages show what must stay hidden."""
    if not (settings.DEBUG and settings.REAL_TRADING):
        return []
    return [Error("REAL_TRADING is refused while DEBUG is on.", id="trades.E003")]


@register()
def nothing_is_sent_twice(app_configs, **kwargs) -> list[Error]:
    """The HTTP library must neither try again nor follow: a second POST may trade.

    With a total of 0 urllib3 does neither, whatever else a ``Retry`` says.
    """
    # Loading the HTTP library takes its time, and most commands can do without it.
    from trades.gateway.fence import Deadline, Fence, FencedAdapter

    retries = FencedAdapter(Fence(lambda: None), Deadline(1)).max_retries
    if type(retries) is Retry and retries.total == 0:
        return []
    return [Error(f"The POST could be sent again: {retries}.", id="trades.E005")]


@register("database")
def commits_are_on_disk(app_configs, databases=None, **kwargs) -> list[Error]:
    """After a power failure a sent draft must not look unsent."""
    if not databases:
        return []
    connection.ensure_connection()  # refuses a server that is too old for Django
    database = connection.display_name
    return [
        Error(f"{database} must run with {name}={good}.", id="trades.E004")
        for name, (good, will_do) in _ASKED[connection.vendor].items()
        if _answer(name) not in will_do
    ]


def _answer(name: str) -> int | str | None:
    """What this very connection goes by, whoever has set it."""
    if name == "transaction_mode":
        return connection.transaction_mode
    ask = "PRAGMA" if connection.vendor == "sqlite" else "SHOW"
    with connection.cursor() as cursor:
        cursor.execute(f"{ask} {name}")
        return cursor.fetchone()[0]


# What each connection must go by, and the answers that will do.
_ASKED = {
    "sqlite": {
        "synchronous": ("FULL", [2, 3]),
        "journal_mode": ("WAL", ["wal"]),
        "transaction_mode": ("IMMEDIATE", ["IMMEDIATE", "EXCLUSIVE"]),
        "foreign_keys": ("ON", [1]),
        "recursive_triggers": ("ON", [1]),
    },
    "postgresql": {
        "synchronous_commit": ("on", ["on"]),
        "default_transaction_isolation": ("read committed", ["read committed"]),
    },
}
