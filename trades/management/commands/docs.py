"""``docs``: writes the tables of the README out of the code that they describe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.conf import settings
from django.core.management.base import BaseCommand

from trades.domain.groups import conditions
from trades.domain.parameters import PARAMETERS
from trades.domain.rules.catalogue import GROUPS, catalogue
from trades.domain.schema import (
    PLACES_ENTRY,
    SKIPS_ENTRY,
    SMART,
    Is,
    Parameter,
    When,
)
from trades.sandbox.moods import ACCOUNTS

README = settings.BASE_DIR / "README.md"


class Command(BaseCommand):
    help = "Write the generated tables of README.md."
    requires_system_checks = []

    def handle(self, *args: object, **options: object) -> None:
        README.write_text(fresh(README.read_text()))


def fresh(text: str) -> str:
    """The README with its tables made anew; each stands between two comments."""
    for name, table in TABLES.items():
        marks = f"<!-- {name} -->", f"<!-- end of {name} -->"
        pattern = f"({re.escape(marks[0])}\n).*?({re.escape(marks[1])})"
        lines = "\n".join(table())
        text, found = re.subn(
            pattern, lambda m, new=lines: f"{m[1]}\n{new}\n\n{m[2]}", text, flags=re.S
        )
        if found != 1:
            raise ValueError(f"README.md has {found} places for {name}")
    return text


def parameters() -> Iterator[str]:
    yield "| parameter | called | kind | when it means something | default |"
    yield "|---|---|---|---|---|"
    for row in PARAMETERS:
        kind = " / ".join(row.choices) or row.kind.value
        yield (
            f"| `{row.path}` | {row.label} | {kind} | {_when(row)} | {_default(row)} |"
        )


def rules() -> Iterator[str]:
    yield "| rule | field | it fires when | severity | source |"
    yield "|---|---|---|---|---|"
    group = ""
    for entry in catalogue():
        if entry.group != group:
            group = entry.group
            yield f"| **{GROUPS[group]}** | | | | |"
        yield (
            f"| `{entry.id}` | `{entry.fields}` | {entry.fires} "
            f"| {entry.severity.value} | {'; '.join(entry.sources)} |"
        )


def accounts() -> Iterator[str]:
    yield "| account | name | market | how it behaves |"
    yield "|---|---|---|---|"
    for account in ACCOUNTS.values():
        yield (
            f"| {account.id} | {account.name} | {account.market} "
            f"| {account.mood.value} |"
        )


TABLES = {"parameters": parameters, "rules": rules, "accounts": accounts}


def _default(row: Parameter) -> str:
    if isinstance(row.default, bool):
        return "off"
    if row.default is None:
        return ""
    return "{buy} for a long, {sell} for a short".format(**row.default)


def _when(row: Parameter) -> str:
    return " and ".join(_clauses(conditions(row.path))) or "always"


def _clauses(when: When) -> Iterator[str]:
    for clause in when:
        yield " or ".join(map(_condition, clause))


def _condition(condition: Is) -> str:
    if condition in _TYPES:
        return _TYPES[condition]
    values = ("on" if value is True else str(value) for value in condition.values)
    return f"`{condition.path}` is {' / '.join(values)}"


_TYPES = {
    SMART[0]: "the type is a Smart one",
    PLACES_ENTRY[0]: "the type places an entry",
    SKIPS_ENTRY[0]: "the type places no entry",
}
