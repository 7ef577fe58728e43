"""What the review desk asks its numbers for: some days, by UTC, and which rows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from trades.domain import periods
from trades.domain.lifecycle import State
from trades.forms.connections import MODES

IDS_MAX = 200

_EARLIEST, _LATEST = date(2000, 1, 1), date(2999, 12, 31)
_NO_DAY = "Enter a day like 2026-05-31."
_NAMES = {"since": "from", "until": "to"}
_ID_ERROR = "“{text}” is no id of a submission."
_STATES = [(s.value, s.value.replace("_", " ").capitalize()) for s in State]


class Day(forms.DateField):
    """A day as a browser sends it, or as people type it where there is no calendar."""

    def __init__(self, label: str) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(
            label=label,
            required=False,
            widget=widget,
            input_formats=["%Y-%m-%d"],
            error_messages={"invalid": _NO_DAY},
        )

    def to_python(self, value: object) -> date | None:
        day = super().to_python(str(value or "").strip())
        if day and not _EARLIEST <= day <= _LATEST:
            raise ValidationError(_NO_DAY)
        return day


def show_as_typed(form: forms.Form, names: Iterable[str]) -> None:
    """The calendar of a browser would not show what is no day."""
    for name in form.errors.keys() & set(names):
        form.fields[name].widget.input_type = "text"


class PeriodForm(forms.Form):
    """From one day to another, both included. What is left blank is filled in."""

    days = 30
    since = Day("From (UTC)")
    until = Day("To (UTC)")

    def __init__(self, data: Mapping[str, str]) -> None:
        super().__init__(dict(data))

    def add_prefix(self, field_name: str) -> str:
        """The names in the address, of which two are none that Python allows."""
        return _NAMES.get(field_name, field_name)

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if self.errors.keys().isdisjoint(_NAMES):
            self._fill(cleaned)
        show_as_typed(self, _NAMES)
        return cleaned

    def _fill(self, cleaned: dict[str, object]) -> None:
        today, since = timezone.now().date(), cleaned["since"]
        until = cleaned["until"] or max(today, since or today)
        since = since or until - timedelta(days=self.days - 1)
        if since > until:
            self.add_error("until", "The last day is before the first.")
        cleaned |= {"since": since, "until": until}
        self.data |= {"from": str(since), "to": str(until)}

    @property
    def period(self) -> tuple[datetime, datetime]:
        """From the first moment on, up to but without the second."""
        first, last = self.cleaned_data["since"], self.cleaned_data["until"]
        return periods.begin(first), periods.end(last)


class RefusalsForm(PeriodForm):
    days = 90
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[("", "Last seen first"), ("count", "Most frequent first")],
    )


class NumbersForm(PeriodForm):
    by = forms.ChoiceField(
        label="Per",
        required=False,
        choices=[("", "Trader"), ("account", "Account")],
    )
    mode = forms.ChoiceField(
        label="Mode",
        required=False,
        choices=[("", "Any"), *((mode, c.label) for mode, c in MODES.items())],
    )


class ReplayForm(PeriodForm):
    """Which submissions are judged anew."""

    days = 7
    state = forms.ChoiceField(
        label="State", required=False, choices=[("", "Any"), *_STATES]
    )
    pair = forms.CharField(label="Pair", required=False, max_length=100)
    account = forms.RegexField(
        "^[0-9]{1,18}$",
        label="Account",
        required=False,
        strip=True,
        help_text="Its number at 3Commas.",
        error_messages={"invalid": "Enter digits only."},
    )
    trader = forms.CharField(
        label="Trader", required=False, max_length=150, help_text="The name to log in."
    )
    ids = forms.CharField(
        label="Or these submissions",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"Up to {IDS_MAX} ids. Where there are any, nothing else counts.",
    )

    # The query of an address of the history: what that page shows, all of its pages.
    history = forms.CharField(required=False, max_length=4000, widget=forms.HiddenInput)

    def clean_ids(self) -> list[uuid.UUID]:
        texts = self.cleaned_data["ids"].replace(",", " ").split()
        if len(texts) > IDS_MAX:
            raise ValidationError(f"These are more than {IDS_MAX} ids.")
        return _ids(texts)

    @property
    def filters(self) -> dict[str, object]:
        """What was asked for beyond days and ids, without what was left open."""
        names = ("state", "pair", "account", "trader")
        return {name: self.cleaned_data[name] for name in names}


def _ids(texts: Sequence[str]) -> list[uuid.UUID]:
    found = []
    for text in texts:
        try:
            found.append(uuid.UUID(text))
        except ValueError:
            raise ValidationError(_ID_ERROR.format(text=text[:60])) from None
    return found
