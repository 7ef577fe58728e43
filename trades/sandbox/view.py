"""A trade at one moment of its life, and what its numbers are then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.checks import Ticket, read
from trades.sandbox.limits import SKIPPING
from trades.sandbox.market import Quote, quote
from trades.sandbox.markets import MARKETS, Market
from trades.sandbox.moods import ACCOUNTS, Account
from trades.sandbox.pairs import Pair
from trades.sandbox.trades import Trade

KYC = "You need to pass KYC on the exchange to trade on this pair"
TITLES = {
    "created": "Pending",
    "idle": "Pending",
    "to_process": "Pending",
    "order_placed": "Placed",
    "smart_sell": "Own funds",
    "waiting_position": "Pending Position Opened",
    "waiting_targets": "Waiting Targets",
    "cancellation_pending": "Cancelling",
    "panic_sell_pending": "Closing at Market Price",
    "finished": "Finished",
    "cancelled": "Cancelled",
    "failed": "Failed",
    "panic_sold": "Closed at Market Price",
}
# What may be done with a trade in each status; in all others, nothing.
ABILITIES = {
    "created": {"force_process", "force_start"},
    "waiting_position": {
        "cancel",
        "add_funds",
        "force_start",
        "force_process",
        "editable",
    },
    "waiting_targets": {
        "cancel",
        "panic_sell",
        "add_funds",
        "reduce_funds",
        "force_process",
        "editable",
    },
    "cancellation_pending": {"force_process"},
    "panic_sell_pending": {"force_process"},
}
CENT = Decimal("0.01")


@dataclass(frozen=True)
class View:
    """A trade at one moment, with all that its entity is written from."""

    trade: Trade
    ticket: Ticket
    account: Account
    market: Market
    pair: Pair
    now: Quote
    now_ms: int

    @property
    def status(self) -> str:
        return self.trade.status(self.now_ms)

    @property
    def filled(self) -> bool:
        return self.trade.is_filled(self.now_ms)

    @property
    def is_long(self) -> bool:
        return self.ticket["position[type]"] == "buy"

    @property
    def lot(self) -> Decimal:
        return Decimal(self.pair.lot_step)

    def worth(self, units: Decimal, price: Decimal) -> Decimal:
        return self.market.worth(self.pair, units, price)

    def may(self, ability: str) -> bool:
        if ability == "force_start" and self.status == "created":
            return not self.market.is_futures
        return ability in ABILITIES.get(self.status, ())

    def get(self, name: str) -> str | None:
        """A number of the ticket as text, or None."""
        number = self.ticket.get(name)
        return decimals.text(number) if isinstance(number, Decimal) else None


@dataclass(frozen=True)
class Position:
    """Amount and money of the entry, the fee included once it was filled."""

    units: Decimal
    total: Decimal
    price: Decimal
    price_without_fee: Decimal


def look(trade: Trade, now_ms: int) -> View:
    account = ACCOUNTS[trade.account_id]
    market = MARKETS[account.market]
    pair = market.pair(trade.pair)
    now = quote(pair, now_ms)
    return View(trade, read(trade.body), account, market, pair, now, now_ms)


def position_of(view: View) -> Position:
    """On spot a buyer's fee comes off the amount; elsewhere it is in the money."""
    price = Decimal(view.trade.seen_price)
    units = decimals.cut(view.ticket["position[units][value]"], view.lot)
    total = view.worth(units, price)
    if not view.filled or view.trade.kind in SKIPPING:
        return Position(units, total, price, price)
    fee, step = Decimal(view.market.commission), Decimal(view.pair.price_step)
    if view.is_long and not view.market.is_futures:
        units = decimals.times(units, 1 - fee)
        return Position(units, total, decimals.ratio(total, units, step), price)
    factor = 1 + fee if view.is_long else 1 - fee
    with_fee = decimals.times(price, factor)
    total = view.worth(units, with_fee)
    return Position(units, total, decimals.cut(with_fee, step), price)


def titled(name: str) -> dict[str, object]:
    status = {"type": name, "basic_type": name, "title": TITLES[name]}
    return status | {"error": KYC} if name == "failed" else status


def trailing(view: View, name: str) -> dict[str, object]:
    on = view.ticket.get(f"{name}[trailing][enabled]", False)
    percent = view.get(f"{name}[trailing][percent]") if on else None
    return {"enabled": on, "percent": percent}


def iso(moment_ms: int) -> str:
    """A moment as the API writes it: UTC, with milliseconds."""
    seconds, ms = divmod(moment_ms, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{ms:03}Z"
