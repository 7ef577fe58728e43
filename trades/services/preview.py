"""What a ticket would do and may cost, before anything is sent; for the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from trades.domain import payload, words
from trades.domain.findings import Finding
from trades.domain.parameters import row_path
from trades.models import Connection
from trades.services.briefing import Briefing
from trades.services.checked import Checked, Doubt
from trades.services.drafts import Examined
from trades.services.history import curl, visible
from trades.services.ladder import Steps
from trades.services.submissions import digest

_SECTIONS = ("leverage", "take_profit", "stop_loss")


@dataclass(frozen=True)
class Preview:
    """A ticket in the making. ``typed`` is its text by parameter path."""

    examined: Examined
    typed: Mapping[str, str]

    @cached_property
    def ladder(self) -> Steps:
        return Steps(self.examined.ticket, self.examined.facts)

    @property
    def market(self) -> Briefing:
        return Briefing(self.examined.known)

    @property
    def errors(self) -> list[Finding]:
        return self.examined.errors

    @property
    def sentence(self) -> str:
        return "" if self.errors else visible(words.sentence(self.examined.ticket))

    @property
    def open_points(self) -> list[str]:
        """The fields that stand in the way, each once."""
        return list(dict.fromkeys(words.label(f.path) for f in self.errors))

    @property
    def kept(self) -> list[str]:
        """Sections that hold something, and of which nothing is sent."""
        return [words.label(name) for name in _SECTIONS if self._is_kept(name)]

    @property
    def doubts(self) -> list[Doubt]:
        return [] if self.errors else Checked(self.examined).doubts

    @cached_property
    def body(self) -> str:
        """The exact request but for the reference; "" while there are errors."""
        if self.errors:
            return ""
        ticket, facts = self.examined.ticket, self.examined.facts
        return payload.encode(payload.body(ticket, facts))

    @property
    def sha256(self) -> str:
        return digest(self.body)

    @property
    def curl(self) -> str:
        """A command that would send it; what is secret is left to the shell.

        It names the mode as the sender does, so that no paper order is a real one.
        """
        account = self.examined.account
        mode = account.connection.mode if account else Connection.Mode.SANDBOX
        return curl(self.body, mode)

    def _is_kept(self, section: str) -> bool:
        off = self.typed.get(f"{section}.enabled") != "true"
        simple = self.examined.ticket.values.get("instant") is True
        return (off or simple) and any(
            _means_something(path, text)
            for path, text in self.typed.items()
            if path.startswith(f"{section}.") and path != f"{section}.enabled"
        )


def _means_something(path: str, text: str) -> bool:
    """Not what every ticket begins with."""
    fresh = row_path(path).endswith("order_type") and text == "market"
    return not fresh and text.strip() not in ("", "false")
