"""How rules are declared, and how a ticket is judged: rows first, then named rules."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal, localcontext
from functools import cache
from typing import cast

from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING, Finding, Severity, Skip
from trades.domain.groups import GROUPS
from trades.domain.numbers import EXACT
from trades.domain.parameters import row_of, row_path
from trades.domain.reference import STOP_PRICE, TARGET_PRICE
from trades.domain.ticket import OrderTicket, at_step
from trades.domain.trade_types import SKIPPING

# A rule returns its message, or nothing where it has none to make.
Says = str | None
Field = str | Callable[[OrderTicket], str]
StepField = str | Callable[[OrderTicket, int], str]

_SWITCHED = tuple(group.path for group in GROUPS if group.switched)


@dataclass(frozen=True)
class Rule:
    """A named rule. ``judge`` is for check, the rest for people.

    ``source``: where it comes from, in the codes of ``catalogue.SOURCES``.
    """

    id: str
    severity: Severity
    source: str
    fields: str
    fires: str
    judge: Callable[[OrderTicket, MarketFacts], Iterable[tuple[str, str]]]


RULES: list[Rule] = []


def rule(id: str, severity: Severity, source: str, field: Field, fields: str = ""):
    """Declare ``f(ticket, facts) -> message or None`` about one field."""

    def declare(f: Callable[[OrderTicket, MarketFacts], Says]):
        def judge(ticket, facts):
            try:
                message = f(ticket, facts)
            except Skip:
                return ()
            if not message:
                return ()
            return [(field if isinstance(field, str) else field(ticket), message)]

        _add(id, severity, source, fields or str(field), f, judge)
        return f

    return declare


def step_rule(
    id: str, severity: Severity, source: str, field: StepField, fields: str = ""
):
    """Declare ``f(ticket, facts, number) -> message or None`` about each step."""

    def declare(f: Callable[[OrderTicket, MarketFacts, int], Says]):
        def judge(ticket, facts):
            said = []
            for number in ticket.steps():
                try:
                    message = f(ticket, facts, number)
                except Skip:
                    continue
                if message:
                    path = field if isinstance(field, str) else field(ticket, number)
                    said.append((at_step(path, number), message))
            return said

        _add(id, severity, source, fields or str(field), f, judge)
        return f

    return declare


def price_rule(id: str, severity: Severity, source: str):
    """Declare ``f(price, facts) -> message or None`` about every price in use."""

    def declare(f: Callable[[Decimal, MarketFacts], Says]):
        def judge(ticket, facts):
            said = []
            for path in _prices_in_use(ticket):
                try:
                    price = ticket[path]
                    message = None if price is None else f(price, facts)
                except Skip:
                    continue
                if message:
                    said.append((path, message))
            return said

        _add(id, severity, source, "any price in use", f, judge)
        return f

    return declare


def _prices_in_use(ticket: OrderTicket) -> Sequence[str]:
    if not _trails(ticket):
        return ticket.prices
    return [p for p in ticket.prices if row_path(p) not in (TARGET_PRICE, STOP_PRICE)]


def _trails(ticket: OrderTicket) -> bool:
    try:
        return ticket.entry_trails
    except Skip:
        return False


def _add(id: str, severity: Severity, source: str, fields: str, f, judge) -> None:
    fires = " ".join(f.__doc__.split())
    RULES.append(Rule(id, severity, source, fields, fires, judge))


def check(ticket: OrderTicket, facts: MarketFacts | None = None) -> list[Finding]:
    """Every error of the ticket, one for each field; without any, every warning.

    The rule book's section 3 is the order in which this is done.
    """
    facts = facts or MarketFacts()
    with localcontext(EXACT):
        judged = replace(ticket, errors=dict(ticket.errors))
        if errors := _errors(judged, facts):
            return errors
        # The one that was judged knows what follows from its flags already.
        ticket = ticket if ticket.errors else judged
        return _first_for_each_field(_warnings(ticket, facts))


def _errors(judged: OrderTicket, facts: MarketFacts) -> list[Finding]:
    """``judged`` sees each error as it is found."""
    errors = cast("dict[str, Finding]", judged.errors)
    for finding in _row_errors(judged):
        errors.setdefault(finding.path, finding)
    for named in _of(ERROR):
        for path, message in named.judge(judged, facts):
            errors.setdefault(path, Finding(path, named.id, ERROR, message))
    if facts.fixes_leverage(judged.values.get("leverage.type")):
        errors.pop("leverage.value", None)  # it is not sent, so it can't be wrong
    return [f for f in errors.values() if not _under_bad_switch(f.path, errors)]


def _row_errors(ticket: OrderTicket) -> Iterator[Finding]:
    skipping = ticket.types <= SKIPPING
    for path in ticket.relevant:
        row, value = row_of(path), ticket.values.get(path)
        if row is None:
            continue
        if value is None:
            if need := row.needed:
                message = need.if_skipping if skipping else ""
                yield Finding(path, need.rule, ERROR, message or need.message)
        elif (bounds := row.bounds) and not bounds.admit(value):
            yield Finding(path, bounds.rule, ERROR, bounds.message)


def _under_bad_switch(path: str, errors: dict[str, Finding]) -> bool:
    """Whether the path lies in a group whose switch itself is in error."""
    return any(
        path.startswith(f"{group}.") and path != f"{group}.enabled"
        for group in (e.removesuffix(".enabled") for e in errors if _is_switch(e))
    )


def _is_switch(path: str) -> bool:
    group, _, name = path.rpartition(".")
    return name == "enabled" and row_path(group) in _SWITCHED


def _warnings(ticket: OrderTicket, facts: MarketFacts) -> Iterator[Finding]:
    for path in ticket.unknown:
        message = f"{path} is not a SmartTrade setting and will not be sent."
        yield Finding(path, "any-unknown", WARNING, message)
    for named in _of(WARNING):
        for path, message in named.judge(ticket, facts):
            yield Finding(path, named.id, WARNING, message)


@cache
def _of(severity: Severity) -> list[Rule]:
    """The named rules of a severity, in their order; all are declared by now."""
    return [named for named in RULES if named.severity is severity]


def _first_for_each_field(findings: Iterable[Finding]) -> list[Finding]:
    firsts: dict[str, Finding] = {}
    for finding in findings:
        firsts.setdefault(finding.path, finding)
    return list(firsts.values())
