"""HTML names of parameters, and the steps' part of a post.

The page, the script, the draft and the findings agree by the names that are made here.
A post is a flat mapping from name to text; ``steps-2-volume`` is the share of the
third row.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from trades.domain.aids import AIDS
from trades.domain.parameters import PARAMETERS
from trades.domain.schema import Kind
from trades.domain.ticket import at_step
from trades.domain.trade_types import TradeType

STEP = "take_profit.steps.N."
# The flags that a trade type sets have no input of their own.
BY_TYPE = ("instant", "skip_enter_step", "position.type")
_ENTRY_ORDER = "position.order_type"
_EXITS = ("take_profit.enabled", "stop_loss.enabled")
# The order of the page.
_ORDER = (
    *("account_id", "pair", "position.order_type", "position.price"),
    *("position.conditional", "position.units", "sizing", "leverage", "take_profit"),
    *("stop_loss.enabled", "stop_loss.order_type", "stop_loss.conditional"),
    *("stop_loss.price", "stop_loss.timeout", "stop_loss.breakeven", "note"),
)
TICKET_ROWS = tuple(
    row
    for place in _ORDER
    for row in (*PARAMETERS, *AIDS)
    if f"{row.path}.".startswith(f"{place}.")
    and row.path not in BY_TYPE
    and not row.path.startswith(STEP)
)
STEP_ROWS = tuple(row for row in PARAMETERS if row.path.startswith(STEP))

# What a new ticket, and each new step, begins with.
START = {
    "position.order_type": "market",
    "position.conditional.order_type": "market",
    "take_profit.steps.N.order_type": "market",
    "stop_loss.order_type": "market",
}

Row = dict[str, str]

_STEP_NAME = re.compile(r"steps-([0-9]{1,4})-(\w+)")


def input_name(path: str) -> str:
    """The HTML name of a parameter.

    >>> input_name("stop_loss.timeout.value")
    'stop_loss__timeout__value'
    >>> input_name("take_profit.steps.2.price.value")
    'steps-2-price__value'
    """
    flat = re.sub(r"^take_profit\.steps\.(\w+)\.", r"steps-\1-", path)
    return flat.replace(".", "__")


def anchor(path: str, trade: TradeType) -> str:
    """The id of the input at which a line of such a trade's body is changed.

    What the trade type leaves no choice of is changed by taking another type.

    >>> anchor("position.units.value", TradeType.SIMPLE_BUY)
    'id_position__units__value'
    >>> anchor("stop_loss.enabled", TradeType.SIMPLE_BUY)
    'id_trade_type_0'
    """
    settled = path in BY_TYPE
    settled |= trade.skips_entry and path == _ENTRY_ORDER
    settled |= trade.instant and path in _EXITS
    name = input_name("trade_type" if settled else path)
    # A radio group has no id of its own.
    return f"id_{name}_0" if settled or path == _ENTRY_ORDER else f"id_{name}"


def step_field(path: str) -> str:
    """The name of a step's field within its row.

    >>> step_field("take_profit.steps.N.price.value")
    'price__value'
    """
    return path.removeprefix(STEP).replace(".", "__")


FRESH: Row = {
    step_field(row.path): START[row.path] for row in STEP_ROWS if row.path in START
}
_STEP_FIELDS = frozenset(step_field(row.path) for row in STEP_ROWS)


def rows_of(data: Mapping[str, str]) -> dict[int, Row]:
    """The step rows of a post by the number in their names, in order."""
    rows: dict[int, Row] = {}
    for name, text in data.items():
        match = _STEP_NAME.fullmatch(name)
        if match and match[2] in _STEP_FIELDS:
            rows.setdefault(int(match[1]), {})[match[2]] = text
    return dict(sorted(rows.items()))


def with_rows(data: Mapping[str, str], rows: Iterable[Row]) -> dict[str, str]:
    """The post with these step rows, numbered from 0, in place of its own."""
    rows = list(rows) or [FRESH]
    numbered = {
        f"steps-{number}-{field}": text
        for number, row in enumerate(rows)
        for field, text in row.items()
    }
    rest = {name: text for name, text in data.items() if not name.startswith("steps-")}
    counts = {"steps-TOTAL_FORMS": str(len(rows)), "steps-INITIAL_FORMS": "0"}
    return {**rest, **counts, **numbered}


def touched_rows(data: Mapping[str, str]) -> list[int]:
    """The places of the rows that a draft keeps; an untouched one is left out."""
    rows = enumerate(rows_of(data).values())
    return [place for place, row in rows if is_touched(row)]


def is_touched(row: Row) -> bool:
    """Whether anything was typed or chosen in a step beyond what it began with."""
    return any(
        text not in ("", "false", FRESH.get(field)) for field, text in row.items()
    )


def data_of(typed: Mapping[str, str]) -> dict[str, str]:
    """Typed text by path as the post that would have made it."""
    data = {input_name(path): text for path, text in typed.items()}
    return with_rows(data, rows_of(data).values())


def typed_of(data: Mapping[str, str]) -> dict[str, str]:
    """A post as text by path: as typed, switches always, untouched steps left out."""
    typed = {"trade_type": data.get("trade_type", "")}
    for row in TICKET_ROWS:
        typed[row.path] = _text(row.kind, data.get(input_name(row.path)))
    for number, step in enumerate(filter(is_touched, rows_of(data).values())):
        for row in STEP_ROWS:
            text = _text(row.kind, step.get(step_field(row.path)))
            typed[at_step(row.path, number)] = text
    return {path: text for path, text in typed.items() if text}


def _text(kind: Kind, posted: str | None) -> str:
    """What a browser leaves out, an unticked switch, is off."""
    return posted or ("false" if kind is Kind.SWITCH else "")
