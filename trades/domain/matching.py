"""Which of the trades that 3Commas lists is ours, and what each one differs in.

Our token in the note decides. Without it the fields stand side by side, and a person
does. What is read here came from outside: any value may stand in any place.

Source: 3Commas API, "SmartTrade entity".
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from trades.domain.numbers import EXACT, Unreadable, plain, read_number
from trades.domain.parameters import PARAMETERS, row_path
from trades.domain.payload import REFERENCE, Difference
from trades.domain.schema import Kind

SHOWN_MAX = 300  # characters of any text of theirs

_UNITS, _PRICE = "position.units.value", "position.price.value"
_STEPS = "take_profit.steps"
_MADE = ("account_id", "pair", "position.type")
_HARD = (*_MADE, "position.order_type", "instant", "skip_enter_step")
_NUMERIC = (
    _UNITS,
    "position.conditional.price.value",
    *(f"{_STEPS}.N.{n}" for n in ("order_type", "price.value", "price.percent")),
    f"{_STEPS}.N.volume",
    "stop_loss.conditional.price.value",
    "stop_loss.conditional.price.percent",
)
_KINDS = {row.path: row.kind for row in PARAMETERS}
# All the rest; the order price is now with these, now with those above.
_SOFT = tuple(path for path in _KINDS if path not in (*_HARD, *_NUMERIC, _PRICE))
# Where the entity has other names; of several, one that agrees is enough.
_THEIR_PATHS = {
    "account_id": ("account.id",),
    _PRICE: (_PRICE, "position.price.value_without_commission"),
    "note": ("note", "note_raw"),
}
_TOKEN = "[a-z0-9]{10}"  # noqa: S105 the shape of one
_REFERENCE = re.compile(f"{re.escape(REFERENCE)}({_TOKEN})(?![a-z0-9])")
_BARE = re.compile(rf"\A\s*({_TOKEN})\s*\Z")

Agree = Callable[[Kind, object, object], bool]


@dataclass(frozen=True)
class Match:
    """One listed trade beside a frozen body.

    In a ``Difference`` before is ours and after is theirs, made fit to be shown.
    ``status``, ``note`` and ``reference`` are "" where there is none.
    """

    remote_id: int
    created_at: datetime | None
    status: str
    note: str
    reference: str  # the token that its note carries, whosever it is
    has_token: bool  # decisive: it is ours
    hard: tuple[Difference, ...]
    numeric: tuple[Difference, ...]
    soft: tuple[Difference, ...]
    in_window: bool

    @property
    def is_candidate(self) -> bool:
        """Whether a person is asked, who then judges all the other differences."""
        return not self.hard and self.in_window


def match(
    body: Mapping[str, object],
    entity: object,
    *,
    token: str,
    since: datetime,
    until: datetime,
    lot_step: Decimal | None = None,
) -> Match | None:
    """The listed trade beside the body. Never raises, whatever the entity holds.

    None where it is no SmartTrade: no object, or without a usable id. A list with
    such a member doesn't show that our trade is not there.
    """
    number = entity.get("id") if isinstance(entity, Mapping) else None
    if type(number) is not int or not 0 < number < 2**63:
        return None
    created_at = _moment(_at(entity, "data.created_at"))
    titles = [_text(_at(entity, name)) for name in ("status.title", "status.type")]
    notes = [n for n in map(entity.get, _THEIR_PATHS["note"]) if isinstance(n, str)]
    written_out = {"instant": False, "skip_enter_step": False, **body}
    trade = _in_order(entity)
    return Match(
        remote_id=number,
        created_at=created_at,
        status=_first(map(_shown, titles)),
        note=_first(map(_shown, notes)),
        reference=_first(map(_reference, notes)),
        has_token=bool(token) and any(token in note for note in notes),
        hard=tuple(_compare(_HARD, written_out, trade, _same)),
        numeric=tuple(_numeric(body, trade, lot_step)),
        soft=tuple(_soft(body, trade)),
        in_window=created_at is not None and since <= created_at <= until,
    )


def echo(
    body: Mapping[str, object], entity: Mapping[str, object]
) -> tuple[Difference, ...]:
    """Where the answer to the POST contradicts us on account, pair or side.

    What it leaves out is no contradiction.
    """

    def agree(kind: Kind, ours: object, theirs: object) -> bool:
        return _is_blank(theirs) or _same(kind, ours, theirs)

    return tuple(_compare(_MADE, body, entity, agree))


def fingerprint(body: Mapping[str, object], *, mode: str) -> str:
    """The same for look-alikes: equal mode, account, pair, side and amount."""
    told = [mode]
    for path in (*_MADE, _UNITS):
        value = _read(_KINDS[path], _at(body, path))
        told.append(plain(value) if isinstance(value, Decimal) else str(value))
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _numeric(
    body: Mapping, trade: object, lot_step: Decimal | None
) -> Iterator[Difference]:
    price = [_PRICE] if _names_its_price(body) else []
    cut = _is_cut(_at(body, _UNITS), _at(trade, _UNITS), lot_step)
    for difference in _compare([*price, *_NUMERIC], body, trade):
        if not (cut and difference.path == _UNITS):
            yield difference
    ours, theirs = len(_steps(body)), len(_steps(trade))
    if ours != theirs:
        yield Difference(_STEPS, str(ours), str(theirs))


def _soft(body: Mapping, trade: object) -> Iterator[Difference]:
    price = [] if _names_its_price(body) else [_PRICE]
    return _compare([*price, *_SOFT], body, trade)


def _names_its_price(body: Mapping) -> bool:
    """Whether the entry has a price of its own; a market order's is what it got."""
    order_type = _at(body, "position.order_type")
    return order_type in ("limit", "conditional") and not _is_blank(_at(body, _PRICE))


