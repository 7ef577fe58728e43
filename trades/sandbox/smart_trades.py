"""The SmartTrade endpoints, and how each mood answers a new trade."""

from __future__ import annotations

import threading

from trades.sandbox import checks, decimals, limits
from trades.sandbox.calls import (
    Answer,
    Call,
    Refused,
    answer,
    banned,
    invalid,
    plan_too_small,
    too_many,
    unknown_error,
)
from trades.sandbox.checks import Ticket
from trades.sandbox.entity import smart_trade
from trades.sandbox.listing import select
from trades.sandbox.market import quote
from trades.sandbox.markets import MARKETS
from trades.sandbox.moods import ACCOUNTS, Account, Mood
from trades.sandbox.trades import Book, Trade

_EDGE_PAGE = b"<html><body><h1>502 Bad Gateway</h1></body></html>\n"
# These moods answer without recording anything.
REFUSALS = {
    Mood.INVALID: invalid(400, {"position[units][value]": ["is invalid"]}),
    Mood.PLAN: plan_too_small("write"),
    Mood.NO_SMART_TRADE: Refused(403, "Forbidden. Unavailable for this account."),
    Mood.BANNED: banned(),
    Mood.TOO_LARGE: invalid(422, limits.TOO_LARGE),
    Mood.LOCKED: Refused(
        422, "invalid_api_key", "API keys are no longer valid or incorrect."
    ),
    Mood.BUSY: too_many(),
    Mood.BROKEN: unknown_error("ActiveRecord::ConnectionNotEstablished"),
}
# A trade that came to its end by itself can't be cancelled or closed any more.
_ENDED = ("finished", "failed")


class SmartTrades:
    """Creates, lists, shows, cancels and closes.

    ``closing`` is set when the server goes down; whoever waits, waits for that.
    ``slow_s`` is how many seconds the slow account takes.
    """

    def __init__(self, book: Book, closing: threading.Event, slow_s: float) -> None:
        self._book, self._closing, self._slow_s = book, closing, slow_s

    def create(self, call: Call) -> Answer | None:
        """201 with the trade, or as its account's mood has it. None: hang up.

        There is no idempotency: the same body again makes another trade.
        """
        ticket = checks.read(call.body)
        account = ACCOUNTS.get(ticket["account_id"])
        if account is None or account.owner != call.owner:
            raise Refused(403, "Forbidden", "Account not owned by current user.")
        if account.mood in REFUSALS:
            return REFUSALS[account.mood].answer
        trade = self._record(ticket, account, call)
        return self._answer(trade, account.mood, call.now_ms)

    def listed(self, call: Call) -> Answer:
        trades = self._book.of(call.owner, call.mode)
        page = select(trades, call.query, call.now_ms)
        return answer(200, [smart_trade(trade, call.now_ms) for trade in page])

    def one(self, call: Call) -> Answer:
        return answer(200, smart_trade(self._own(call), call.now_ms))

    def cancel(self, call: Call) -> Answer:
        """Leaves what was bought alone. Cancelling twice is no mistake."""
        return self._end(call, "cancelled", 200)

    def close_by_market(self, call: Call) -> Answer:
        return self._end(call, "panic_sold", 201)

    def _end(self, call: Call, how: str, status: int) -> Answer:
        trade = self._own(call)
        if trade.status(call.now_ms) in _ENDED:
            text = f"trade {trade.id} can not be cancelled"
            raise Refused(400, "Wrong param(s)", text)
        self._book.end(trade.id, how, call.now_ms)
        return answer(status, smart_trade(self._own(call), call.now_ms))

    def _own(self, call: Call) -> Trade:
        trade = self._book.get(call.number)
        if trade is None or trade.owner != call.owner:
            raise Refused(404, "Not found", "Smart Trade not found")
        return trade

    def _record(self, ticket: Ticket, account: Account, call: Call) -> Trade:
        """Write the trade down if the market takes it."""
        market = MARKETS[account.market]
        pair = limits.traded(ticket["pair"], market)
        now = quote(pair, call.now_ms)
        if account.mood is Mood.NO_MARKET_BUY and limits.buys_at_market(ticket):
            raise invalid(422, {"position.order_type": ["is invalid"]})
        limits.check(ticket, market, pair, now)
        return self._book.add(
            owner=call.owner,
            account_id=account.id,
            mode=account.mode,
            pair=pair.name,
            kind=ticket["kind"],
            body=call.body,
            created_ms=call.now_ms,
            seen_price=decimals.text(limits.entry_price(ticket, now)),
            settles_as=_settles_as(ticket, account),
        )

    def _answer(self, trade: Trade, mood: Mood, now_ms: int) -> Answer | None:
        match mood:
            case Mood.SLOW:
                self._closing.wait(self._slow_s)
            case Mood.SILENT:
                return None
            case Mood.MUTE:
                self._closing.wait()
                return None
            case Mood.BROKEN_AFTER:
                return unknown_error("Net::ReadTimeout").answer
            case Mood.EDGE:
                return Answer(502, _EDGE_PAGE, "text/html")
        return answer(201, smart_trade(trade, now_ms))


def _settles_as(ticket: Ticket, account: Account) -> str:
    """The status a few seconds after creation; an entry at market is filled then."""
    if account.mood is Mood.FAILING:
        return "failed"
    if ticket["kind"].startswith("simple_"):
        return "finished"
    at_market = ticket["position[order_type]"] == "market"
    filled = at_market or ticket["kind"] in limits.SKIPPING
    return "waiting_targets" if filled else "waiting_position"
