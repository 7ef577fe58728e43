"""What the pages of connections post. No secret passes through these forms.

The input of the secret is drawn here, always empty; the view hands what was typed in
it to the service that hides it.
"""

from __future__ import annotations

from dataclasses import dataclass

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError

_PLAIN = {"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
_REAL_IS_OFF = (
    "Real trading is switched off in this installation; whoever runs it can allow it."
)


@dataclass(frozen=True)
class Choice:
    """What a radio button is called, and a sentence about it."""

    label: str
    says: str


MODES = {
    "sandbox": Choice(
        "Sandbox",
        "Orders go to the stand-in beside this program. No exchange, no money.",
    ),
    "paper": Choice(
        "Paper", "Orders go to your paper account at 3Commas. No money moves."
    ),
    "real": Choice(
        "Real", "Orders go through 3Commas to your exchange and move real money."
    ),
}
SCHEMES = {
    "hmac": Choice("HMAC-SHA256", "3Commas made both: a system-generated key."),
    "rsa": Choice("RSA", "You made a pair of keys; 3Commas has its public half."),
}
JOINERS = (("", "nothing"), ("?", "a question mark"))


class Blank(forms.Textarea):
    """Lets a secret in, but neither to the form nor back to a page."""

    def value_from_datadict(self, data, files, name) -> str:
        return ""


class OneOfEach(forms.Form):
    """A form in which nothing may be given twice."""

    def clean(self) -> dict[str, object]:
        for name in self.fields:
            if len(self.data.getlist(name)) > 1:
                self.add_error(name, "This was sent twice.")
        return super().clean()


class NameForm(OneOfEach):
    name = forms.CharField(
        label="Name",
        max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter a name by which you will know it."},
    )

    def clean_name(self) -> str:
        name = self.cleaned_data["name"]
        if not name.isprintable():
            raise ValidationError("A name has letters, digits, signs and blanks.")
        return name


class JoinerForm(OneOfEach):
    joiner = forms.ChoiceField(
        label="Between path and body of what is signed stands",
        required=False,
        choices=JOINERS,
        help_text=(
            "Nothing, unless 3Commas refuses the signature of orders while the test "
            "of the key works."
        ),
    )


class KeyForm(OneOfEach):
    """API key and secret. Whether they are any good is judged elsewhere."""

    api_key = forms.CharField(
        label="API key",
        max_length=200,
        widget=forms.TextInput(attrs=_PLAIN),
        error_messages={"required": "Enter the API key."},
    )
    secret = forms.CharField(
        label="API secret, or the private RSA key in PEM (PKCS#1 or PKCS#8)",
        required=False,
        help_text="It is encrypted as soon as it arrives, and never shown again.",
        widget=Blank(attrs=_PLAIN | {"rows": 4, "class": "masked"}),
    )


class NewForm(NameForm, KeyForm, JoinerForm):
    """Everything of a new connection."""

    mode = forms.ChoiceField(
        label="Mode",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose what the key is used for."},
    )
    at_stake = forms.BooleanField(
        label="Orders through this key move real money", required=False
    )
    scheme = forms.ChoiceField(
        label="Scheme",
        widget=forms.RadioSelect,
        choices=list(SCHEMES.items()),
        error_messages={"required": "Choose how this key signs."},
    )

    field_order = ["name", "mode", "at_stake", "scheme", "api_key", "secret", "joiner"]

    def __init__(self, data=None) -> None:
        super().__init__(data)
        self.fields["mode"].choices = [
            (mode, _as_it_is_here(mode, choice)) for mode, choice in MODES.items()
        ]

    def clean_mode(self) -> str:
        mode = self.cleaned_data["mode"]
        if mode == "real" and not settings.REAL_TRADING:
            raise ValidationError(_REAL_IS_OFF)
        return mode

    def clean(self) -> dict[str, object]:
        cleaned = super().clean()
        if cleaned.get("mode") == "real" and not cleaned.get("at_stake"):
            self.add_error("at_stake", "Tick this to add a key that moves real money.")
        return cleaned


def _as_it_is_here(mode: str, choice: Choice) -> Choice:
    if mode == "real" and not settings.REAL_TRADING:
        return Choice(choice.label, f"{choice.says} {_REAL_IS_OFF}")
    return choice
