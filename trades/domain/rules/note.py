"""The note."""

from __future__ import annotations

import unicodedata

from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR
from trades.domain.rules.registry import rule
from trades.domain.ticket import OrderTicket


@rule("note-control", ERROR, "A", "note")
def control(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """It has a control character other than tab and line feed, or half a surrogate."""
    note = str(ticket["note"] or "")
    if note.isprintable() or not any(
        unicodedata.category(c) in ("Cc", "Cs") for c in note if c not in "\t\n"
    ):
        return None
    return "The note has characters that cannot be sent."


@rule("note-length", ERROR, "S E", "note")
def length(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """It has more code points than 300, or than the token leaves of them."""
    count = len(str(ticket["note"] or ""))
    if count <= facts.note_room:
        return None
    return f"The note is {count} characters; at most {facts.note_room}."
