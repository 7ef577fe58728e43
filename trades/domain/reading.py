"""From a trade in the API's shape, or the text of a form, to an order ticket.

Source of the shapes: 3Commas API, "Create SmartTrade".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import cast

from trades.domain.aids import PATHS as AIDS
from trades.domain.durations import in_seconds
from trades.domain.findings import ERROR, Finding
from trades.domain.groups import GROUPS
from trades.domain.numbers import Unreadable, read_number, read_whole
from trades.domain.parameters import PARAMETERS, STEPS_MAX, row_path
from trades.domain.schema import Group, Kind, Parameter, When
from trades.domain.shapes import ANY
from trades.domain.ticket import OrderTicket, Value, types_of
from trades.domain.trade_types import TradeType

Children = dict[str, Group | Parameter]


def read_json(trade: object) -> OrderTicket:
    """A ticket from parsed JSON whose decimals are ``Decimal``. Never raises."""
    return _Reader().read(trade)


def read(typed: Mapping[str, str]) -> OrderTicket:
    """A ticket from text by parameter path, with ``trade_type`` for its three flags.

    A name that is no trade type leaves the side open, which is an error of the rules.
    A timeout may be typed with units: ``1m30s``.
    """
    return read_json(as_sent(typed))


def as_sent(typed: Mapping[str, str]) -> dict[str, object]:
    """What was typed, in the API's shape; nothing is judged."""
    sent = {path: text for path, text in typed.items() if path not in AIDS}
    sent |= _flags(typed.get("trade_type", ""))
    if _TIMEOUT in sent:
        sent[_TIMEOUT] = in_seconds(sent[_TIMEOUT])
    return nested(sent)


_TIMEOUT = "stop_loss.timeout.value"


def _flags(trade_type: str) -> dict[str, str]:
    try:
        chosen = TradeType(trade_type.strip())
    except ValueError:
        return {}
    return {
        "instant": str(chosen.instant).lower(),
        "skip_enter_step": str(chosen.skips_entry).lower(),
        "position.type": chosen.side,
    }


def nested(typed: Mapping[str, str]) -> dict[str, object]:
    """Values by path, as the API nests them; steps in the order of their numbers."""
    tree: dict[str, object] = {}
    for path, value in typed.items():
        *groups, last = path.split(".")
        node = tree
        for group in groups:
            node = cast("dict[str, object]", node.setdefault(group, {}))
        node[last] = value
    tree.pop("trade_type", None)
    target = tree.get("take_profit")
    if isinstance(target, dict) and isinstance(steps := target.get("steps"), dict):
        target["steps"] = [steps[n] for n in sorted(steps, key=int)]
    return tree


def _schema() -> dict[str, Children]:
    """The children of each group by name, in the order of the tables."""
    tree: dict[str, Children] = {"": {}}
    groups = {group.path: group for group in GROUPS}
    tree.update({path: {} for path in groups})
    for row in PARAMETERS:
        path: str = row.path
        child: Group | Parameter = row
        while path:
            parent, _, name = path.rpartition(".")
            tree[parent].setdefault(name, child)
            path = parent
            child = groups.get(path, child)
    return tree


_SCHEMA = _schema()
_SWITCHES = {
    path: row
    for path, children in _SCHEMA.items()
    if isinstance(row := children.get("enabled"), Parameter)
}


Member = tuple[str, str, Parameter | None, Group | None]


@cache
def _members(path: str) -> tuple[Children, list[Member]]:
    """The children of a group or step, and those the reader looks at: name, path, row
    or group. It asks for a group's switch before it looks inside.
    """
    children = _SCHEMA[row_path(path)]
    prefix = f"{path}." if path else ""
    return children, [
        (
            name,
            prefix + name,
            child if isinstance(child, Parameter) else None,
            child if isinstance(child, Group) else None,
        )
        for name, child in children.items()
        if name != "enabled"
    ]


