"""From the API's JSON to a draft's text: what stands there, as it is written.

Nothing is judged here. What a ticket has no input for is left out and named.

Source of the shape: 3Commas API, "Create SmartTrade".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from trades.domain.numbers import CHARACTERS_MAX
from trades.domain.parameters import STEPS_MAX, row_of
from trades.domain.payload import REFERENCE
from trades.domain.trade_types import candidates

_FLAGS = ("instant", "skip_enter_step", "position.type")
_STEPS = "take_profit.steps"
_REFERENCE = re.compile(rf"{REFERENCE}[a-z0-9]{{10}}$")
_NAMED_MAX = 60


@dataclass(frozen=True)
class Imported:
    """``typed`` by parameter path, without the account; ``account`` is its number.

    ``left_out``: a sentence for each thing that has no place in a ticket.
    """

    typed: Mapping[str, str]
    account: str
    left_out: tuple[str, ...]


def imported(trade: Mapping[str, object]) -> Imported:
    """From parsed JSON with exact decimals. Never raises."""
    typed: dict[str, str] = {}
    left_out: list[str] = []
    for path, value in _leaves(trade):
        text = _text(value)
        if row_of(path) is None:
            left_out.append(f"{_named(path)} is not a SmartTrade setting.")
        elif text is None:
            left_out.append(f"{_named(path)} could not be read.")
        elif text:
            typed[path] = text
    left_out += _take_type(typed) + _cut_steps(typed)
    return Imported(typed, typed.pop("account_id", ""), tuple(left_out))


def without_reference(note: str) -> str:
    """The note as its trader wrote it.

    >>> without_reference("plan A ref:a1b2c3d4e5"), without_reference("plan A")
    ('plan A', 'plan A')
    """
    return _REFERENCE.sub("", note)


def _leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """Every value that is neither an object nor the list of steps."""
    members: Iterator[tuple[object, object]] | None = None
    if isinstance(value, Mapping):
        members = iter(value.items())
    elif isinstance(value, list) and path == _STEPS:
        members = iter(enumerate(value))
    if members is None or (path and row_of(path)):
        yield path, value
        return
    for key, inner in members:
        yield from _leaves(inner, f"{path}.{key}" if path else str(key))


def _text(value: object) -> str | None:
    """As it would be typed; None for what no input can hold."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, bool):
        return str(value).lower()
    if not isinstance(value, int | Decimal):
        return None
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > CHARACTERS_MAX:
        return None
    return format(number, "f")


def _take_type(typed: dict[str, str]) -> list[str]:
    """The trade type in place of the three flags that it sets."""
    flags = [typed.pop(path, "") for path in _FLAGS]
    instant, skip, side = flags
    types = candidates(instant == "true", skip == "true", side or None)
    readable = {instant, skip} <= {"", "true", "false"}
    if readable and len(types) == 1:
        typed["trade_type"] = next(iter(types)).value
        return []
    return ["The trade type could not be told from the flags."] if any(flags) else []


def _cut_steps(typed: dict[str, str]) -> list[str]:
    beyond = [p for p in typed if p.startswith(_STEPS) and _number(p) >= STEPS_MAX]
    for path in beyond:
        del typed[path]
    said = f"Only the first {STEPS_MAX} take-profit steps were taken."
    return [said] if beyond else []


def _number(path: str) -> int:
    return int(path.split(".")[2])


def _named(path: str) -> str:
    return path if len(path) <= _NAMED_MAX else f"{path[:_NAMED_MAX]}…"
