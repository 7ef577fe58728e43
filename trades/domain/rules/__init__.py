"""The rule book: judges a ticket, with the facts that are known.

Importing this package imports every group, in the order of the book. Named rules run
in that order: every price is judged before what is computed from it.
"""

from __future__ import annotations

# isort: off
from trades.domain.rules import account  # noqa: F401
from trades.domain.rules import trade_type  # noqa: F401
from trades.domain.rules import leverage  # noqa: F401
from trades.domain.rules import position  # noqa: F401
from trades.domain.rules import conditional  # noqa: F401
from trades.domain.rules import take_profit  # noqa: F401
from trades.domain.rules import stop_loss  # noqa: F401
from trades.domain.rules import note  # noqa: F401
from trades.domain.rules.registry import check

__all__ = ["check"]
