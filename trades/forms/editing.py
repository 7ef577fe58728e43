"""What the ticket's own buttons make of what was typed: steps, a pair, a value."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from urllib.parse import parse_qsl

from trades.domain import sizing
from trades.domain.findings import Skip
from trades.domain.numbers import Unreadable, plain, read_number
from trades.domain.parameters import STEPS_MAX
from trades.forms.names import (
    FRESH,
    STEP_ROWS,
    TICKET_ROWS,
    Row,
    input_name,
    rows_of,
    step_field,
    with_rows,
)
from trades.forms.saying import SET

Data = Mapping[str, str]

AT_R = "targets-at-r"
AT_R_STEPS = 3

_PAIR = "pair:"
_AT_STEP = re.compile(r"(remove|up|down|rest)-steps-([0-9])")
_INPUTS = {"trade_type", *(input_name(row.path) for row in TICKET_ROWS)}
_INPUTS |= {
    f"steps-{n}-{step_field(row.path)}" for n in range(STEPS_MAX) for row in STEP_ROWS
}


def edited(data: Data, action: str) -> Data:
    """The post as it stands after a button; as it is where none of these asks so."""
    if action.startswith(SET):
        pairs = parse_qsl(action.removeprefix(SET), keep_blank_values=True)
        return {**data, **{name: text for name, text in pairs if name in _INPUTS}}
    if action.startswith(_PAIR):
        return {**data, "pair": action.removeprefix(_PAIR)}
    rows = list(rows_of(data).values())
    if action == "add-step":
        return with_rows(data, [*rows, FRESH][:STEPS_MAX])
    if action == "split-evenly":
        return with_rows(data, split_evenly(rows))
    if (at := _AT_STEP.fullmatch(action)) and int(at[2]) < len(rows):
        return with_rows(data, _changed(rows, at[1], int(at[2])))
    return data


def with_targets(data: Data, prices: Sequence[Decimal]) -> Data:
    """With a step at each of these prices; shares are split where none was typed."""
    rows = list(rows_of(data).values())
    rows += [FRESH] * (len(prices) - len(rows))
    at = {"price__percent": ""}
    rows = [
        row | at | {"price__value": plain(price)}
        for row, price in zip(rows, prices, strict=True)
    ]
    if not any(row.get("volume", "").strip() for row in rows):
        rows = split_evenly(rows)
    return with_rows({**data, "take_profit__enabled": "true"}, rows)


def steps_at_r(data: Data) -> int:
    """How many targets there will be."""
    return max(AT_R_STEPS, len(rows_of(data)))


def split_evenly(rows: Sequence[Row]) -> list[Row]:
    shares = sizing.split_evenly(len(rows)) if rows else []
    return [
        row | {"volume": plain(share)} for row, share in zip(rows, shares, strict=True)
    ]


def _changed(rows: list[Row], how: str, number: int) -> list[Row]:
    """Without that row, with it one place up or down, or with all that is left."""
    row, others = rows[number], rows[:number] + rows[number + 1 :]
    if how == "remove":
        return others
    if how == "rest":
        return [*rows[:number], row | _rest(row, others), *rows[number + 1 :]]
    place = max(0, number - 1) if how == "up" else number + 1
    return [*others[:place], row, *others[place:]]


def _rest(row: Row, others: Sequence[Row]) -> Row:
    """Its share as it is where nothing is left, or another share can't be read."""
    texts = (other.get("volume", "").strip() for other in others)
    try:
        share = plain(sizing.rest(read_number(text) for text in texts if text))
    except (Skip, Unreadable):
        return row
    return {"volume": share}
