"""What must hold before web and sender start. Each failure names its remedy."""

from __future__ import annotations

from base64 import b64encode
from ipaddress import ip_address
from itertools import pairwise
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
def only_a_trial_is_debugged(app_configs, **kwargs) -> list[Error]:
    """Debug pages show what must stay hidden, to whoever can load one."""
    if not settings.DEBUG:
        return []
    if not (settings.REAL_TRADING or settings.HTTPS or _is_for_others()):
        return []
    message = "DEBUG must be off with REAL_TRADING, with HTTPS and for other machines."
    return [Error(message, id="trades.E003")]


def _is_for_others() -> bool:
    """Whether anybody but this machine is expected to call."""
    return not {*settings.ALLOWED_HOSTS} <= {*settings.THIS_MACHINE}


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


@register()
def secret_key_is_random(app_configs, **kwargs) -> list[Error]:
    """Who guesses it, or read it somewhere, can sign in as anybody."""
    key = settings.SECRET_KEY
    is_sample = any(word in key.lower() for word in _OF_SAMPLES)
    if len(key) >= 50 and len({*key}) >= 10 and not is_sample:
        return []
    remedy = "make one with: openssl rand -base64 48"
    return [Error(f"SECRET_KEY is short or no secret: {remedy}", id="trades.E006")]


@register()
def keys_are_random(app_configs, **kwargs) -> list[Error]:
    """The key that seals, and the one that chains.

    Of 32 random bytes some 30 differ. A bad key that only opens is on its way out.
    """
    keys = {"SEALING_KEYS": settings.SEALING_KEYS, "CHAIN_KEY": [settings.CHAIN_KEY]}
    remedy = "make one with: openssl rand -base64 32"
    return [
        Error(f"{name} begins with no random key: {remedy}", id="trades.E007")
        for name, given in keys.items()
        if not given or len({*given[0]}) < 16 or _is_typed(given[0])
    ]


def _is_typed(key: bytes) -> bool:
    """Whether a person or a counter made it, by all that its bytes show."""
    steps = {(after - before) % 256 for before, after in pairwise(key)}
    return len(steps) == 1 or key.isascii()


@register()
def no_key_serves_twice(app_configs, **kwargs) -> list[Error]:
    """What gives one of them away must not give away another."""
    texts = [b64encode(key) for key in (*settings.SEALING_KEYS, settings.CHAIN_KEY)]
    texts.append(settings.SECRET_KEY.encode())
    if len({text.rstrip(b"=") for text in texts}) == len(texts):
        return []
    message = (
        "SECRET_KEY, CHAIN_KEY and each of SEALING_KEYS must be keys of their own."
    )
    return [Error(message, id="trades.E008")]


@register()
def hosts_are_named(app_configs, **kwargs) -> list[Error]:
    """A request under any other name is one that somebody was tricked into."""
    hosts = settings.ALLOWED_HOSTS
    if hosts and not any("*" in h or h.startswith(".") or not h for h in hosts):
        return []
    message = "ALLOWED_HOSTS must list every name in full: no *, no leading dot."
    return [Error(message, id="trades.E009")]


@register()
def others_come_over_tls(app_configs, **kwargs) -> list[Error]:
    """Or passwords and sessions could be read on the way."""
    if settings.HTTPS or not _is_for_others():
        return []
    message = (
        "HTTPS must be on where ALLOWED_HOSTS names more than this machine: "
        "put a proxy that ends TLS before it, and say so in PROXY_HOPS."
    )
    return [Error(message, id="trades.E010")]


@register()
def a_proxy_ends_tls(app_configs, **kwargs) -> list[Error]:
    """Without one every request would be sent to https, for ever."""
    if settings.PROXY_HOPS or not settings.HTTPS:
        return []
    message = "HTTPS needs a proxy: say in PROXY_HOPS how many there are, mostly 1."
    return [Error(message, id="trades.E011")]


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


# Where a key came from that holds one of these.
_OF_SAMPLES = (
    *("insecure", "secret", "changeme", "change-me", "change_me"),
    *("example", "sample", "password", "for-tests"),
)
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
