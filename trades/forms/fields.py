"""From a row of the table to an input that carries text and decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField

from trades.domain.findings import ERROR, WARNING, Finding, Severity
from trades.domain.schema import Kind, Parameter
from trades.domain.trade_types import TradeType

Choices = Sequence[tuple[str, str]]

_NUMBERS = (Kind.WHOLE, Kind.PRICE, Kind.PERCENT, Kind.AMOUNT)
_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


@dataclass(frozen=True)
class Message:
    """What is said of an input; ``rule`` is empty where no rule of the book said it."""

    text: str
    rule: str
    severity: Severity

    @property
    def is_error(self) -> bool:
        return self.severity is ERROR


class Input(BoundField):
    """An input with its messages, and the ids of everything that describes it."""

    @property
    def path(self) -> str:
        return self.form.path_of(self.name)

    @property
    def unit(self) -> str:
        return self.form.units.get(self.field.unit, self.field.unit)

    @property
    def messages(self) -> list[Message]:
        warnings = self.form.warnings.get(self.name, [])
        return [*as_messages(self.errors), *warnings]

    @property
    def target(self) -> str:
        """The id that a link to this input goes to."""
        return f"{self.auto_id}_0" if self.use_fieldset else self.id_for_label

    @property
    def aria_describedby(self) -> str:
        parts = {"unit": self.unit, "help": self.help_text, "said": self.messages}
        ids = [f"{self.auto_id}_{part}" for part in parts if parts[part]]
        return " ".join([*ids, *filter(None, [self.field.beside])])


class Switch(forms.CheckboxInput):
    """A checkbox that posts "true", and forgets nothing else that was posted."""

    def value_from_datadict(self, data, files, name) -> str:
        return data.get(name, "")

    def format_value(self, value: object) -> str:
        return "true"


class Said(forms.Form):
    """A form whose inputs may carry warnings beside Django's errors."""

    bound_field_class = Input

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.warnings: dict[str | None, list[Message]] = {}
        self.units: dict[str, str] = {}  # what they are called, where that is known

    def say(self, name: str | None, finding: Finding) -> None:
        """Put a finding at an input, or on top where ``name`` is None."""
        if finding.severity is ERROR:
            self.add_error(name, ValidationError(finding.message, code=finding.rule))
        else:
            message = Message(finding.message, finding.rule, WARNING)
            self.warnings.setdefault(name, []).append(message)

    def top(self) -> list[Message]:
        """What has no input."""
        return [*as_messages(self.non_field_errors()), *self.warnings.get(None, [])]


def as_messages(errors: forms.utils.ErrorList) -> list[Message]:
    return [Message(e.message, e.code or "", ERROR) for e in errors.as_data()]


def build_field(row: Parameter, typed: str) -> forms.Field:
    """The input of a row. ``typed`` stays selectable even where it is no choice.

    ``beside`` is the id of an element of the page that describes it too.
    """
    field = forms.Field(
        required=False,
        label=row.label,
        help_text=row.help,
        widget=_widget(row, typed),
    )
    field.unit, field.beside = row.unit, ""
    return field


def type_field(typed: str) -> forms.Field:
    """The six trade types as radio buttons; the labels are the types themselves.

    What was posted and is none of them stands beside them, so that it is not lost.
    """
    choices = [(t.value, t) for t in TradeType]
    choices += [(text, {"label": said}) for text, said in _unlisted(typed, choices)]
    widget = forms.RadioSelect(choices=choices)
    field = forms.Field(required=False, label="Trade type", widget=widget)
    field.unit, field.beside = "", ""
    return field


def _widget(row: Parameter, typed: str) -> forms.Widget:
    if row.kind is Kind.SWITCH:
        return Switch(check_test=_is_on)
    if row.kind is Kind.CHOICE:
        listed = list(_choices(row))
        return forms.Select(choices=listed + _unlisted(typed, listed))
    if row.path == "note":
        return forms.Textarea(attrs={"rows": 2, "autocomplete": "off"})
    if row.kind in _NUMBERS:
        mode = "numeric" if row.kind is Kind.WHOLE else "decimal"
        return forms.TextInput(attrs={**_PLAIN, "inputmode": mode, "class": "num"})
    return forms.TextInput(attrs={**_PLAIN, "autocapitalize": "characters"})


def _is_on(posted: object) -> bool:
    return posted == "true"


def _choices(row: Parameter) -> Choices:
    if isinstance(row.default, Mapping):
        empty = f"default: {row.default['buy']} (short: {row.default['sell']})"
    else:
        empty = "choose …"
    return [("", empty), *((c, c.capitalize()) for c in row.choices)]


def _unlisted(typed: str, listed: Iterable[tuple[str, str]]) -> Choices:
    """A choice that was never offered is shown, not silently replaced."""
    if not typed or typed in dict(listed):
        return []
    return [(typed, f"{typed} (not offered)")]
