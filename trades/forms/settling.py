"""What the pages post that settle a submission, or what a restore lost."""

from __future__ import annotations

from django import forms

TEXT_MAX = 300


class PickForm(forms.Form):
    """The number of the trade that a person says is theirs."""

    trade = forms.IntegerField(min_value=1)


class FoundForm(forms.Form):
    """What somebody found at 3Commas of a submission that the database lost."""

    found = forms.CharField(max_length=TEXT_MAX)
