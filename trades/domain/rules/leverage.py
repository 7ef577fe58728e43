"""Leverage, when it is switched on."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from trades.domain.facts import MarketFacts, read_fact
from trades.domain.findings import ERROR, WARNING, Skip
from trades.domain.numbers import plain
from trades.domain.rules.registry import rule
from trades.domain.rules.wording import span
from trades.domain.ticket import OrderTicket


@rule("leverage-spot", ERROR, "S", "leverage.enabled")
def spot(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The pair is spot. The rest of the group is then not checked."""
    if not ticket["leverage.enabled"] or not facts.is_spot:
        return None
    return "Leverage is for futures accounts; this pair is spot."


@rule("leverage-type-listed", ERROR, "R", "leverage.type")
def type_listed(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The pair's leverage data has no entry with that code."""
    code = ticket["leverage.type"]
    if code is None or facts.leverage(str(code)) is not None:
        return None
    return f"{str(code).capitalize()} margin is not offered for this pair."


@rule("leverage-value-required", ERROR, "A", "leverage.value")
def value_required(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The leverage is absent, and the exchange does not fix it."""
    if not ticket["leverage.enabled"] or ticket["leverage.value"] is not None:
        return None
    return "Enter the leverage."  # where it is fixed, check() takes that back


@rule("leverage-value-listed", ERROR, "R", "leverage.value")
def value_listed(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The leverage is outside the pair's range, or not among its listed values."""
    value, entry = ticket["leverage.value"], _entry(ticket, facts)
    if value is None:
        return None
    low, high = offered_range(entry)
    if (low is not None and value < low) or (high is not None and value > high):
        return f"Leverage for this pair must be {span(low, high)}."
    listed = listed_values(entry)
    if not listed or value in listed:
        return None
    return f"Leverage for this pair must be {_one_of(listed)}."


@rule("leverage-value-fixed", WARNING, "R", "leverage.value")
def value_fixed(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """The exchange fixes the leverage, and one is given. It is not sent."""
    is_given = "leverage.value" in ticket.values or "leverage.value" in ticket.errors
    if not is_given or not _is_fixed(ticket, facts):
        return None
    return "The exchange fixes the leverage here; your value will not be sent."


def _is_fixed(ticket: OrderTicket, facts: MarketFacts) -> bool:
    return facts.fixes_leverage(ticket.values.get("leverage.type"))


def _entry(ticket: OrderTicket, facts: MarketFacts) -> Mapping[str, object]:
    entry = facts.leverage(str(ticket["leverage.type"]))
    if entry is None:
        raise Skip
    return entry


def offered_range(
    entry: Mapping[str, object],
) -> tuple[Decimal | None, Decimal | None]:
    """The least and the most that a margin type takes, each maybe not stated."""
    valid = entry.get("valid")
    bounds = valid if isinstance(valid, Mapping) else {}
    low, high = read_fact(bounds.get("min")), read_fact(bounds.get("max"))
    return low, read_fact(entry.get("max_leverage")) if high is None else high


def listed_values(entry: Mapping[str, object]) -> list[Decimal]:
    """The only values that it takes, where it lists some."""
    values = entry.get("available_leverage_values")
    numbers = map(read_fact, values if isinstance(values, list) else [])
    return [number for number in numbers if number is not None]


def _one_of(numbers: list[Decimal]) -> str:
    return "one of " + ", ".join(map(plain, numbers))
