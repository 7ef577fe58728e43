"""Advisories that may pass for a while: ``requirements/excepted.toml``."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

LONGEST = timedelta(days=90)


@dataclass(frozen=True)
class Excepted:
    id: str
    until: date  # the last day it holds, in UTC
    reason: str

    def fault(self, today: date) -> str:
        """Why it does not count today; empty if it does."""
        if self.until < today:
            return f"{self.id} was excepted until {self.until}: mend or renew it"
        if self.until > today + LONGEST:
            return f"{self.id} is excepted for more than {LONGEST.days} days"
        return ""


def read(file: Path) -> list[Excepted]:
    """Raise ``ValueError`` for anything but id, date and reason."""
    table = tomllib.loads(file.read_text())
    if table.keys() - {"excepted"}:
        raise ValueError(f"{file.name}: only [[excepted]] stands there")
    return [one(entry, file.name) for entry in table.get("excepted", [])]


def one(entry: dict, file: str) -> Excepted:
    kinds = {name: type(value) for name, value in entry.items()}
    whole = kinds == {"id": str, "until": date, "reason": str}
    if not whole or not entry["reason"].strip():
        raise ValueError(f"{file}: an exception has an id, a date, a reason: {entry}")
    return Excepted(**entry)
