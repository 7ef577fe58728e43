"""What a search among a market's pairs found, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from trades.domain import pairs

MOST = 20


@dataclass(frozen=True)
class Match:
    name: str

    @property
    def title(self) -> str:
        return pairs.spoken(self.name)

    @property
    def aside(self) -> str:
        """The name itself, where the title is another one."""
        return self.name if pairs.is_plain(self.name) else ""


@dataclass(frozen=True)
class Found:
    """The best matches; ``says`` is how many, or why there are none."""

    matches: Sequence[Match]
    says: str


def find(names: Sequence[str] | None, text: str) -> Found:
    """``names`` is None where the market's list is not known."""
    if names is None:
        return Found([], "The list of pairs is not known yet; any pair can be typed.")
    found = pairs.search(names, text, MOST + 1)
    matches = [Match(name) for name in found[:MOST]]
    if not matches:
        return Found([], "No pair of this market fits that text.")
    if len(found) > MOST:
        return Found(matches, f"More than {MOST} pairs fit; these fit best.")
    return Found(matches, f"{len(found)} pair{'s' if len(found) > 1 else ''} found.")


NO_ACCOUNT = Found([], "Choose an account first: the pairs are those of its market.")
