"""What is usual for a trader, so that the unusual asks for a second thought."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from statistics import median_low

from trades.domain.lifecycle import State
from trades.domain.numbers import EXACT, Unreadable, plain, read_number
from trades.models import Submission
from trades.services.drafts import Examined
from trades.services.history import amount

# The word under which the typed amount is kept with the submission.
UNUSUAL = "unusual-size"
TIMES, RECENT, LEAST = 5, 20, 3
_UNITS = "position.units.value"


@dataclass(frozen=True)
class Unusual:
    """An order far larger than the trader's usual ones; its amount has to be typed."""

    amount: str
    usual: str


def unusual(examined: Examined, trader) -> Unusual | None:
    """None for an order of a usual size, and while nobody can say what is usual.

    Usual is the middle one of the latest that were accepted on this pair in this mode.
    """
    ticket, account = examined.ticket, examined.account
    if account is None:
        return None
    made = Submission.objects.filter(
        trader=trader,
        pair=str(ticket.values.get("pair")),
        mode=account.connection.mode,
        state=State.ACCEPTED.value,
    ).only("body")[:RECENT]
    amounts = sorted(Decimal(amount(submission)) for submission in made)
    units = ticket.values.get(_UNITS)
    if len(amounts) < LEAST or not isinstance(units, Decimal):
        return None
    usual = median_low(amounts)
    is_large = units >= EXACT.multiply(usual, TIMES)
    return Unusual(plain(units), plain(usual)) if is_large else None


def is_typed(order: Unusual, text: str) -> bool:
    """Whether that amount was typed, in whatever form."""
    try:
        return read_number(text) == Decimal(order.amount)
    except Unreadable:
        return False
