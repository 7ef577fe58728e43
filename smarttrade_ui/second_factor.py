"""The second factor: sealed in the database, and asked for where a setting says so."""

from __future__ import annotations

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from qrcode import make
from qrcode.image.svg import SvgPathImage

from trades.gateway.vault import KeyUnusable, Secret, open_sealed, seal
from trades.views.doors import View, see_other

# allauth hands over the text alone, so that all are bound to the same.
BINDING = "second factor"
# A password may be shorter where it is not all there is.
LENGTH_MIN, LENGTH_MIN_WITH_SECOND = 15, 8
# What those may open who have to set up a second factor first.
OPEN = (
    *("mfa_activate_totp", "account_reauthenticate"),
    *("account_logout", "logout"),
)
_UNREADABLE = (
    "Your second factor can't be read here: ask whoever runs this installation."
)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is wrong, too old, or was used before.",
    }

    def encrypt(self, text: str) -> str:
        return sealed(Secret(text.encode()))

    def decrypt(self, encrypted_text: str) -> str:
        """Without the key no code is right, and the form says why."""
        try:
            return opened(encrypted_text, settings.SEALING_KEYS).reveal().decode()
        except KeyUnusable:
            raise ValidationError(_UNREADABLE) from None

    def get_totp_label(self, user) -> str:
        return user.get_username()

    def build_totp_svg(self, url: str) -> str:
        """To stand inside a page, which may hold no image from elsewhere."""
        image = make(url, image_factory=SvgPathImage, border=4)
        return image.to_string(encoding="unicode")


class LengthValidator:
    """At least 15 characters, or 8 where a second factor goes with them."""

    def validate(self, password: str, user=None) -> None:
        least = LENGTH_MIN_WITH_SECOND if has_second(user) else LENGTH_MIN
        if len(password) < least:
            text = f"This password is too short: it needs at least {least} characters."
            raise ValidationError(text, code="password_too_short")

    def get_help_text(self) -> str:
        return (
            f"At least {LENGTH_MIN} characters, or {LENGTH_MIN_WITH_SECOND} with a "
            "second factor: some words in a row will do."
        )


def has_second(user) -> bool:
    """Whether the user logs in with a code too. One who is not kept yet does not."""
    own = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    return user is not None and own.filter(user_id=user.pk).exists()


def set_up_first(get_response: View) -> View:
    """Middleware: who needs a second factor sets it up before the rest."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return get_response(request)

    middleware.process_view = _lead_to_set_up
    return middleware


def _lead_to_set_up(request: HttpRequest, view: View, args, kwargs):
    if not settings.SECOND_FACTOR_REQUIRED or not request.user.is_authenticated:
        return None
    if request.resolver_match.view_name in OPEN or has_second(request.user):
        return None
    return see_other("mfa_activate_totp")


def remove(user) -> None:
    """Forget the second factor of somebody who lost it.

    The password goes too, because it may be a short one, and the sessions with it.
    """
    Authenticator.objects.filter(user=user).delete()
    user.set_unusable_password()
    user.save(update_fields=["password"])


def opened(sealed: str, keys: list[bytes]) -> Secret:
    """Raises ``KeyUnusable`` where none of the keys opens it."""
    return open_sealed(sealed, keys=keys, bound_to=BINDING)


def sealed(secret: Secret) -> str:
    return seal(secret, keys=settings.SEALING_KEYS, bound_to=BINDING)
