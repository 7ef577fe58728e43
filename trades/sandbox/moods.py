"""The sandbox's accounts: whose they are, where they trade, and how they behave.

The behaviour is about creating a trade; everything else works on every account.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    LOCKED = "is locked: answers 422, because the exchange's key no longer works"
    BUSY = "answers 429, as after too many requests"
    BROKEN = "answers 500 without recording anything"
    BROKEN_AFTER = "records the trade, then answers 500"
    EDGE = "records the trade, then answers 502 with the edge's HTML page"
    SILENT = "records the trade, then hangs up without an answer"
    MUTE = "records the trade, then neither answers nor hangs up"


@dataclass(frozen=True)
class Account:
    """One account at one exchange, behind somebody's API keys."""

    id: int
    mood: Mood
    market: str
    name: str
    owner: int = TRADER

    @property
    def mode(self) -> str:
        return "paper" if self.market == "paper_trading" else "real"


# The last digits are the status that a client sees, or would have seen.
ACCOUNTS = {
    account.id: account
    for account in (
        Account(1001, Mood.WILLING, "binance", "Willing, spot"),
        Account(1002, Mood.WILLING, "binance_futures", "Willing, futures"),
        Account(1003, Mood.WILLING, "paper_trading", "Willing, paper"),
        Account(1005, Mood.SLOW, "binance", "Slow"),
        Account(1201, Mood.FAILING, "binance", "Created, then failed"),
        Account(1400, Mood.INVALID, "binance", "Finds fault"),
        Account(1402, Mood.PLAN, "binance", "Plan too small"),
        Account(1403, Mood.NO_SMART_TRADE, "binance", "Without SmartTrade"),
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
