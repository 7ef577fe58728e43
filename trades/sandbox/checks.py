"""The parameter check of "Create SmartTrade": shapes, lists and what needs what.

Answers 400 with keys in brackets. Follows the fuller template of 2024-07 together with
the entity page's table of trade types; limits of the market are ``limits``' business.
"""

from __future__ import annotations

from trades.sandbox.calls import Refused
from trades.sandbox.markets import fixed_leverage
from trades.sandbox.params import INVALID, NOT_LISTED, Group, Sheet, parse

SIDES = ("buy", "sell")
PRICE_TYPES = ("bid", "ask", "last")
# "custom" is deprecated, but still in the vendor's examples; stored as isolated.
MARGIN_TYPES = ("cross", "isolated", "custom")
STEPS_MAX = 8
NOTE_MAX = 300

# (instant, skip_enter_step, side)
KINDS = {
    (True, False, "buy"): "simple_buy",
    (True, False, "sell"): "simple_sell",
    (False, False, "buy"): "smart_trade",
    (False, False, "sell"): "smart_cover",
    (False, True, "buy"): "smart_sell",
    (False, True, "sell"): "smart_buy",
}

Ticket = dict[str, object]


def read(body: bytes) -> Ticket:
    """The trade that a body describes, typed, by bracket name; or ``Refused``.

    Besides the parameters it holds ``kind``, one of the six types, and ``steps``,
    the number of take-profit steps.
    """
    content = parse(body)
    sheet = Sheet()
    top = Group(sheet, "", content if isinstance(content, dict) else {})
    account_id, pair = top.whole("account_id"), top.text("pair")
    instant, skip = top.flag("instant"), top.flag("skip_enter_step")
    if instant and skip:
        sheet.blame("instant,skip_enter_step", "are mutually exclusive")
    _note(top)
    _leverage(top, account_id, pair)
    side, trailing_entry = _position(top.group("position"), skip)
    sheet.values["steps"] = 0
    _exits(top, instant)
    ticket = sheet.settle()
    ticket["kind"] = KINDS[instant, skip, side]
    if not trailing_entry:
        _refuse_percentages(ticket)
    return ticket


def _note(top: Group) -> None:
    if len(top.text("note", needed=False)) > NOTE_MAX:
        top.blame("note", f"too long. Max is {NOTE_MAX} symbols")


def _leverage(top: Group, account_id: int, pair: str) -> None:
    """Its value may be left out where the exchange fixes it."""
    leverage = top.group("leverage", needed=False)
    if "leverage" in top and leverage.flag("enabled", needed=True):
        code = leverage.choice("type", MARGIN_TYPES)
        fixed = fixed_leverage(account_id, pair, code)
        leverage.number("value", needed=fixed is None)


def _position(position: Group, skip: bool) -> tuple[str, bool]:
    """Its side, and whether the entry trails."""
    side = position.choice("type", SIDES)
    order_type = position.choice("order_type", ("market", "limit", "conditional"))
    position.group("units").number("value")
    inner, trails = "", False
    if order_type == "conditional" and not skip:
        inner, trails = _conditional(position.group("conditional"))
    priced = skip or "limit" in (order_type, inner)
    position.group("price", needed=priced).number("value", needed=priced)
    return side, trails


def _conditional(conditional: Group) -> tuple[str, bool]:
    price = conditional.group("price")
    price.number("value")
    price.choice("type", PRICE_TYPES, needed=False)
    order_type = conditional.choice("order_type", ("market", "limit"))
    return order_type, _trailing(conditional, order_type, low="0", high="99")


def _trailing(
    parent: Group, order_type: str, *, low: str, high: str, needed: bool = True
) -> bool:
    """Only a market order trails."""
    trailing = parent.group("trailing", needed=False)
    if not trailing.flag("enabled", needed="trailing" in parent):
        return False
    if order_type == "limit":
        trailing.blame("enabled", NOT_LISTED)
    trailing.number("percent", needed=needed, low=low, high=high, above=False)
    return True


def _exits(top: Group, instant: bool) -> None:
    """Take profit and stop loss: both on a Smart trade, neither on a simple one."""
    profit = top.group("take_profit", needed=not instant)
    loss = top.group("stop_loss", needed=not instant)
    switched = {}
    for name, group in (("take_profit", profit), ("stop_loss", loss)):
        switched[name] = group.flag("enabled", needed=not instant or name in top)
        if instant and switched[name]:
            top.blame(name, INVALID)
    if switched["take_profit"]:
        _steps(profit)
    if switched["stop_loss"]:
        _stop_loss(loss, profit)


def _steps(profit: Group) -> None:
    steps = profit.groups("steps", STEPS_MAX)
    profit.sheet.values["steps"] = len(steps)
    for step in steps:
        order_type = step.choice("order_type", ("market", "limit"))
        step.number("volume", high="100")
        _target(step.group("price"))
        trails = _trailing(step, order_type, low="0.01", high="100")
        if trails and step is not steps[-1]:
            step.group("trailing").blame("enabled", NOT_LISTED)


def _target(price: Group) -> None:
    """A price with its type, given as a value or as a percentage."""
    price.choice("type", PRICE_TYPES)
    both = f"{price.named('value')},{price.named('percent')}"
    if "value" in price and "percent" in price:
        price.sheet.blame(both, "are mutually exclusive")
    elif "value" not in price and "percent" not in price:
        text = "are missing, exactly one parameter must be provided"
        price.sheet.blame(both, text)
    price.number("value", needed=False)
    price.number("percent", needed=False)


def _stop_loss(loss: Group, profit: Group) -> None:
    order_type = loss.choice("order_type", ("market", "limit"))
    limited = order_type == "limit"
    loss.group("price", needed=limited).number("value", needed=limited)
    conditional = loss.group("conditional")
    _target(conditional.group("price"))
    # Its percentage is in the older template alone; production shows it as null.
    _trailing(conditional, order_type, low="0", high="100", needed=False)
    if loss.flag("breakeven") and profit.sheet.values["steps"] < 2:
        loss.blame("breakeven", NOT_LISTED)
    timeout = loss.group("timeout", needed=False)
    if timeout.flag("enabled", needed="timeout" in loss):
        timeout.whole("value")


def _refuse_percentages(ticket: Ticket) -> None:
    """A percentage has nothing to start from unless the entry trails."""
    names = [name for name in ticket if name.endswith("[price][percent]")]
    if names:
        which = "TP" if names[0].startswith("take_profit") else "SL"
        text = f"{which} percentage condition available only with TrailingBuy"
        raise Refused(400, "Wrong param(s)", text)
