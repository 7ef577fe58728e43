"""Levels that a ticket's own numbers lead to, for the buttons that ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, localcontext

from trades.domain import sizing
from trades.domain.findings import Skip
from trades.domain.numbers import EXACT
from trades.services import drafts


def targets_at_r(typed: Mapping[str, str], *, owner, count: int) -> list[Decimal]:
    """Prices at one, two, three … times the stop's distance from the entry.

    Empty where the entry's price or a stop on its losing side is not known.
    """
    examined = drafts.examine(typed, owner=owner)
    ticket, facts = examined.ticket, examined.facts
    try:
        with localcontext(EXACT):
            return [sizing.price_at_r(ticket, facts, n + 1) for n in range(count)]
    except Skip:
        return []
