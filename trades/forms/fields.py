"""From a row of the table to an input that carries text and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django import forms
from django.forms.boundfield import BoundField

from trades.domain.order_types import OrderType
from trades.domain.schema import Kind, Parameter
from trades.domain.trade_types import TradeType
from trades.forms.saying import Message, Note

Choices = Sequence[tuple[str, object]]

_NUMBERS = (Kind.WHOLE, Kind.PRICE, Kind.PERCENT, Kind.AMOUNT)
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}
_ORDER_TYPES = [(order.value, order) for order in OrderType]
_TRADE_TYPES = [(trade.value, trade) for trade in TradeType]
_SWITCHED = frozenset(("", "false", "true"))
# A phone's keyboard of digits alone has no letters for "1m30s".
_WITH_LETTERS = "stop_loss.timeout.value"


class Input(BoundField):
    """An input with what is said of it, and the ids of all that describes it."""

    @property
    def path(self) -> str:
        return self.form.path_of(self.name)

    @property
    def section(self) -> str:
        """The group of parameters that it switches, or stands in."""
        return self.path.partition(".")[0]

    @property
    def unit(self) -> str:
        return self.form.units.get(self.field.unit, self.field.unit)

    @property
    def messages(self) -> list[Message]:
        return self.form.said_at(self.name)

    @property
    def notes(self) -> list[Note]:
        return self.form.notes.get(self.name, [])

    @property
    def target(self) -> str:
        """The id that a link to this input goes to."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def aria_describedby(self) -> str:
        """Help, messages and notes have their places even while nothing is said."""
        parts = {"unit": self.unit, "help": self.help_text, "said": True}
        parts["note"] = self.field.noted
        ids = [f"{self.auto_id}_{part}" for part in parts if parts[part]]
        return " ".join([*ids, *filter(None, [self.field.beside])])


class Switch(forms.CheckboxInput):
    """A checkbox that posts "true", and forgets nothing else that was posted."""

    def value_from_datadict(self, data, files, name) -> str:
        return data.get(name, "")

    def format_value(self, value: object) -> str:
        return "true"


class TicketField(forms.Field):
    """``unit``: of what is typed. ``beside``: the id of an element of the page that
    describes it too. ``noted``: whether values may be reckoned for it. ``labels``:
    labels that depend on what is chosen. ``listed``: what is posted as a rule, where
    that is one of few values. ``offers``: choices that differ from user to user.
    """

    bound_field_class = Input

    def __init__(self, label: str, widget: forms.Widget, **more) -> None:
        super().__init__(required=False, label=label, widget=widget, **more)
        self.unit = self.beside = ""
        self.noted = False
        self.labels: Sequence[tuple[str, str]] = ()
        self.listed: frozenset[str] = frozenset()
        self.offers: tuple[object, ...] = ()


def build_field(row: Parameter, typed: str) -> TicketField:
    """The input of a row. ``typed`` stays selectable even where it is no choice."""
    listed = _choices(row)
    widget = _widget(row, [*listed, *_unlisted(typed, listed)] if listed else ())
    field = TicketField(row.label, widget, help_text=row.help)
    field.unit, field.noted = row.unit, row.kind in _NUMBERS
    field.listed = _usual(listed) if listed else _SWITCHED
    return field


def type_field(typed: str) -> TicketField:
    """The six trade types as radio buttons; the labels are the types themselves.

    What was posted and is none of them stands beside them, so that it is not lost.
    """
    choices = [*_TRADE_TYPES, *_unlisted(typed, _TRADE_TYPES)]
    field = TicketField("Trade type", forms.RadioSelect(choices=choices))
    field.listed = _usual(_TRADE_TYPES)
    return field


def _usual(choices: Choices) -> frozenset[str]:
    """What is posted as a rule: one of the choices, or nothing yet."""
    return frozenset(("", *(value for value, _ in choices)))


def _widget(row: Parameter, choices: Choices) -> forms.Widget:
    if row.kind is Kind.SWITCH:
        return Switch(check_test=_is_on)
    if row.path == "position.order_type":
        return forms.RadioSelect(choices=choices)
    if choices:
        return forms.Select(choices=choices)
    if row.path == "note":
        return forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    if row.kind in _NUMBERS:
        return forms.TextInput(attrs=_typed_as(row))
    return forms.TextInput(attrs={**_PLAIN, "autocapitalize": "characters"})


def _typed_as(row: Parameter) -> dict[str, str]:
    mode = "numeric" if row.kind is Kind.WHOLE else "decimal"
    mode = "text" if row.path == _WITH_LETTERS else mode
    return {**_PLAIN, "inputmode": mode, "class": "num"}


def _is_on(posted: object) -> bool:
    return posted == "true"


def _choices(row: Parameter) -> list[tuple[str, object]]:
    if row.kind is not Kind.CHOICE:
        return []
    if row.path == "position.order_type":
        return _ORDER_TYPES
    if isinstance(row.default, Mapping):
        empty = f"default: {row.default['buy']} (short: {row.default['sell']})"
    else:
        empty = "choose …"
    return [("", empty), *((c, c.capitalize()) for c in row.choices)]


def _unlisted(typed: str, listed: Iterable[tuple[str, object]]) -> Choices:
    """A choice that was never offered is shown, not silently replaced."""
    if not typed or typed in dict(listed):
        return []
    return [(typed, f"{typed} (not offered)")]
