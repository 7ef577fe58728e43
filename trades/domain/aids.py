"""Two inputs that are no parameters: what the amount may be reckoned from.

They stand in a draft's typed text like all others, and are neither judged nor sent.
"""

from __future__ import annotations

from trades.domain.schema import Kind, Parameter

TOTAL, RISK = "sizing.total", "sizing.risk"

AIDS = (
    Parameter(TOTAL, Kind.AMOUNT, "Total", unit="quote"),
    Parameter(RISK, Kind.AMOUNT, "I may lose at most", unit="quote"),
)
PATHS = tuple(row.path for row in AIDS)
