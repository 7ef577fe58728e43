"""What the domain offers, as buttons and notes of the ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trades.domain import fixes
from trades.domain.facts import MarketFacts
from trades.domain.findings import Finding
from trades.domain.fixes import Fix
from trades.domain.linked import linked
from trades.domain.ticket import OrderTicket
from trades.forms.saying import Button, Note


def buttons(
    findings: Iterable[Finding],
    ticket: OrderTicket,
    facts: MarketFacts,
    typed: Mapping[str, str],
) -> dict[tuple[str, str], Button]:
    """By path and rule, the button that offers the nearest valid value."""
    offered = (
        (finding, fixes.offer(finding, ticket, facts, typed)) for finding in findings
    )
    return {(f.path, f.rule): _button(fix) for f, fix in offered if fix}


def notes(
    ticket: OrderTicket, facts: MarketFacts, typed: Mapping[str, str]
) -> dict[str, list[Note]]:
    """By path, the values that follow from others."""
    told: dict[str, list[Note]] = {}
    for value in linked(ticket, facts, typed):
        button = _button(value.fix) if value.fix else None
        told.setdefault(value.path, []).append(Note(value.text, button))
    return told


def _button(fix: Fix) -> Button:
    return Button.setting(fix.label, fix.changes)