def _agree(kind: Kind, ours: object, theirs: object) -> bool:
    """Absent is the same as null, as "", and as switched off."""
    if _is_blank(ours):
        value = _read(kind, theirs)
        return value is None or value is False
    off = kind is Kind.SWITCH and _is_blank(theirs)
    return _same(kind, ours, False if off else theirs)


def _same(kind: Kind, ours: object, theirs: object) -> bool:
    """Both can be read, and mean the same."""
    value = _read(kind, ours)
    return value is not None and value == _read(kind, theirs)


def _compare(
    paths: Iterable[str], ours: object, theirs: object, agree: Agree = _agree
) -> Iterator[Difference]:
    """Where the two don't agree.

    A price is a value or a percentage. 3Commas may add the one that we didn't name.
    """
    steps = min(len(_steps(ours)), len(_steps(theirs)))
    for path in _each_step(list(paths), steps):
        names = _THEIR_PATHS.get(path, (path,))
        mine, listed = _at(ours, path), [_at(theirs, name) for name in names]
        blank = _is_blank(mine)
        if blank and not _is_blank(_at(ours, _other_way(path))):
            continue
        kind = _KINDS[row_path(path)]
        same = [agree(kind, mine, value) for value in listed]
        if not (all(same) if blank else any(same)):
            yield Difference(names[0], _shown(mine), _first(map(_shown, listed)))


def _each_step(paths: list[str], count: int) -> Iterator[str]:
    """The paths, and those with an N once for each step."""
    yield from (path for path in paths if ".N." not in path)
    for n in range(count):
        yield from (path.replace("N", str(n), 1) for path in paths if ".N." in path)


def _other_way(path: str) -> str:
    group, _, name = path.rpartition(".")
    return f"{group}.{'percent' if name == 'value' else 'value'}"


def _is_cut(ours: object, theirs: object, lot_step: Decimal | None) -> bool:
    """Whether 3Commas cut the amount down to a multiple of the lot step."""
    units, step = _number(ours), _number(lot_step)
    if units is None or step is None or step <= 0:
        return False
    return _number(theirs) == EXACT.subtract(units, EXACT.remainder(units, step))


def _in_order(entity: Mapping) -> Mapping:
    """With its steps in the order of their positions, where each one names its own."""
    steps = _steps(entity)
    places = [_at(step, "position") for step in steps]
    if not steps or any(type(place) is not int for place in places):
        return entity
    ordered = [steps[n] for n in sorted(range(len(steps)), key=places.__getitem__)]
    return {**entity, "take_profit": {**entity["take_profit"], "steps": ordered}}


def _steps(trade: object) -> list:
    steps = _at(trade, _STEPS)
    return steps if isinstance(steps, list) else []


def _at(tree: object, path: str) -> object:
    """What stands at a path; None where it leads nowhere."""
    for name in path.split("."):
        if isinstance(tree, list):
            tree = tree[int(name)] if name.isdigit() else None
        else:
            tree = tree.get(name) if isinstance(tree, Mapping) else None
    return tree


def _read(kind: Kind, raw: object) -> Decimal | str | bool | None:
    """None for what is absent or can't be read."""
    if kind is Kind.SWITCH:
        flags = {"true": True, "false": False}
        return raw if isinstance(raw, bool) else flags.get(_text(raw))
    if kind in (Kind.TEXT, Kind.CHOICE):
        return _text(raw) or None
    return _number(raw)


def _text(raw: object) -> str:
    return raw.strip() if isinstance(raw, str) else ""


def _number(raw: object) -> Decimal | None:
    try:
        return None if _is_endless(raw) else read_number(raw)
    except Unreadable:
        return None


def _is_endless(raw: object) -> bool:
    """A whole number that takes seconds to convert; no trade has 77 digits."""
    return isinstance(raw, int) and raw.bit_length() > 256


def _is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _moment(raw: object) -> datetime | None:
    """In UTC, which is also meant where no zone is named."""
    try:
        moment = datetime.fromisoformat(_text(raw))
        return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _reference(note: str) -> str:
    """The last token in a note, or the note where it is nothing else."""
    found = _REFERENCE.findall(note) or _BARE.findall(note)
    return found[-1] if found else ""


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")


def _shown(raw: object) -> str:
    """A value as one line that a page can show and a database can keep."""
    if raw is None:
        return ""
    if isinstance(raw, Mapping | list) or _is_endless(raw):
        return "…"
    text = str(raw).lower() if isinstance(raw, bool) else str(raw).strip()[:SHOWN_MAX]
    return "".join(c if c.isprintable() else " " for c in text).strip()
