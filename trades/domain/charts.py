"""Numbers as stacked bars: where each piece stands, in whole units of the drawing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH = 320
NAME_MAX = 22

_LONGEST, _NARROWEST = 300, 3  # of a bar, and of a piece that counts anything
_HEIGHT, _APART, _TEXT = 14, 38, 12
_KEY_TOP, _KEY_ROW, _KEY_COLUMN, _KEYS_PER_ROW = 14, 20, 160, 2


@dataclass(frozen=True)
class Piece:
    """One number of a bar. ``kind`` says what it counts."""

    kind: str
    x: int
    width: int


@dataclass(frozen=True)
class Bar:
    """Its name and its numbers stand on the line ``text_y``, the pieces below it."""

    name: str
    told: str
    text_y: int
    y: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class Key:
    """What a kind looks like, with its name beside it."""

    kind: str
    label: str
    x: int
    y: int
    text_x: int
    text_y: int


@dataclass(frozen=True)
class Chart:
    keys: tuple[Key, ...]
    bars: tuple[Bar, ...]
    height: int
    bar_height: int = _HEIGHT
    right: int = WIDTH - 1  # where numbers end

    @property
    def box(self) -> str:
        """What the drawing covers, as SVG says it."""
        return f"0 0 {WIDTH} {self.height}"


def stacked(
    kinds: Sequence[tuple[str, str]], rows: Sequence[tuple[str, Sequence[int]]]
) -> Chart | None:
    """A bar for each name, with a number for each kind; None where all are 0.

    ``kinds``: each with its label. The longest bar is as long as the drawing allows,
    and whatever counts anything can be seen.
    """
    most = max((sum(numbers) for _, numbers in rows), default=0)
    if not most:
        return None
    keys = tuple(_key(n, kind, label) for n, (kind, label) in enumerate(kinds))
    top = _KEY_TOP + _KEY_ROW * -(-len(keys) // _KEYS_PER_ROW)
    names = [kind for kind, _ in kinds]
    bars = tuple(
        _bar(name, names, numbers, most, top + _APART * place)
        for place, (name, numbers) in enumerate(rows)
    )
    return Chart(keys, bars, top + _APART * len(bars))


def _bar(
    name: str, kinds: Sequence[str], numbers: Sequence[int], most: int, top: int
) -> Bar:
    pieces, x = [], 1
    for kind, number in zip(kinds, numbers, strict=True):
        if number:
            width = max(_NARROWEST, number * _LONGEST // most)
            pieces.append(Piece(kind, x, width))
            x += width
    told = " · ".join(map(str, numbers))
    return Bar(_short(name), told, top + _TEXT, top + _TEXT + 5, tuple(pieces))


def _key(place: int, kind: str, label: str) -> Key:
    row, column = divmod(place, _KEYS_PER_ROW)
    x, y = 1 + column * _KEY_COLUMN, 1 + row * _KEY_ROW
    return Key(kind, label, x, y, x + 24, y + 11)


def _short(name: str) -> str:
    return name if len(name) <= NAME_MAX else f"{name[: NAME_MAX - 1]}…"
