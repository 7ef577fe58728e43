"""Words that several messages share."""

from __future__ import annotations

from decimal import Decimal

from trades.domain.numbers import plain


def span(low: Decimal | None, high: Decimal | None) -> str:
    """A range of which one end may be open.

    >>> span(Decimal("1.0"), Decimal(125)), span(None, Decimal(5))
    ('between 1 and 125', 'at most 5')
    """
    if low is None or high is None:
        only = plain(low if high is None else high)
        return f"at least {only}" if high is None else f"at most {only}"
    return f"between {plain(low)} and {plain(high)}"
