"""What must hold before web and sender start. Each failure names its remedy."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import Error, register
from django.db import connection

_SYNCHRONOUS_FULL = 2


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


@register("database")
def commits_are_on_disk(app_configs, databases=None, **kwargs) -> list[Error]:
    """After a power failure a sent draft must not look unsent."""
    if not databases or connection.vendor != "sqlite":
        return []
    with connection.cursor() as cursor:
        synchronous = cursor.execute("PRAGMA synchronous").fetchone()[0]
    if synchronous >= _SYNCHRONOUS_FULL:
        return []
    return [Error("SQLite must run with synchronous=FULL.", id="trades.E004")]
