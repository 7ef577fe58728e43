"""allauth's forms, said in our words."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ReauthenticateForm
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm, DeactivateTOTPForm
from allauth.mfa.totp.internal.auth import TOTP
from django import forms
from django.core.exceptions import ValidationError

from smarttrade_ui.second_factor import LENGTH_MIN

_TOO_SHORT = (
    f"Without a second factor a password needs {LENGTH_MIN} characters: change yours "
    "first."
)


class Plain:
    """No placeholders: each input has a label."""

    labels: dict[str, str] = {}

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)


class LogInForm(Plain, LoginForm):
    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        plain = {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["login"].widget.attrs.update(plain)


class PasswordAgainForm(Plain, ReauthenticateForm):
    pass


class NewPasswordForm(Plain, ChangePasswordForm):
    labels = {
        "oldpassword": "Current password",
        "password1": "New password",
        "password2": "New password, again",
    }


class Blank(forms.TextInput):
    """Always empty: a code that was mistyped is nearly one that is good."""

    def format_value(self, value: object) -> None:
        return None


class Code(Plain):
    """One that an app shows, or one of those kept on paper: digits, in any grouping."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget = Blank(
            {"autocomplete": "one-time-code", "inputmode": "numeric"}
        )


class CodeForm(Code, mfa.AuthenticateForm):
    labels = {"code": "Code from your app, or a recovery code"}


class CodeAgainForm(Code, mfa.ReauthenticateForm):
    labels = CodeForm.labels


class SetUpForm(Code, ActivateTOTPForm):
    labels = {"code": "Code that the app shows"}

    def clean_code(self) -> str:
        """Good once: it can't be used to log in any more."""
        code = super().clean_code()
        TOTP(Authenticator(user=self.user))._mark_code_used(code)
        return code


class SwitchOffForm(DeactivateTOTPForm):
    """The password has to be long enough to stand alone."""

    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "current-password"}),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        """allauth's view hands in an empty post where there is none."""
        kwargs["data"] = kwargs["data"] or None
        super().__init__(*args, **kwargs)

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        if not get_adapter().reauthenticate(self.authenticator.user, password):
            raise get_adapter().validation_error("incorrect_password")
        if len(password) < LENGTH_MIN:
            raise ValidationError(_TOO_SHORT)
        return password
