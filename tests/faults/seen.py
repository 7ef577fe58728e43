"""A request as the fault server saw it, perhaps only a part of it."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from time import monotonic


@dataclass
class Seen:
    """One request, or as much of it as came. ``at`` is in ``monotonic()`` seconds."""

    raw: bytes = field(default=b"", repr=False)  # with the key and its signature
    is_whole: bool = False
    at: float = field(default_factory=monotonic)

    @property
    def method(self) -> str:
        return self._line[0].decode("latin-1")

    @property
    def target(self) -> bytes:
        """Path and query; empty where the first line was cut before it."""
        return self._line[1] if len(self._line) > 1 else b""

    @property
    def path(self) -> str:
        return self.target.partition(b"?")[0].decode("latin-1")

    @property
    def headers(self) -> dict[str, str]:
        """By name in lower case."""
        lines = self.raw.partition(b"\r\n\r\n")[0].decode("latin-1").split("\r\n")[1:]
        pairs = (line.partition(":") for line in lines)
        return {name.lower(): text.strip() for name, _, text in pairs}

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def token(self) -> str:
        """The submission's reference at the end of its note, "" without one."""
        try:
            note = json.loads(self.body).get("note", "")
        except (ValueError, AttributeError):
            return ""
        found = re.search(" ?ref:([a-z0-9]{10})$", str(note))
        return found[1] if found else ""

    @property
    def _line(self) -> list[bytes]:
        return self.raw.partition(b"\r\n")[0].split(b" ")
