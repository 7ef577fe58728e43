"""The locks: every package at every version, on whatever system it is wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from packaging.utils import canonicalize_name
from packaging.version import Version
from pip_requirements_parser import InstallRequirement, RequirementsFile


@dataclass(frozen=True)
class Pin:
    """One line of a lock."""

    name: str
    version: str
    hashes: tuple[str, ...]  # "sha256:…", one for each file it may come as
    marker: str = ""  # the systems it is wanted on; empty: all

    @property
    def everywhere(self) -> str:
        """The line as if it were wanted on this system."""
        return " ".join(
            [f"{self.name}=={self.version}", *(f"--hash={h}" for h in self.hashes)]
        )


def read(lock: Path) -> list[Pin]:
    """Raise ``ValueError`` for a line that is no pinned package with its hashes."""
    file = RequirementsFile.from_file(str(lock))
    if strange := [*file.invalid_lines, *file.options]:
        raise ValueError(f"{lock.name}: {strange[0].requirement_line.line}")
    if not file.requirements:
        raise ValueError(f"{lock.name}: nothing in it")
    return [pin_of(line, lock.name) for line in file.requirements]


def pin_of(line: InstallRequirement, lock: str) -> Pin:
    version = line.get_pinned_version or "*"
    if "*" in version or not line.hash_options:
        raise ValueError(f"{lock}: not pinned with a hash: {line.dumps()}")
    return Pin(
        canonicalize_name(line.name),
        str(Version(version)),
        tuple(line.hash_options),
        str(line.marker or ""),
    )


def rounds(pins: Iterable[Pin]) -> list[list[Pin]]:
    """Each package once a round: pip-audit refuses two versions of one together."""
    versions: dict[str, dict[str, Pin]] = defaultdict(dict)
    for pin in pins:
        versions[pin.name].setdefault(pin.version, pin)
    columns = zip_longest(*(each.values() for each in versions.values()))
    return [[pin for pin in column if pin] for column in columns]