class _Reader:
    """Walks the trade and the tables side by side, outermost group first."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._errors: dict[str, Finding] = {}
        self._relevant: list[str] = []
        self._unreadable: set[str] = set()
        self._unknown: list[str] = []
        self._step_count = 0

    def read(self, trade: object) -> OrderTicket:
        if isinstance(trade, dict):
            self._contents("", trade)
        else:
            self._close("$", "any-object")
        return OrderTicket(
            self._values,
            self._errors,
            tuple(self._relevant),
            frozenset(self._unreadable),
            tuple(self._unknown),
            self._step_count,
        )

    def _contents(self, path: str, tree: dict[str, object]) -> None:
        """The members of one group, or of the whole trade."""
        known, members = _members(path)
        if not tree.keys() <= known.keys():
            prefix = f"{path}." if path else ""
            self._unknown += [f"{prefix}{key}" for key in tree if key not in known]
        for name, member, row, group in members:
            if row:
                self._field(row, member, tree.get(name))
            elif group and (not group.when or self._holds(group.when)):
                self._group(group, member, tree.get(name))

    def _group(self, group: Group, path: str, raw: object) -> None:
        raw = None if _is_blank(raw) else raw
        if group.listed:
            self._steps(path, raw)
        elif raw is not None and not isinstance(raw, dict):
            self._close(path, "any-object")
        elif not group.switched or self._is_on(group, path, raw):
            self._contents(path, raw or {})

    def _is_on(self, group: Group, path: str, tree: dict[str, object] | None) -> bool:
        switch = f"{path}.enabled"
        raw = tree.get("enabled") if tree else None
        if tree is not None and _is_blank(raw):
            self._deny(switch, "any-toggle")
            return False
        self._field(_SWITCHES[group.path], switch, raw)
        return self._values.get(switch) is True and self._holds(group.inside)

    def _steps(self, path: str, raw: object) -> None:
        if raw is not None and not isinstance(raw, list):
            self._close(path, "any-list")
            return
        steps = raw or []
        self._step_count = len(steps)
        if len(steps) > STEPS_MAX:
            return  # one error for the list; nobody looks at the steps
        for number, step in enumerate(steps):
            if isinstance(step, dict):
                self._contents(f"{path}.{number}", step)
            else:
                self._close(f"{path}.{number}", "any-object")

    def _field(self, row: Parameter, path: str, raw: object) -> None:
        self._relevant.append(path)
        if isinstance(raw, str):
            raw = raw.strip() or None
        if raw is None:
            if isinstance(row.default, bool):
                self._values[path] = row.default
            return
        try:
            self._values[path] = _READER_OF[row.path](raw)
        except Unreadable as refused:
            self._deny(path, refused.rule, values=", ".join(row.choices))

    def _holds(self, when: When) -> bool:
        """Whether these conditions hold for what has been read so far."""
        for clause in when:
            for condition in clause:
                if condition.path == "trade_type":
                    if types_of(self._values) <= _types_named(condition.values):
                        break
                elif self._values.get(condition.path) in condition.values:
                    break
            else:
                return False
        return True

    def _deny(self, path: str, rule: str, **filled: str) -> None:
        message = ANY[rule][2].format(**filled)
        self._errors[path] = Finding(path, rule, ERROR, message)

    def _close(self, path: str, rule: str) -> None:
        self._deny(path, rule)
        self._unreadable.add(path)


@cache
def _types_named(values: tuple[str | bool, ...]) -> frozenset[TradeType]:
    return frozenset(t for t in TradeType if t.value in values)


def _is_blank(raw: object) -> bool:
    return raw is None or (isinstance(raw, str) and not raw.strip())


def _switch(raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    if raw not in ("true", "false"):
        raise Unreadable("any-boolean")
    return raw == "true"


def _choice(choices: tuple[str, ...], raw: object) -> str:
    if not isinstance(raw, str) or raw not in choices:
        raise Unreadable("any-choice")
    return raw


def _text(raw: object) -> str:
    """With line ends made LF."""
    if not isinstance(raw, str):
        raise Unreadable("any-text")
    return raw.replace("\r\n", "\n").replace("\r", "\n")


def _reader(row: Parameter) -> Callable[[object], Value]:
    """Reads what is not blank, and trimmed where it is text. Raises ``Unreadable``."""
    match row.kind:
        case Kind.SWITCH:
            return _switch
        case Kind.CHOICE:
            return partial(_choice, row.choices)
        case Kind.TEXT:
            return _text
        case Kind.WHOLE:
            return read_whole
    return read_number


_READER_OF = {row.path: _reader(row) for row in PARAMETERS}
