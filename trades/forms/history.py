"""The filters of the history, as they stand in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django import forms
from django.http import QueryDict

from trades.domain import periods
from trades.domain.numbers import Unreadable, read_number
from trades.forms.periods import Day, show_as_typed

WORDS_MAX = 20
_UNREADABLE = "Enter a number like 0.5, without commas."
_ANY = ("", "any")
_YES = [_ANY, ("yes", "yes"), ("no", "no")]
_SPANS = [_ANY, *((name, words) for name, (words, *_) in periods.SPANS.items())]

Choices = Sequence[tuple[str, str]]


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


class HistoryFilter(forms.Form):
    """All filters; each may be left out. ``offered``: the choices by name."""

    q = forms.CharField(required=False, label="Words or a whole number", max_length=300)
    span = forms.ChoiceField(required=False, label="Period (UTC)", choices=_SPANS)
    state = forms.ChoiceField(required=False)
    verdict = forms.ChoiceField(required=False)
    since = Day("From day (UTC)")
    until = Day("To day (UTC)")
    assigned = forms.ChoiceField(required=False, label="Assigned to")
    trader = forms.ChoiceField(required=False)
    account = forms.ChoiceField(required=False)
    pair = forms.CharField(required=False, max_length=64)
    type = forms.ChoiceField(required=False)
    side = forms.ChoiceField(
        required=False, choices=[_ANY, ("buy", "buy"), ("sell", "sell")]
    )
    mode = forms.ChoiceField(required=False)
    overridden = forms.ChoiceField(
        required=False, label="Warnings overridden", choices=_YES
    )
    size_from = NumberField(required=False, label="Size from")
    size_to = NumberField(required=False, label="Size to")
    slower = forms.IntegerField(
        required=False, label="Took at least (ms)", min_value=0, max_value=10**9
    )
    quicker = forms.IntegerField(
        required=False, label="Took at most (ms)", min_value=0, max_value=10**9
    )
    error = forms.CharField(required=False, label="Vendor error", max_length=200)

    def __init__(self, data: Mapping[str, str], offered: Mapping[str, Choices]) -> None:
        super().__init__(data)
        for name, field in self.fields.items():
            if name in offered:
                field.choices = [_ANY, *offered[name]]
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
