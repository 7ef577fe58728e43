"""The ticket's inputs as stock Django forms: what P3 and P5 are measured beside."""

from __future__ import annotations

from django import forms

from trades.domain.parameters import STEPS_MAX
from trades.domain.schema import Kind, Parameter
from trades.domain.trade_types import TradeType
from trades.forms.names import STEP_ROWS, TICKET_ROWS, input_name, step_field


def _field(row: Parameter) -> forms.Field:
    said = {"required": False, "label": row.label, "help_text": row.help}
    match row.kind:
        case Kind.SWITCH:
            return forms.BooleanField(**said)
        case Kind.CHOICE:
            choices = [("", "choose"), *((c, c) for c in row.choices)]
            radios = (
                {"widget": forms.RadioSelect} if "position.order" in row.path else {}
            )
            return forms.ChoiceField(choices=choices, **radios, **said)
        case Kind.WHOLE:
            return forms.IntegerField(min_value=1, **said)
        case Kind.TEXT:
            area = {"widget": forms.Textarea} if row.path == "note" else {}
            return forms.CharField(max_length=300, **area, **said)
    return forms.DecimalField(max_digits=33, decimal_places=18, **said)


_fields = {input_name(row.path): _field(row) for row in TICKET_ROWS}
_fields["account_id"] = forms.ChoiceField(required=False, label="Account")
_fields["trade_type"] = forms.ChoiceField(
    choices=[(t.value, t.label) for t in TradeType], widget=forms.RadioSelect
)
StockForm = type("StockForm", (forms.Form,), _fields)
_steps = {step_field(row.path): _field(row) for row in STEP_ROWS}
StockSteps = forms.formset_factory(
    type("StockStep", (forms.Form,), _steps),
    extra=0,
    max_num=STEPS_MAX,
    validate_max=True,
)


def stock_forms(data, accounts: list[tuple[str, str]]):
    """Form and formset of a post."""
    form, steps = StockForm(data), StockSteps(data, prefix="steps")
    form.fields["account_id"].choices = accounts
    return form, steps
