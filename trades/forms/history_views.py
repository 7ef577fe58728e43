"""What is posted about named views."""

from __future__ import annotations

from django import forms

NAME_MAX = 60


class KeepForm(forms.Form):
    """``filters`` is the address's query that the page showed."""

    name = forms.CharField(max_length=NAME_MAX, label="Name of the view")
    is_shared = forms.BooleanField(required=False, label="Other reviewers see it too")
    filters = forms.CharField(
        required=False, max_length=4000, strip=False, widget=forms.HiddenInput
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not name.isprintable():
            raise forms.ValidationError("A name has printable characters only.")
        return name
