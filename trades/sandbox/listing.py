"""The list of SmartTrades: its filters, its order, its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeVar

from trades.sandbox.calls import invalid, unknown_error
from trades.sandbox.checks import KINDS
from trades.sandbox.params import INVALID, NOT_LISTED
from trades.sandbox.trades import TERMINAL, Trade

Query = Mapping[str, str]
Item = TypeVar("Item")

STATUSES: dict[str, Callable[[str], bool]] = {
    "all": lambda status: True,
    "active": lambda status: status not in TERMINAL,
    "finished": lambda status: status in ("finished", "panic_sold"),
    "successfully_finished": lambda status: status == "finished",
    "cancelled": lambda status: status == "cancelled",
    "failed": lambda status: status == "failed",
}
# No trade here ever makes a profit, so those two orders fall back on the number.
ORDERS: dict[str, Callable[[Trade, int], object]] = {
    "created_at": lambda trade, now: trade.created_ms,
    "updated_at": lambda trade, now: trade.updated_ms(now),
    "closed_at": lambda trade, now: trade.closed_ms(now) or 0,
    "status": lambda trade, now: trade.status(now),
    "profit": lambda trade, now: 0,
    "profit_percentage": lambda trade, now: 0,
}


def select(trades: Sequence[Trade], query: Query, now_ms: int) -> list[Trade]:
    """The page of trades that a query asks for. Raises ``Refused`` for a bad one."""
    status = STATUSES[_listed(query, "status", STATUSES, "all")]
    order = ORDERS[_listed(query, "order_by", ORDERS, "status")]
    direction = _listed(
        query, "order_direction", ("asc", "desc", "ASC", "DESC"), "desc"
    )
    wanted = _filter(query)
    found = [t for t in trades if wanted(t) and status(t.status(now_ms))]
    found.sort(
        key=lambda trade: (order(trade, now_ms), trade.id),
        reverse=direction.lower() == "desc",
    )
    return paged(found, query, per_page=10)


def paged(items: Sequence[Item], query: Query, *, per_page: int) -> Sequence[Item]:
    """One page; which one and how long the query may say."""
    page = _whole(query, "page", 1, 10**9)
    length = _whole(query, "per_page", per_page, 100)
    return items[(page - 1) * length : page * length]


def _filter(query: Query) -> Callable[[Trade], bool]:
    account_id = _whole(query, "account_id", 0, 2**63)
    kind = _listed(query, "type", KINDS.values(), "")
    since, until = _moment(query, "from"), _moment(query, "to")

    def wanted(trade: Trade) -> bool:
        quote, _, base = trade.pair.partition("_")
        return (
            account_id in (0, trade.account_id)
            and kind in ("", trade.kind)
            and query.get("pair", trade.pair) == trade.pair
            and query.get("quote", quote) == quote
            and query.get("base", base) == base
            and (since is None or trade.created_ms >= since)
            and (until is None or trade.created_ms <= until)
        )

    return wanted


def _listed(query: Query, name: str, among, default: str) -> str:
    value = query.get(name, default)
    if name in query and value not in among:
        raise invalid(400, {name: [NOT_LISTED]})
    return value


def _whole(query: Query, name: str, default: int, most: int) -> int:
    if name not in query:
        return default
    text = query[name]
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise invalid(400, {name: [INVALID]})
    if not 1 <= int(text) <= most:
        raise invalid(400, {name: [NOT_LISTED]})
    return int(text)


def _moment(query: Query, name: str) -> int | None:
    """ISO-8601 as milliseconds; UTC where no zone is given.

    What is no date ends in a 500, as it was recorded of 3Commas.
    """
    if name not in query:
        return None
    try:
        moment = datetime.fromisoformat(query[name])
    except ValueError:
        raise unknown_error("ActiveRecord::StatementInvalid") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    # Whole milliseconds without going through a float.
    since = moment - datetime(1970, 1, 1, tzinfo=UTC)
    return since.days * 86_400_000 + since.seconds * 1000 + since.microseconds // 1000
