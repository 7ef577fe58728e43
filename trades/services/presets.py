"""Presets: saved from a ticket, and put into one."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import Q, QuerySet

from trades.domain import presets
from trades.models import Preset
from trades.services import drafts

NAME_MAX = 60


class NameTaken(Exception):
    """The trader has a preset of that name already."""


class NameMissing(Exception):
    """A preset needs a name of at most sixty printable characters."""


def available(user) -> QuerySet[Preset]:
    """The user's own, and those that others share."""
    usable = Q(owner=user) | Q(is_shared=True, owner__is_active=True)
    return Preset.objects.filter(usable).select_related("owner")


def save(*, owner, name: str, typed: Mapping[str, str], is_shared: bool) -> Preset:
    """Keep what is relative in a ticket. Raises ``NameMissing`` or ``NameTaken``."""
    name = _good(name)
    if Preset.objects.filter(owner=owner, name=name).exists():
        raise NameTaken
    examined = drafts.examine(typed, owner=owner)
    kept = presets.content(examined.ticket, examined.facts, typed)
    return Preset.objects.create(
        owner=owner, name=name, typed=kept, is_shared=is_shared
    )


def rename(preset: Preset, name: str) -> None:
    """Raises ``NameMissing`` or ``NameTaken``."""
    name = _good(name)
    others = Preset.objects.filter(owner=preset.owner, name=name).exclude(pk=preset.pk)
    if others.exists():
        raise NameTaken
    Preset.objects.filter(pk=preset.pk).update(name=name)


def apply(preset: Preset, typed: Mapping[str, str], *, owner) -> dict[str, str]:
    """The typed text with the preset in it."""
    facts = drafts.examine(typed, owner=owner).facts
    return presets.applied(preset.typed, typed, facts)


def _good(name: str) -> str:
    name = name.strip()
    if not name or len(name) > NAME_MAX or not name.isprintable():
        raise NameMissing
    return name
