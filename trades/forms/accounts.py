"""The account's input: those that can be chosen, and the others with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django import forms


@dataclass(frozen=True)
class Offer:
    """An account to choose; ``obstacle`` is why it can't be chosen, in words."""

    value: str
    name: str
    group: str
    obstacle: str = ""

    @property
    def label(self) -> str:
        return f"{self.name}: {self.obstacle}" if self.obstacle else self.name


class AccountSelect(forms.Select):
    """Greys out what can't be chosen, unless it was: then it is shown and posted."""

    def __init__(self, offers: Sequence[Offer], typed: str) -> None:
        listed = [("", "choose …"), *_grouped(offers)]
        if typed not in ("", *(offer.value for offer in offers)):
            listed.append((typed, f"{typed} (not offered)"))
        super().__init__(choices=listed)
        self._blocked = {offer.value for offer in offers if offer.obstacle}

    def create_option(self, name, value, label, selected, *args, **kwargs) -> dict:
        option = super().create_option(name, value, label, selected, *args, **kwargs)
        if value in self._blocked and not selected:
            option["attrs"]["disabled"] = True
        return option


def _grouped(offers: Sequence[Offer]) -> list[tuple[str, object]]:
    """A group for each mode, where there is more than one."""
    ordered = sorted(offers, key=lambda offer: offer.group)
    groups = {
        group: [(offer.value, offer.label) for offer in members]
        for group, members in groupby(ordered, key=lambda offer: offer.group)
    }
    if len(groups) > 1:
        return list(groups.items())
    return [choice for choices in groups.values() for choice in choices]
