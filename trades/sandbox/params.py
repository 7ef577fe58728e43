"""Reading a JSON body group by group, and noting what is wrong under bracket names.

Strings do for numbers and for true and false; keys nobody asks for are ignored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.calls import invalid, unknown_error

MISSING = "is missing"
INVALID = "is invalid"
EMPTY = "is empty"
NOT_LISTED = "does not have a valid value"


def parse(body: bytes) -> object:
    """The body's JSON, numbers exact. Raises ``Refused`` for what is not JSON."""
    try:
        return json.loads(
            body.decode(), parse_float=Decimal, parse_constant=_no_constant
        )
    except (ValueError, ArithmeticError, RecursionError):
        raise unknown_error("JSON::ParserError", 400) from None


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


@dataclass
class Sheet:
    """What was read, by bracket name, and what is wrong with it."""

    values: dict[str, object] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)

    def blame(self, name: str, text: str) -> None:
        self.errors.setdefault(name, []).append(text)

    def settle(self) -> dict[str, object]:
        """The values, or ``Refused`` with every error."""
        if self.errors:
            raise invalid(400, self.errors)
        return self.values


@dataclass(frozen=True)
class Group:
    """One object of the body; an absent one reads as empty."""

    sheet: Sheet
    name: str
    content: dict[str, object]

    def __contains__(self, key: str) -> bool:
        return key in self.content

    def named(self, key: str) -> str:
        return f"{self.name}[{key}]" if self.name else key

    def group(self, key: str, *, needed: bool = True) -> Group:
        inner = self.content.get(key, {})
        if key not in self.content and needed:
            self.blame(key, MISSING)
        if not isinstance(inner, dict):
            self.blame(key, INVALID)
            inner = {}
        return Group(self.sheet, self.named(key), inner)

    def groups(self, key: str, most: int) -> list[Group]:
        """A list of one to ``most`` objects."""
        items = self.content.get(key)
        if not isinstance(items, list):
            self.blame(key, MISSING if items is None else INVALID)
            return []
        if not items or len(items) > most:
            self.blame(key, NOT_LISTED if items else EMPTY)
            return []
        return [self._member(key, n, item) for n, item in enumerate(items)]

    def _member(self, key: str, n: int, item: object) -> Group:
        name = f"{self.named(key)}[{n}]"
        if not isinstance(item, dict):
            self.sheet.blame(name, INVALID)
            item = {}
        return Group(self.sheet, name, item)

    def blame(self, key: str, text: str) -> None:
        self.sheet.blame(self.named(key), text)

    def flag(self, key: str, *, needed: bool = False) -> bool:
        value = self._given(key, needed)
        if value is None:
            return False
        if not isinstance(value, bool) and value not in ("true", "false"):
            self.blame(key, INVALID)
            return False
        return self._keep(key, value in (True, "true"))

    def choice(self, key: str, among: Iterable[str], *, needed: bool = True) -> str:
        value = self._given(key, needed)
        if value is None:
            return ""
        if not isinstance(value, str) or value not in among:
            self.blame(key, NOT_LISTED)
            return ""
        return self._keep(key, value)

    def text(self, key: str, *, needed: bool = True) -> str:
        value = self._given(key, needed)
        if value is None:
            return ""
        if not isinstance(value, str):
            self.blame(key, INVALID)
            return ""
        return self._keep(key, value)

    def whole(self, key: str, *, needed: bool = True) -> int:
        """A whole number above 0, or 0 where there is none."""
        value = self._given(key, needed)
        if value is None:
            return 0
        if isinstance(value, bool) or not re.fullmatch("[0-9]{1,18}", str(value)):
            self.blame(key, INVALID)
            return 0
        if int(str(value)) < 1:
            self.blame(key, NOT_LISTED)
        return self._keep(key, int(str(value)))

    def number(
        self,
        key: str,
        *,
        needed: bool = True,
        low: str = "0",
        high: str = "",
        above: bool = True,
    ) -> Decimal | None:
        """A decimal above (or, with ``above`` off, from) ``low``, at most ``high``."""
        value = self._given(key, needed)
        if value is None:
            return None
        number = decimals.read(value)
        if number is None:
            self.blame(key, INVALID)
            return None
        too_low = number <= Decimal(low) if above else number < Decimal(low)
        if too_low or (high and number > Decimal(high)):
            self.blame(key, NOT_LISTED)
        return self._keep(key, number)

    def _given(self, key: str, needed: bool) -> object:
        """The value, or None after noting what is wrong with its absence."""
        if key not in self.content:
            if needed:
                self.blame(key, MISSING)
            return None
        value = self.content[key]
        if value is None or value == "":
            self.blame(key, EMPTY)
            return None
        return value

    def _keep(self, key: str, value):
        self.sheet.values[self.named(key)] = value
        return value
