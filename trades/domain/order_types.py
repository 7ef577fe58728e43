"""The entry's order types: what each one places, and when it ties up funds.

Source: 3Commas API, "Create SmartTrade"; 3Commas help centre, "SmartTrade".
"""

from __future__ import annotations

from enum import Enum


class OrderType(Enum):
    """As in ``position.order_type``; ``says`` is its one sentence on the page."""

    MARKET = "market"
    LIMIT = "limit"
    CONDITIONAL = "conditional"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def says(self) -> str:
        return _SAYS[self]


_SAYS = {
    OrderType.MARKET: (
        "Placed at once and filled at the best price there is; the funds are spent "
        "at once."
    ),
    OrderType.LIMIT: (
        "Placed at once at your price and waits in the order book; the funds are tied "
        "up until it fills or is cancelled."
    ),
    OrderType.CONDITIONAL: (
        "Nothing is placed before the market reaches the trigger; until then no funds "
        "are tied up."
    ),
}
