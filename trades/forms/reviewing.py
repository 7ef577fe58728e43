"""What is posted about a submission: a reviewer's remark, a trader's answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django import forms

TEXT_MAX = 2000


class RemarkForm(forms.Form):
    """``verdicts`` and ``reviewers`` are what can be chosen."""

    verdict = forms.ChoiceField(required=False)
    assigns = forms.ChoiceField(required=False, label="Assign to")
    text = forms.CharField(
        required=False,
        label="Comment",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(
        self,
        data: Mapping[str, str] | None,
        *,
        verdicts: Sequence[tuple[str, str]],
        reviewers: Sequence[tuple[str, str]],
    ) -> None:
        super().__init__(data)
        self.fields["verdict"].choices = [("", "as it is"), *verdicts]
        self.fields["assigns"].choices = [("", "as it is"), *reviewers]


class AnswerForm(forms.Form):
    text = forms.CharField(
        label="Your answer",
        max_length=TEXT_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
