"""A SmartTrade as the API shows it: the full entity, for any moment of its life."""

from __future__ import annotations

from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.exits import stop_loss, take_profit
from trades.sandbox.limits import SKIPPING, margin_type
from trades.sandbox.markets import fixed_leverage
from trades.sandbox.trades import Trade
from trades.sandbox.view import (
    CENT,
    Position,
    View,
    iso,
    look,
    position_of,
    titled,
    trailing,
)


def smart_trade(trade: Trade, now_ms: int) -> dict[str, object]:
    view = look(trade, now_ms)
    position = position_of(view)
    return {
        "id": trade.id,
        "version": 2,
        "account": _account(view),
        "pair": trade.pair,
        "instant": view.ticket["kind"].startswith("simple_"),
        "status": titled(view.status),
        "leverage": _leverage(view),
        "position": _position_group(view, position),
        "take_profit": take_profit(view, position),
        "stop_loss": stop_loss(view),
        "reduce_funds": {"steps": []},
        "market_close": {},
        "note": view.ticket.get("note", ""),
        "note_raw": view.ticket.get("note"),
        "skip_enter_step": trade.kind in SKIPPING,
        "data": _data(view, position),
        "profit": _profit(view, position),
        "margin": _margin(view, position),
        "is_position_not_filled": not view.filled,
    }


def _account(view: View) -> dict[str, object]:
    return {
        "id": view.account.id,
        "type": view.market.code,
        "name": view.account.name,
        "market": view.market.name,
        "link": f"/accounts/{view.account.id}",
    }


def _leverage(view: View) -> dict[str, object]:
    if not view.market.is_futures or not view.ticket.get("leverage[enabled]"):
        return {"enabled": False}
    margin = margin_type(view.ticket)
    fixed = fixed_leverage(view.account.id, view.pair.name, margin)
    return {
        "enabled": True,
        "type": margin,
        "value": fixed or view.get("leverage[value]"),
        "type_editable": True,
    }


def _position_group(view: View, position: Position) -> dict[str, object]:
    order_type = view.ticket["position[order_type]"]
    group: dict[str, object] = {
        "type": view.ticket["position[type]"],
        "editable": False,
        "units": {"value": decimals.text(position.units), "editable": False},
        "price": {
            "value": decimals.text(position.price),
            "value_without_commission": decimals.text(position.price_without_fee),
            "editable": view.status in ("created", "waiting_position", "failed"),
        },
        "total": {"value": decimals.text(position.total)},
        "order_type": order_type,
    }
    if order_type == "conditional" and view.trade.kind not in SKIPPING:
        group["conditional"] = _conditional(view)
    return group | {"status": titled(_entry_status(view))}


def _entry_status(view: View) -> str:
    if view.trade.kind in SKIPPING and view.filled:
        return "smart_sell"
    if view.filled:
        return "finished"
    if view.status in ("cancelled", "failed"):
        return view.status
    if view.status == "created":
        return "idle" if view.market.is_futures else "to_process"
    return "order_placed"


def _conditional(view: View) -> dict[str, object]:
    name = "position[conditional]"
    default = "ask" if view.is_long else "bid"
    return {
        "editable": view.may("editable") and not view.filled,
        "price": {
            "value": view.get(f"{name}[price][value]"),
            "type": view.ticket.get(f"{name}[price][type]", default),
        },
        "order_type": view.ticket[f"{name}[order_type]"],
        "trailing": trailing(view, name),
    }


def _data(view: View, position: Position) -> dict[str, object]:
    bare, full = position.price_without_fee, position.price
    group: dict[str, object] = {
        "editable": view.may("editable"),
        "current_price": _current_price(view),
        "target_price_type": "price",
        "orderbook_price_currency": view.pair.quote,
        "base_order_finished": True,
        "missing_funds_to_close": "0.0",
        "liquidation_price": None,
        "average_enter_price": decimals.text(full) if view.filled else None,
        "average_close_price": None,
        "average_enter_price_without_commission": (
            decimals.text(bare) if view.filled else None
        ),
        "average_close_price_without_commission": None,
        **{f"{what}_available": view.may(what) for what in _ACTIONS},
        "finished": view.status == "finished",
        "base_position_step_finished": view.filled or view.status == "failed",
        "entered_amount": decimals.text(position.units) if view.filled else "0.0",
        "entered_total": decimals.text(position.total) if view.filled else "0.0",
        "closed_amount": "0.0",
        "closed_total": "0.0",
        "commission": view.market.commission,
        "created_at": iso(view.trade.created_ms),
        "updated_at": iso(view.trade.updated_ms(view.now_ms)),
        "type": view.trade.kind,
    }
    closed_ms = view.trade.closed_ms(view.now_ms)
    return group if closed_ms is None else group | {"closed_at": iso(closed_ms)}


_ACTIONS = (
    "panic_sell",
    "add_funds",
    "reduce_funds",
    "force_start",
    "force_process",
    "cancel",
)


def _current_price(view: View) -> dict[str, object]:
    return {
        "bid": decimals.text(view.now.bid),
        "ask": decimals.text(view.now.ask),
        "last": decimals.text(view.now.last),
        "quote_volume": "1000000.0",
        "day_change_percent": "0.5",
    }


def _profit(view: View, position: Position) -> dict[str, object]:
    """What it would make if it were closed now, while it is open."""
    none = "0.0" if view.market.is_futures else None
    if not view.filled or view.status != "waiting_targets":
        return {"volume": None, "usd": None, "percent": "0.0", "roe": none}
    worth = view.worth(position.units, view.now.last)
    gain = decimals.total([worth, -position.total])
    # Of a coin that rises, so many dollars are less.
    gains = view.is_long != view.market.is_inverse
    volume = decimals.text(gain if gains else -gain)
    percent = decimals.ratio(
        decimals.times(Decimal(volume), Decimal(100)), position.total, CENT
    )
    rate = decimals.text(percent)
    usd = volume if view.pair.quote == "USDT" else None
    return {"volume": volume, "usd": usd, "percent": rate, "roe": none and rate}


def _margin(view: View, position: Position) -> dict[str, object]:
    if not view.filled or not view.market.is_futures:
        return {"amount": None, "total": None}
    return {
        "amount": decimals.text(position.units),
        "total": decimals.text(position.total),
    }
