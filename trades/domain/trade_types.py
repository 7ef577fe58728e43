"""The six trade types by name, and the three wire flags that each one sets.

Source: 3Commas API, "SmartTrade entity", table of ``data.type``.
"""

from __future__ import annotations

from enum import Enum


class TradeType(Enum):
    """What the trader wants to happen; ``says`` is its one sentence on the page."""

    SMART_TRADE = "smart_trade"
    SMART_COVER = "smart_cover"
    SMART_SELL = "smart_sell"
    SMART_BUY = "smart_buy"
    SIMPLE_BUY = "simple_buy"
    SIMPLE_SELL = "simple_sell"

    @property
    def label(self) -> str:
        return _TABLE[self][0]

    @property
    def instant(self) -> bool:
        return _TABLE[self][1]

    @property
    def skips_entry(self) -> bool:
        return _TABLE[self][2]

    @property
    def side(self) -> str:
        """``buy`` or ``sell``, as in ``position.type``. Buy is long, sell is short."""
        return _TABLE[self][3]

    @property
    def says(self) -> str:
        return _TABLE[self][4]

    @property
    def flags(self) -> str:
        """What it sets on the wire."""
        instant, skips = str(self.instant).lower(), str(self.skips_entry).lower()
        return f"instant {instant} · skip_enter_step {skips} · {self.side}"


_TABLE = {
    TradeType.SMART_TRADE: (
        "Smart Trade (long)", False, False, "buy",
        "Buys first, then takes profit above or stops the loss below.",
    ),
    TradeType.SMART_COVER: (
        "Smart Cover (short)", False, False, "sell",
        "Sells first, then takes profit below or stops the loss above.",
    ),
    TradeType.SMART_SELL: (
        "Smart Sell", False, True, "buy",
        "You hold the coins already: places no entry, only the exits of a long.",
    ),
    TradeType.SMART_BUY: (
        "Smart Buy", False, True, "sell",
        "You are short already: places no entry, only the exits of a short.",
    ),
    TradeType.SIMPLE_BUY: (
        "Simple Buy", True, False, "buy",
        "One buy order and nothing after it.",
    ),
    TradeType.SIMPLE_SELL: (
        "Simple Sell", True, False, "sell",
        "One sell order and nothing after it.",
    ),
}  # fmt: skip


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
