"""Take profit and stop loss of a SmartTrade's entity."""

from __future__ import annotations

from trades.sandbox import decimals
from trades.sandbox.view import CENT, Position, View, titled, trailing


def take_profit(view: View, position: Position) -> dict[str, object]:
    shown = 0 if view.status in ("cancelled", "failed") else view.ticket["steps"]
    by_percent = "take_profit[steps][0][price][percent]" in view.ticket
    return {
        "enabled": view.ticket.get("take_profit[enabled]", False),
        "price_type": "percent" if by_percent else "value",
        "steps": [_step(view, position, n) for n in range(shown)],
    }


def _step(view: View, position: Position, n: int) -> dict[str, object]:
    name = f"take_profit[steps][{n}]"
    placed = view.filled and view.ticket[f"{name}[order_type]"] == "limit"
    units, total = _share(view, position, name) if view.filled else (None, None)
    return {
        "id": view.trade.id * 10 + n,
        "order_type": view.ticket[f"{name}[order_type]"],
        "editable": True,
        "units": {"value": units},
        "price": {
            "type": view.ticket[f"{name}[price][type]"],
            "value": view.get(f"{name}[price][value]"),
            "percent": view.get(f"{name}[price][percent]"),
        },
        "volume": view.get(f"{name}[volume]"),
        "total": total,
        "trailing": trailing(view, name),
        "status": titled("order_placed" if placed else "idle"),
        "data": {"cancelable": True, "panic_sell_available": view.filled},
        "position": n + 1,
    }


def _share(view: View, position: Position, name: str) -> tuple[str, str | None]:
    """The step's amount, cut to the lot, and its money where the price is known."""
    percent = decimals.times(view.ticket[f"{name}[volume]"], CENT)
    units = decimals.cut(decimals.times(position.units, percent), view.lot)
    price = view.ticket.get(f"{name}[price][value]")
    total = None if price is None else decimals.text(view.worth(units, price))
    return decimals.text(units), total


def stop_loss(view: View) -> dict[str, object]:
    if not view.ticket.get("stop_loss[enabled]"):
        return {"enabled": False}
    name = "stop_loss[conditional]"
    percent = view.get(f"{name}[price][percent]")
    return {
        "enabled": True,
        "price_type": "value" if percent is None else "percent",
        "breakeven": view.ticket.get("stop_loss[breakeven]", False),
        "order_type": view.ticket["stop_loss[order_type]"],
        "editable": True,
        "price": {"value": view.get("stop_loss[price][value]"), "percent": None},
        "conditional": {
            "price": {
                "value": view.get(f"{name}[price][value]"),
                "type": view.ticket[f"{name}[price][type]"],
                "percent": percent,
            },
            "trailing": trailing(view, name),
        },
        "timeout": {
            "enabled": view.ticket.get("stop_loss[timeout][enabled]", False),
            "value": view.ticket.get("stop_loss[timeout][value]"),
        },
        "status": titled("idle"),
    }
