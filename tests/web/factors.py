"""A second factor in the hand: what the app on somebody's phone would show."""

from __future__ import annotations

import time

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.contrib.auth.models import User

from tests.conftest import PASSWORD

LOG_IN = "/accounts/login/"
CODE = "/accounts/code/"
SET_UP = "/accounts/second-factor/set-up/"
FIRST, HOME = "/", "/trades/"
STEP_S = 30


class Phone:
    """A user's, whose second factor is set up with it."""

    def __init__(self, user: User) -> None:
        self.secret = generate_totp_secret()
        TOTP.activate(user, self.secret)
        self.recovery_codes = RecoveryCodes.activate(user).generate_codes()

    def code(self, steps: int = 0) -> str:
        """What it shows; or showed, or will, so many steps from now."""
        return code_of(self.secret, steps)


def code_of(secret: str, steps: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP_S + steps))


def log_in(client, name: str, password: str = PASSWORD, **more):
    return client.post(LOG_IN, {"login": name, "password": password}, **more)


def grow_old(client, **seconds: int) -> None:
    """As if the session's stamps were so many seconds older."""
    session = client.session
    for name, age_s in seconds.items():
        session[name] -= age_s
    session.save()


def is_in(client) -> bool:
    return client.get(FIRST).url == HOME
