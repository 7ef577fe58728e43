"""What the review page posts."""

from __future__ import annotations

from django import forms
from django.core.exceptions import ValidationError

from trades.forms.posting import keepable

# A stamp carries the whole body, signed; with the longest note it is about 2 kB.
_STAMP_MAX = 16_000


class ConfirmForm(forms.Form):
    """The stamp of the review, the warnings that were ticked, and the amount where an
    unusual one had to be typed.

    Which warnings there are is not decided here: a tick for one that has gone since
    does no harm.
    """

    stamp = forms.CharField(max_length=_STAMP_MAX, widget=forms.HiddenInput)
    warnings = forms.Field(required=False, widget=forms.SelectMultiple)
    amount = forms.Field(required=False)

    def clean_stamp(self) -> str:
        if len(self.data.getlist("stamp")) != 1:
            raise ValidationError("There must be one stamp.")
        return self.cleaned_data["stamp"]

    def clean_amount(self) -> str:
        """As it was typed, right or wrong: the page gives it back."""
        return keepable(self.cleaned_data["amount"] or "")
