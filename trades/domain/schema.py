"""How a parameter and a group of parameters are described. The tables use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from trades.domain.trade_types import TradeType


class Kind(Enum):
    """The shape of a parameter. Price, percent and amount are exact decimals."""

    WHOLE = "whole number"
    PRICE = "price"
    PERCENT = "percent"
    AMOUNT = "amount"
    CHOICE = "choice"
    SWITCH = "switch"
    TEXT = "text"


@dataclass(frozen=True)
class Is:
    """Holds when the parameter has one of these values.

    ``trade_type`` is not a parameter but may stand here like one.
    """

    path: str
    values: tuple[str | bool, ...]


# A clause holds when one of its members does; conditions hold when all clauses do.
Clause = tuple[Is, ...]
When = tuple[Clause, ...]


def on(path: str, *values: str) -> Clause:
    """One clause: the switch is on, or the choice is one of ``values``."""
    return (Is(path, values or (True,)),)


def of_type(*types: TradeType) -> Clause:
    return (Is("trade_type", tuple(t.value for t in types)),)


SIMPLE = of_type(*(t for t in TradeType if t.instant))
SMART = of_type(*(t for t in TradeType if not t.instant))
PLACES_ENTRY = of_type(*(t for t in TradeType if not t.skips_entry))
SKIPS_ENTRY = of_type(*(t for t in TradeType if t.skips_entry))


@dataclass(frozen=True)
class Needed:
    """Rule, its source and message for a relevant field that is absent."""

    rule: str
    source: str
    message: str
    if_skipping: str = ""  # the message for types that place no entry


@dataclass(frozen=True)
class Bounds:
    """Rule, source and message for a value out of range; ``above`` is exclusive."""

    rule: str
    source: str
    message: str
    at_least: Decimal | int | None = None
    above: Decimal | int | None = None
    at_most: Decimal | int | None = None

    def admit(self, value: Decimal | int) -> bool:
        return not (
            (self.at_least is not None and value < self.at_least)
            or (self.above is not None and value <= self.above)
            or (self.at_most is not None and value > self.at_most)
        )


@dataclass(frozen=True)
class Parameter:
    """One row. ``default`` is sent for an absent field; by side where it is two."""

    path: str
    kind: Kind
    label: str
    unit: str = ""
    choices: tuple[str, ...] = ()
    default: bool | Mapping[str, str] | None = None
    needed: Needed | None = None
    bounds: Bounds | None = None
    help: str = ""


@dataclass(frozen=True)
class Group:
    """A JSON object (or the list of steps) around parameters.

    ``when``: outside of it the group is not even looked at. ``inside``: what must
    hold, beyond its own switch, before the contents are looked at.
    """

    path: str
    switched: bool = False
    listed: bool = False
    when: When = ()
    inside: When = ()
