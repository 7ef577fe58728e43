"""The filters of the history, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import forms
from django.forms.utils import flatatt
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from trades.domain import periods
from trades.domain.numbers import Unreadable, read_number
from trades.forms.periods import Day, show_as_typed

WORDS_MAX = 20
_UNREADABLE = "Enter a number like 0.5, without commas."
_SPANS = [(name, words) for name, (words, *_) in periods.SPANS.items()]
_SELECTED = mark_safe(" selected")

Choices = Sequence[tuple[str, str]]


class QuickSelect(forms.Select):
    """A list written in one go: Django renders a template for each of its options."""

    def render(self, name, value, attrs=None, renderer=None) -> SafeString:
        chosen = "" if value is None else str(value)
        options = (
            (key, _SELECTED if str(key) == chosen else "", label)
            for key, label in self.choices
        )
        listed = format_html_join("", '<option value="{}"{}>{}</option>', options)
        own = flatatt({"name": name, **self.build_attrs(self.attrs, attrs)})
        return format_html("<select{}>{}</select>", own, listed)


class Choice(forms.ChoiceField):
    """One of a list, or any."""

    widget = QuickSelect

    def __init__(self, *, choices: Choices = (), label: str = "") -> None:
        listed = [("", "any"), *choices]
        super().__init__(choices=listed, label=label or None, required=False)


class NumberField(forms.CharField):
    """An exact decimal from 0 on."""

    def clean(self, value: str) -> Decimal | None:
        text = super().clean(value)
        try:
            number = read_number(text) if text else None
        except Unreadable:
            raise forms.ValidationError(_UNREADABLE) from None
        if number is not None and number < 0:
            raise forms.ValidationError("Nothing is below 0.")
        return number


def _took(label: str) -> forms.IntegerField:
    bounds = {"min_value": 0, "max_value": 10**9}
    return forms.IntegerField(required=False, label=label, **bounds)


class HistoryFilter(forms.Form):
    """All filters; each may be left out. ``offered``: the choices by name."""

    q = forms.CharField(required=False, label="Words or a whole number", max_length=300)
    span = Choice(label="Period (UTC)", choices=_SPANS)
    state = Choice()
    verdict = Choice()
    since = Day("From day (UTC)")
    until = Day("To day (UTC)")
    assigned = Choice(label="Assigned to")
    trader = Choice()
    account = Choice()
    pair = forms.CharField(required=False, max_length=64)
    type = Choice()
    side = Choice(choices=[("buy", "buy"), ("sell", "sell")])
    mode = Choice()
    overridden = Choice(
        label="Warnings overridden", choices=[("yes", "yes"), ("no", "no")]
    )
    size_from = NumberField(required=False, label="Size from")
    size_to = NumberField(required=False, label="Size to")
    slower = _took("Took at least (ms)")
    quicker = _took("Took at most (ms)")
    error = forms.CharField(required=False, label="Vendor error", max_length=200)

    def __init__(self, data: Mapping[str, str], offered: Mapping[str, Choices]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            if name in offered:
                field.choices = [("", "any"), *offered[name]]
            if not isinstance(field, forms.ChoiceField):
                field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        show_as_typed(self, ("since", "until"))
        return cleaned

    def clean_pair(self) -> str:
        return self.cleaned_data["pair"].upper()

    def clean_q(self) -> str:
        text = self.cleaned_data["q"]
        if len(text.split()) > WORDS_MAX:
            raise forms.ValidationError(f"At most {WORDS_MAX} words.")
        return text

    def clean_overridden(self) -> bool | None:
        return {"yes": True, "no": False}.get(self.cleaned_data["overridden"])

    @property
    def is_narrowing(self) -> bool:
        """Whether anything was typed or chosen."""
        return any(self.data.get(name) for name in self.fields)

    @property
    def has_more(self) -> bool:
        """Whether a filter is used, or wrong, that stands behind the fold."""
        names = list(self.fields)
        behind = names[names.index("since") :]
        return any(self.data.get(name) or name in self.errors for name in behind)

    @property
    def address(self) -> str:
        """The filters as an address's query, without blanks, always in one order."""
        query = QueryDict(mutable=True)
        query.update({n: t for n in self.fields if (t := self.data.get(n, ""))})
        return query.urlencode()
