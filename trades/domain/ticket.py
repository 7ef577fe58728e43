"""The order ticket: what the trader means, as typed values by parameter path.

``read_json`` takes a trade in the API's shape, ``read`` the text of a form. Only what
means something is read: fields that the chosen type, order type or switch makes
irrelevant are neither judged nor sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache, cached_property, lru_cache

from trades.domain.findings import Finding, Skip
from trades.domain.parameters import PARAMETERS, STEPS_MAX
from trades.domain.schema import Kind
from trades.domain.trade_types import SKIPPING, TradeType, candidates

# Unknown keys are paths too, and there is no end of them.
PATHS_MAX = 1000

Value = bool | int | Decimal | str


@cache
def at_step(path: str, number: int) -> str:
    """The path of one take-profit step's parameter.

    >>> at_step("take_profit.steps.N.volume", 2)
    'take_profit.steps.2.volume'
    """
    return path.replace(".N", f".{number}")


@dataclass(frozen=True)
class OrderTicket:
    """Relevant and readable values by path, with what could not be read.

    ``errors`` maps a path to its finding. ``unreadable``: the groups whose contents
    nobody could look at. ``unknown``: keys that are no parameter. What follows from
    the flags and order types is reckoned once: only rows speak of these, and before
    any named rule looks.
    """

    values: Mapping[str, Value] = field(default_factory=dict)
    errors: Mapping[str, Finding] = field(default_factory=dict)
    relevant: tuple[str, ...] = ()
    unreadable: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()
    step_count: int = 0

    def __getitem__(self, path: str) -> Value | None:
        """The value; None where it is absent or means nothing. Raises ``Skip``."""
        if self.errors and path in self.errors:
            raise Skip
        if self.unreadable and not self.unreadable.isdisjoint(above(path)):
            raise Skip
        return self.values.get(path)

    def number(self, path: str) -> Decimal:
        """A number that a rule can't do without. Raises ``Skip`` when it is absent."""
        value = self[path]
        if not isinstance(value, Decimal):
            raise Skip
        return value

    @cached_property
    def types(self) -> frozenset[TradeType]:
        """The trade types that are possible by what could be read of the flags."""
        return types_of(self.values)

    @cached_property
    def trade_type(self) -> TradeType:
        """Which of the six. Raises ``Skip`` while the side is not known."""
        for path in ("instant", "skip_enter_step"):
            self[path]
        if len(self.types) > 1:
            raise Skip
        return next(iter(self.types))

    @cached_property
    def is_long(self) -> bool:
        """Raises ``Skip`` while the side is not known."""
        if (side := self["position.type"]) is None:
            raise Skip
        return side == "buy"

    @cached_property
    def places_entry(self) -> bool:
        """Known without the side. Raises ``Skip`` where a flag is unreadable."""
        for path in ("instant", "skip_enter_step"):
            self[path]
        return self.types.isdisjoint(SKIPPING)

    @cached_property
    def entry_order(self) -> str:
        """market, limit, conditional market or conditional limit.

        Raises ``Skip`` for types that place no entry order.
        """
        if not self.places_entry:
            raise Skip
        outer = self["position.order_type"]
        inner = self["position.conditional.order_type"]
        if outer is None or (outer == "conditional" and inner is None):
            raise Skip
        return f"conditional {inner}" if outer == "conditional" else str(outer)

    @cached_property
    def entry_trails(self) -> bool:
        """Whether the entry follows the market, so that its price is unknown.

        Raises ``Skip`` while the order type or the trailing switch is in error.
        """
        self["position.order_type"]  # the switch means nothing without it
        return self["position.conditional.trailing.enabled"] is True

    def steps(self) -> Sequence[int]:
        """The numbers of the take-profit steps that were read."""
        return self._steps

    @cached_property
    def prices(self) -> Sequence[str]:
        """The paths of all prices that mean something."""
        return [path for path in self.relevant if path in _PRICES]

    @cached_property
    def _steps(self) -> Sequence[int]:
        relevant = set(self.relevant)
        return [
            n
            for n in range(min(self.step_count, STEPS_MAX))
            if at_step("take_profit.steps.N.volume", n) in relevant
        ]


_PRICES = {
    at_step(row.path, n)
    for row in PARAMETERS
    if row.kind is Kind.PRICE
    for n in range(STEPS_MAX)
}


def types_of(values: Mapping[str, Value]) -> frozenset[TradeType]:
    """The trade types that these flags allow, by path."""
    side = values.get("position.type")
    return candidates(
        values.get("instant") is True,
        values.get("skip_enter_step") is True,
        side if isinstance(side, str) else None,
    )


@lru_cache(PATHS_MAX)
def above(path: str) -> tuple[str, ...]:
    """The groups around a path, outermost first, with the whole trade in front.

    >>> above("position.units.value")
    ('$', 'position', 'position.units')
    """
    parts = path.split(".")
    return ("$", *(".".join(parts[:n]) for n in range(1, len(parts))))
