"""Every rule as people read it: from the rows, the shapes and the named rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from trades.domain.findings import ERROR, WARNING, Severity
from trades.domain.parameters import PARAMETERS
from trades.domain.rules.registry import RULES
from trades.domain.schema import Bounds
from trades.domain.shapes import ANY

GROUPS = {
    "any": "Any field",
    "account": "Account",
    "pair": "Pair",
    "type": "Trade type",
    "leverage": "Leverage",
    "position": "Position",
    "units": "Amount",
    "price": "Any price",
    "conditional": "Conditional entry",
    "tp": "Take profit",
    "sl": "Stop loss",
    "note": "Note",
}


# What a source's letter stands for, as people read it.
SOURCES = {
    "S": "the specification of this order ticket",
    "N": "3Commas API, “Create SmartTrade”, May 2026",
    "T": "3Commas API, “SmartTrade entity”, table of types, May 2026",
    "E": "3Commas API, “Edit SmartTrade”",
    "O": "3Commas API v2, as documented from 2020 to 2024",
    "W": "3Commas API v2, machine-readable description of the same years",
    "R": "3Commas API, pages on accounts, currency rates and leverage",
    "I": "3Commas' public documentation repository, issue {number}",
    "H": "3Commas help centre",
    "A": "a decision of this program; 3Commas says nothing of it",
}


@dataclass(frozen=True)
class Entry:
    """One line of the rule book. ``message``: "" where it depends on the ticket."""

    id: str
    severity: Severity
    source: str
    fields: str
    fires: str
    message: str = ""

    @property
    def group(self) -> str:
        return self.id.partition("-")[0]

    @property
    def sources(self) -> list[str]:
        """Where it comes from, in words."""
        return [
            SOURCES[code[0]].format(number=code[1:]) for code in self.source.split()
        ]


def catalogue() -> list[Entry]:
    """All rules, group by group."""
    order = list(GROUPS)
    return sorted(_entries(), key=lambda entry: order.index(entry.group))


@cache
def version() -> str:
    """Twelve hex digits that change with any rule's id, severity or condition."""
    lines = [f"{e.id} {e.severity.value} {e.fields} {e.fires}" for e in catalogue()]
    return sha256("\n".join(lines).encode()).hexdigest()[:12]


def _entries() -> Iterator[Entry]:
    for id, (source, fires, message) in ANY.items():
        yield Entry(id, ERROR, source, "any", fires, message)
    yield Entry("any-unknown", WARNING, "A", "the key", "A key is no parameter.")
    for row in PARAMETERS:
        if need := row.needed:
            fires = "It is needed and absent."
            yield Entry(need.rule, ERROR, need.source, row.path, fires, need.message)
        if limits := row.bounds:
            fires = _outside(limits)
            yield Entry(
                limits.rule, ERROR, limits.source, row.path, fires, limits.message
            )
    for rule in RULES:
        yield Entry(rule.id, rule.severity, rule.source, rule.fields, rule.fires)


def _outside(bounds: Bounds) -> str:
    low = f"below {bounds.at_least}" if bounds.at_least is not None else ""
    low = f"{bounds.above} or less" if bounds.above is not None else low
    high = f"above {bounds.at_most}" if bounds.at_most is not None else ""
    return f"It is {' or '.join(filter(None, [low, high]))}."
