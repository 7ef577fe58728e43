"""What the pages post that stop, cap or approve orders."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from trades.domain.numbers import Unreadable, read_number, read_whole
from trades.forms.connections import Choice, OneOfEach
from trades.forms.settling import TEXT_MAX

_CURRENCY = re.compile("[A-Za-z0-9]{1,20}")
_SAY_WHY = {
    "required": "Say why.",
    "max_length": f"Say why, in at most {TEXT_MAX} letters.",
}


def _choose(said: str) -> dict[str, str]:
    return {"required": said, "invalid_choice": said}


class Why(forms.CharField):
    """A reason that somebody else reads; no character turns the text around it."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(max_length=TEXT_MAX, error_messages=_SAY_WHY, **kwargs)

    def clean(self, value: object) -> str:
        why = super().clean(value)
        if not why.isprintable():
            raise ValidationError("Use letters, digits, signs and blanks.")
        return why


class ScopedForm(OneOfEach):
    """About one of something; ``offered`` are the rows of each scope, and ``label``
    says what one of them is called."""

    SCOPES: Mapping[str, Choice] = {}

    scope = forms.ChoiceField(
        widget=forms.RadioSelect,
        error_messages=_choose("Choose one of these."),
    )

    def __init__(
        self,
        data: object = None,
        *,
        offered: Mapping[str, QuerySet],
        label: Callable[[object], str],
        **kwargs: object,
    ) -> None:
        super().__init__(data, **kwargs)
        self.fields["scope"].choices = list(self.SCOPES.items())
        for name, rows in offered.items():
            self.fields[name].queryset = rows
            self.fields[name].label_from_instance = label

    @property
    def chosen(self) -> dict[str, object]:
        """The one that it is about, by its scope; empty for all of them."""
        scope = self.cleaned_data["scope"]
        return {scope: self.cleaned_data[scope]} if scope in self.fields else {}

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        scope = cleaned.get("scope")
        for name in self._names():
            given = cleaned.get(name)
            if name == scope and not given and name not in self.errors:
                self.add_error(name, f"Choose the {name}.")
            elif scope and name != scope and given:
                said = f"One {name} is chosen too: clear it, or choose it here."
                self.add_error("scope", said)
        return cleaned

    def _names(self) -> Iterable[str]:
        return [name for name in self.SCOPES if name in self.fields]


def _one_of(label: str) -> forms.ModelChoiceField:
    said = f"Choose a {label.lower()} of the list."
    return forms.ModelChoiceField(
        label=label,
        queryset=None,
        required=False,
        empty_label="none",
        error_messages={"invalid_choice": said, "invalid_pk_value": said},
    )


class PauseForm(ScopedForm):
    """What is stopped, and why; every trader whom it concerns reads that."""

    SCOPES = {
        "everything": Choice("Everything", "Nobody's orders leave."),
        "connection": Choice("One connection", "Nothing leaves with its key."),
        "account": Choice("One account", "Nothing leaves for it."),
        "trader": Choice("One trader", "Nothing of theirs leaves."),
    }

    connection = _one_of("Connection")
    account = _one_of("Account")
    trader = _one_of("Trader")
    why = Why(
        label="Why",
        help_text=(
            "Every trader whom it concerns reads this. What has not left yet stays, "
            "until its time is over."
        ),
    )

    field_order = ["scope", "connection", "account", "trader", "why"]

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].label = "What to stop"


class CapForm(ScopedForm):
    """A cap to be set, or from what value on an order needs approval."""

    SCOPES = {
        "trader": Choice("One trader", "All orders of theirs together."),
        "account": Choice("One account", "Everybody's orders with it together."),
        "everyone": Choice("Everyone", "Only for approval."),
    }
    SAYS = {
        "value": "What one order may be worth.",
        "orders": "How many orders of the last 24 hours may count.",
        "loss": "What the orders of the last 24 hours may lose together as planned.",
        "approval": "Somebody else has to approve what is worth more; 0 for every one.",
    }

    kind = forms.ChoiceField(
        label="What is capped",
        widget=forms.RadioSelect,
        error_messages=_choose("Choose what is capped."),
    )
    trader = _one_of("Trader")
    account = _one_of("Account")
    amount = forms.CharField(
        label="Amount",
        max_length=80,
        widget=forms.TextInput(
            attrs={"inputmode": "decimal", "autocomplete": "off", "class": "num"}
        ),
        error_messages={"required": "Enter the amount."},
    )
    currency = forms.CharField(
        label="Currency",
        required=False,
        max_length=80,
        help_text="What prices are in, as USDT. Empty for orders a day.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    field_order = ["kind", "scope", "trader", "account", "amount", "currency"]

    def __init__(self, *args: object, kinds, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scope"].label = "Whose orders"
        self.fields["kind"].choices = [
            (kind, Choice(label, self.SAYS[kind])) for kind, label in kinds
        ]

    def clean_currency(self) -> str:
        currency = self.cleaned_data["currency"].strip()
        if currency and not _CURRENCY.fullmatch(currency):
            raise ValidationError("Enter a currency in letters and digits, as USDT.")
        return currency.upper()

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        kind, scope = cleaned.get("kind"), cleaned.get("scope")
        if "amount" in cleaned:
            self._read_amount(kind, cleaned)
        if kind == "approval" and scope == "trader":
            said = "Approval is asked of one account's orders, or of everyone's."
            self.add_error("scope", said)
        elif kind and kind != "approval" and scope == "everyone":
            self.add_error("scope", "A cap is of one trader or of one account.")
        if kind and "currency" in cleaned:
            self._match_currency(kind, cleaned)
        return cleaned

    def _read_amount(self, kind: str | None, cleaned: dict) -> None:
        is_count = kind == "orders"
        read = read_whole if is_count else read_number
        try:
            amount = Decimal(read(cleaned["amount"]))
        except Unreadable:
            amount = Decimal(-1)
        if amount < 0:
            like = "a whole number from 0 on" if is_count else "a number from 0 on"
            self.add_error("amount", f"Enter {like}, as {5 if is_count else '0.5'}.")
        else:
            cleaned["amount"] = amount

    def _match_currency(self, kind: str, cleaned: dict) -> None:
        if kind == "orders" and cleaned["currency"]:
            self.add_error("currency", "Leave this empty: orders are counted.")
        always = kind == "approval" and cleaned.get("amount") == 0
        if kind != "orders" and not cleaned["currency"] and not always:
            self.add_error("currency", "Enter the currency, as USDT.")


class RefusalForm(forms.Form):
    """Why an order is not approved; whoever asked reads it."""

    why = Why()
