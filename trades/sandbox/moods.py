"""The sandbox's accounts and keys: whose they are, and how they behave.

An account's behaviour is about creating a trade; everything else works on each of
them. A key's is about what may be asked with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

TRADER = 1
NEIGHBOUR = 2


class Mood(Enum):
    """How an account behaves when a trade is placed on it."""

    WILLING = "accepts every well-formed trade"
    SLOW = "accepts the trade, but answers after some seconds"
    FAILING = "accepts the trade, which then fails at the exchange for want of KYC"
    INVALID = "answers 400 and finds fault with the amount, whatever it is"
    PLAN = "answers 429, because the subscription plan does not allow it"
    NO_SMART_TRADE = "answers 403, because the account does not support SmartTrade"
    BANNED = "answers 418, as when the address is banned"
    TOO_LARGE = "answers 422, because amount and total are too large, whatever they are"
    NO_MARKET_BUY = "answers 422 to a buy at market, and accepts every other trade"
    LOCKED = "is locked: answers 422, because the exchange's key no longer works"
    BUSY = "answers 429, as after too many requests"
    BROKEN = "answers 500 without recording anything"
    BROKEN_AFTER = "records the trade, then answers 500"
    EDGE = "records the trade, then answers 502 with the edge's HTML page"
    SILENT = "records the trade, then hangs up without an answer"
    MUTE = "records the trade, then neither answers nor hangs up"


class KeyMood(Enum):
    """What 3Commas says to a key."""

    GOOD = "may do everything"
    ADDRESS = "is refused with 401, because this address is not on its list"
    EXPIRED = "is refused with 401, because it has expired"
    NO_ACCOUNTS = "passes validate; 403 where it asks for accounts: no permission"
    PLAN = "passes validate; 429 where it reads: the subscription plan is too small"


@dataclass(frozen=True)
class Account:
    """One account at one exchange, behind somebody's API keys.

    ``shows`` is what its entity has instead of the usual, or besides it.
    """

    id: int
    mood: Mood
    market: str
    name: str
    owner: int = TRADER
    shows: Mapping[str, object] = field(default_factory=dict)

    @property
    def mode(self) -> str:
        return "paper" if self.market == "paper_trading" else "real"


def _account(number: int, market: str, name: str, **shows: object) -> Account:
    return Account(number, Mood.WILLING, market, name, shows=shows)


# Values that no page of the vendor's tells of: they have been seen, or may come.
_ODD: dict[str, object] = {
    "api_keys_state": "being_checked",
    "usd_profit_percentage": "Infinity",
    "total_btc_profit": 0,
    "supported_market_types": ["spot", "margin"],
    "risk_profile": {"level": 3},
    "tags": [],
}

# The last digits are the status that a client sees, or would have seen.
ACCOUNTS = {
    account.id: account
    for account in (
        Account(1001, Mood.WILLING, "binance", "Willing, spot"),
        Account(1002, Mood.WILLING, "binance_futures", "Willing, futures"),
        Account(1003, Mood.WILLING, "paper_trading", "Willing, paper"),
        Account(1005, Mood.SLOW, "binance", "Slow"),
        Account(1011, Mood.WILLING, "binance_us", "Willing, Binance US"),
        Account(1012, Mood.WILLING, "bybit_usdt_perpetual", "Willing, Bybit"),
        Account(1013, Mood.WILLING, "binance_futures_coin", "Willing, COIN-M"),
        Account(1014, Mood.WILLING, "gate_io_usdt_perpetual", "Willing, Gate.io"),
        Account(1015, Mood.WILLING, "okex_futures", "Willing, OKX"),
        Account(1016, Mood.WILLING, "bitget_usdt_futures", "Willing, Bitget"),
        _account(1020, "binance_futures", "Hedge mode", hedge_mode_enabled=True),
        _account(1021, "binance", "Key expires soon", api_keys_state="expire_soon"),
        _account(1022, "binance", "Oddly described", **_ODD),
        Account(1201, Mood.FAILING, "binance", "Created, then failed"),
        Account(1400, Mood.INVALID, "binance", "Finds fault"),
        Account(1402, Mood.PLAN, "binance", "Plan too small"),
        Account(1403, Mood.NO_SMART_TRADE, "binance", "Without SmartTrade"),
        Account(1405, Mood.NO_MARKET_BUY, "binance", "Without market buy"),
        Account(1418, Mood.BANNED, "binance", "Banned"),
        Account(1422, Mood.TOO_LARGE, "binance", "Too large"),
        Account(1423, Mood.LOCKED, "binance", "Locked"),
        Account(1429, Mood.BUSY, "binance", "Busy"),
        Account(1500, Mood.BROKEN, "binance", "Broken"),
        Account(1501, Mood.BROKEN_AFTER, "binance", "Broken afterwards"),
        Account(1502, Mood.EDGE, "binance", "Edge page"),
        Account(1504, Mood.SILENT, "binance", "Hangs up"),
        Account(1524, Mood.MUTE, "binance", "Never answers"),
        Account(2001, Mood.WILLING, "binance", "The neighbour's", NEIGHBOUR),
    )
}
