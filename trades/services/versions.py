"""The versions of a draft: what it said at each save, and how to go back to one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from trades.domain import payload
from trades.domain.payload import Difference
from trades.models import Draft, DraftVersion
from trades.services import drafts

# Of very old drafts the newest are shown.
MOST = 100


@dataclass(frozen=True)
class Row:
    """A version, and how many fields differ from the one before."""

    version: DraftVersion
    changed: int | None


def listed(draft: Draft) -> Iterator[Row]:
    """The newest first; of the oldest shown nobody knows what it changed."""
    found = list(draft.versions.all()[: MOST + 1])
    for version, before in zip(found[:MOST], [*found[1:], None], strict=False):
        changes = before and payload.differences(before.typed, version.typed)
        yield Row(version, None if changes is None else len(changes))


def differences(version: DraftVersion) -> list[Difference]:
    """What the draft says now in place of what it said then."""
    return payload.differences(version.typed, version.draft.typed)


def restore(version: DraftVersion, *, shown: int) -> Draft:
    """Make it the draft's newest version. Raises what ``drafts.save`` raises."""
    return drafts.save(version.draft, typed=version.typed, version=shown)
