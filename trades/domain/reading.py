"""From a trade in the API's shape, or the text of a form, to an order ticket.

Source of the shapes: 3Commas API, "Create SmartTrade".
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import cast

from trades.domain.aids import PATHS as AIDS
from trades.domain.durations import in_seconds
from trades.domain.findings import ERROR, Finding
from trades.domain.groups import GROUPS
from trades.domain.numbers import Unreadable, read_number, read_whole
from trades.domain.parameters import PARAMETERS, STEPS_MAX
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
# The same as the reader walks it. It asks for a switch before it looks inside.
_MEMBERS = {
    path: [
        (
            name,
            child if isinstance(child, Parameter) else None,
            child if isinstance(child, Group) else None,
        )
        for name, child in children.items()
        if name != "enabled"
    ]
    for path, children in _SCHEMA.items()
}


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
            self._contents("", "", trade)
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

    def _contents(self, schema: str, path: str, tree: dict[str, object]) -> None:
        """The members of one group; ``schema`` is its path with N for a number."""
        children = _SCHEMA[schema]
        prefix = f"{path}." if path else ""
        if not tree.keys() <= children.keys():
            self._unknown += [f"{prefix}{key}" for key in tree if key not in children]
        for name, row, group in _MEMBERS[schema]:
            if row:
                self._field(row, prefix + name, tree.get(name))
            elif group and self._holds(group.when):
                self._group(group, prefix + name, tree.get(name))

    def _group(self, group: Group, path: str, raw: object) -> None:
        raw = None if _is_blank(raw) else raw
        if group.listed:
            self._steps(group, path, raw)
        elif raw is not None and not isinstance(raw, dict):
            self._close(path, "any-object")
        else:
            tree = cast("dict[str, object]", raw or {})
            if not group.switched or self._is_on(group, path, tree, raw is not None):
                self._contents(group.path, path, tree)

    def _is_on(
        self, group: Group, path: str, tree: Mapping[str, object], present: bool
    ) -> bool:
        switch = cast("Parameter", _SCHEMA[group.path]["enabled"])
        if present and _is_blank(tree.get("enabled")):
            self._deny(f"{path}.enabled", "any-toggle")
            return False
        self._field(switch, f"{path}.enabled", tree.get("enabled"))
        return self._values.get(f"{path}.enabled") is True and self._holds(group.inside)

    def _steps(self, group: Group, path: str, raw: object) -> None:
        if raw is not None and not isinstance(raw, list):
            self._close(path, "any-list")
            return
        steps = cast("list[object]", raw or [])
        self._step_count = len(steps)
        if len(steps) > STEPS_MAX:
            return  # one error for the list; nobody looks at the steps
        for number, step in enumerate(steps):
            if isinstance(step, dict):
                self._contents(f"{group.path}.N", f"{path}.{number}", step)
            else:
                self._close(f"{path}.{number}", "any-object")

    def _field(self, row: Parameter, path: str, raw: object) -> None:
        self._relevant.append(path)
        if raw is None or (isinstance(raw, str) and not raw.strip()):
            if isinstance(row.default, bool):
                self._values[path] = row.default
            return
        try:
            self._values[path] = _READER_OF[row.path](row, raw)
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


def _switch(row: Parameter, raw: object) -> bool:
    if isinstance(raw, bool):
        return raw
    text = raw.strip() if isinstance(raw, str) else None
    if text not in ("true", "false"):
        raise Unreadable("any-boolean")
    return text == "true"


def _choice(row: Parameter, raw: object) -> str:
    text = raw.strip() if isinstance(raw, str) else None
    if text not in row.choices:
        raise Unreadable("any-choice")
    return text


def _text(row: Parameter, raw: object) -> str:
    """Trimmed, with line ends made LF."""
    if not isinstance(raw, str):
        raise Unreadable("any-text")
    return raw.strip().replace("\r\n", "\n").replace("\r", "\n")


_READERS = {
    Kind.SWITCH: _switch,
    Kind.CHOICE: _choice,
    Kind.TEXT: _text,
    Kind.WHOLE: lambda row, raw: read_whole(raw),
    **dict.fromkeys(
        (Kind.PRICE, Kind.PERCENT, Kind.AMOUNT), lambda row, raw: read_number(raw)
    ),
}
_READER_OF = {row.path: _READERS[row.kind] for row in PARAMETERS}
