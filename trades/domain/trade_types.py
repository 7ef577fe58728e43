"""The six trade types by name, and the three wire flags that each one sets.

Source: 3Commas API, "SmartTrade entity", table of ``data.type``.
"""

from __future__ import annotations

from enum import Enum
from functools import cache


class TradeType(Enum):
    """What the trader wants to happen, and what it sets on the wire.

    ``says``: one sentence for the page. ``side``: ``buy`` or ``sell``, as in
    ``position.type``; buy is long, sell is short.
    """

    def __new__(
        cls, value: str, label: str, instant: bool, skips: bool, side: str, says: str
    ):
        member = object.__new__(cls)
        member._value_, member.label, member.says = value, label, says
        member.instant, member.skips_entry, member.side = instant, skips, side
        return member

    SMART_TRADE = (
        "smart_trade",
        "Smart Trade (long)",
        False,
        False,
        "buy",
        "Buys first, then takes profit above or stops the loss below.",
    )
    SMART_COVER = (
        "smart_cover",
        "Smart Cover (short)",
        False,
        False,
        "sell",
        "Sells first, then takes profit below or stops the loss above.",
    )
    SMART_SELL = (
        "smart_sell",
        "Smart Sell",
        False,
        True,
        "buy",
        "You hold the coins already: places no entry, only the exits of a long.",
    )
    SMART_BUY = (
        "smart_buy",
        "Smart Buy",
        False,
        True,
        "sell",
        "You are short already: places no entry, only the exits of a short.",
    )
    SIMPLE_BUY = (
        "simple_buy",
        "Simple Buy",
        True,
        False,
        "buy",
        "One buy order and nothing after it.",
    )
    SIMPLE_SELL = (
        "simple_sell", "Simple Sell", True, False, "sell",
        "One sell order and nothing after it.",
    )  # fmt: skip

    @property
    def flags(self) -> str:
        """What it sets on the wire, in a line."""
        instant, skips = str(self.instant).lower(), str(self.skips_entry).lower()
        return f"instant {instant} · skip_enter_step {skips} · {self.side}"


SKIPPING = frozenset(t for t in TradeType if t.skips_entry)


@cache
def candidates(instant: bool, skip: bool, side: str | None) -> frozenset[TradeType]:
    """The types that these flags allow: one, or two while the side is not known.

    Both flags set are in no row of the vendor's table: they are read as Simple.
    """
    skips = skip and not instant
    return frozenset(
        t
        for t in TradeType
        if (t.instant, t.skips_entry) == (instant, skips) and side in (None, t.side)
    )
