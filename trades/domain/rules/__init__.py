"""The rule book: judges a ticket, with the facts that are known.

Importing this package imports every group. Their order is the order in which named
rules run: where an exit is placed is judged before its price, and every price before
the amounts that are multiplied by it.
"""

from __future__ import annotations

from trades.domain.rules import (  # noqa: F401  (the order matters)
    account,
    conditional,
    leverage,
    note,
    position,
    stop_loss,
    take_profit,
    trade_type,
)
from trades.domain.rules.registry import check

__all__ = ["check"]
