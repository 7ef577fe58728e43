"""Every rule as people read it: from the rows, the shapes and the named rules."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trades.domain.findings import ERROR, WARNING, Severity
from trades.domain.parameters import PARAMETERS
from trades.domain.reading import ANY
from trades.domain.rules.registry import RULES
from trades.domain.schema import Bounds

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


@dataclass(frozen=True)
class Entry:
    """One line of the rule book."""

    id: str
    severity: Severity
    fields: str
    fires: str

    @property
    def group(self) -> str:
        return self.id.partition("-")[0]


def catalogue() -> list[Entry]:
    """All rules, group by group."""
    order = list(GROUPS)
    return sorted(_entries(), key=lambda entry: order.index(entry.group))


def _entries() -> Iterator[Entry]:
    for id, (fires, _) in ANY.items():
        yield Entry(id, ERROR, "any", fires)
    yield Entry("any-unknown", WARNING, "the key", "A key is no parameter.")
    for row in PARAMETERS:
        if row.needed:
            fires = "It is needed and absent."
            yield Entry(row.needed.rule, ERROR, row.path, fires)
        if row.bounds:
            yield Entry(row.bounds.rule, ERROR, row.path, _outside(row.bounds))
    for rule in RULES:
        yield Entry(rule.id, rule.severity, rule.fields, rule.fires)


def _outside(bounds: Bounds) -> str:
    low = f"below {bounds.at_least}" if bounds.at_least is not None else ""
    low = f"{bounds.above} or less" if bounds.above is not None else low
    high = f"above {bounds.at_most}" if bounds.at_most is not None else ""
    return f"It is {' or '.join(filter(None, [low, high]))}."
