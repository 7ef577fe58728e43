"""What a rule says of a field."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """An error blocks the trade; a warning has to be ticked by the trader."""

    ERROR = "error"
    WARNING = "warning"


ERROR, WARNING = Severity.ERROR, Severity.WARNING


@dataclass(frozen=True)
class Finding:
    """One message about one field. ``path`` is "$" for the trade as a whole."""

    path: str
    rule: str
    severity: Severity
    message: str


class Skip(Exception):
    """A rule needs a field that is in error already, or a fact that nobody knows."""
