"""Names of pairs: QUOTE_BASE, whose base may hold further underscores and dashes.

Spot markets have plain bases (USDT_BTC), futures markets the exchange's own names of
contracts (USDT_BTCUSDT, BTC_BTCUSD_PERP, USDT_BTC_USDT, USDT_BTC-USDT-SWAP).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable

_NAME = re.compile(r"[A-Za-z0-9]{1,20}_[A-Za-z0-9](?:[A-Za-z0-9._-]{0,38}[A-Za-z0-9])?")
# Nobody searches for more, and no name is longer.
_TEXT_MAX = 100
_BETWEEN = re.compile(r"[\W_]+")
_DOLLARS = ("USDT", "USDC")


def is_name(text: str) -> bool:
    """Whether it has the form of a pair's name, traded or not.

    Source: rule ``pair-format``.
    """
    return _NAME.fullmatch(text) is not None


def split(name: str) -> tuple[str, str]:
    """Quote and base: parted at the first underscore, and at no other.

    >>> split("USDT_BTC_USDT")
    ('USDT', 'BTC_USDT')
    """
    quote, _, base = name.partition("_")
    return quote, base


def is_plain(name: str) -> bool:
    """Whether the base is a currency by its looks, and no exchange's contract."""
    quote, base = split(name)
    if not base.isalnum() or base.startswith(quote) or base.endswith(quote):
        return False
    return base in _DOLLARS or not base.endswith(_DOLLARS)


def spoken(name: str) -> str:
    """The name for people; one that may be a contract's, as it is with its parts.

    >>> spoken("USDT_BTC"), spoken("USDT_BTCUSDT")
    ('BTC/USDT', 'USDT_BTCUSDT (BTCUSDT in USDT)')
    """
    quote, base = split(name)
    if is_plain(name):
        return f"{base}/{quote}"
    return f"{name} ({base} in {quote})" if base else name


def underlying(name: str) -> str:
    """The currency that a contract is about; "" where its name leaves that open.

    >>> underlying("USDT_BTCUSDT"), underlying("BTC_BTCUSD_PERP")
    ('BTC', '')
    """
    quote, base = split(name)
    if is_plain(name):
        return base
    currency, _, rest = base.replace("-", "_").partition("_")
    if rest == quote or rest.startswith(f"{quote}_"):
        return currency
    return currency.removesuffix(quote) if currency.endswith(quote) else ""


def search(names: Iterable[str], text: str, most: int = 20) -> list[str]:
    """The names in which every part of the text occurs, in either order, best first.

    The very name comes first, then the very base, then what begins like the text; the
    shorter before the longer.
    """
    typed = text.strip().upper()
    parts = _parts(typed) if len(typed) <= _TEXT_MAX else []
    if typed and not parts:
        return []
    ranked = ((_rank(name, typed, parts), len(name), name) for name in names)
    found = heapq.nsmallest(most, (entry for entry in ranked if entry[0] is not None))
    return [name for _, _, name in found]


def _parts(text: str) -> list[str]:
    """What stands between blanks, slashes, dashes and the like."""
    return [part for part in _BETWEEN.split(text) if part]


def _rank(name: str, typed: str, parts: list[str]) -> int | None:
    """How well a name fits, from 0; None where it does not."""
    known, joined = name.upper(), "".join(parts)
    quote, base = (_BETWEEN.sub("", half) for half in split(known))
    spoken, written = base + quote, quote + base
    if known == typed:
        return 0
    if joined == spoken:
        return 1
    if joined == written:
        return 2
    if joined == base:
        return 3
    if spoken.startswith(joined):
        return 4
    if written.startswith(joined):
        return 5
    return 6 if all(p in spoken or p in written for p in parts) else None
