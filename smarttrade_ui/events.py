"""What an auditor wants to know of log-ins, as lines of the log.

Of what was typed nothing is logged: not even the name, unless there is a user of that
name, because people type their password there.
"""

from __future__ import annotations

import logging

from allauth.account.adapter import get_adapter
from allauth.account.signals import authentication_step_completed, password_changed
from allauth.mfa import signals as second_factor
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import (
    user_logged_in,
    user_logged_out,
    user_login_failed,
)
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

_log = logging.getLogger("smarttrade_ui.log_in")


def throttled(request: HttpRequest, name: str) -> None:
    _tell("Log-in refused: too many tries", request, _existing(name), logging.WARNING)


def ended_by_limit(request: HttpRequest) -> None:
    _tell("Session ended: unused, or used, for too long", request, request.user)


def ended_by_user(request: HttpRequest, count: int) -> None:
    _tell("Sessions ended by their user", request, request.user, count=count)


def reset(user) -> None:
    _tell("Second factor reset by an administrator", None, user, logging.WARNING)


def listen() -> None:
    for signal, receiver in _RECEIVERS.items():
        signal.connect(receiver)


def _on(message: str):
    def receiver(sender, request=None, user=None, **kwargs: object) -> None:
        _tell(message, request, user)

    return receiver


def _failed(sender, credentials: dict, request=None, **kwargs: object) -> None:
    name = credentials.get("username", "")
    _tell("Log-in failed: password", request, _existing(name), logging.WARNING)


def _code_failed(sender, request, user, **kwargs: object) -> None:
    _tell("Second factor failed", request, user, logging.WARNING)


def _code_used(sender, request, user, authenticator, **kwargs: object) -> None:
    if authenticator.type == authenticator.Type.RECOVERY_CODES:
        _tell("Recovery code used", request, user, logging.WARNING)


def _again(sender, request, user, **kwargs: object) -> None:
    if kwargs.get("reauthenticated"):
        _tell("Authenticated again", request, user)


_RECEIVERS = {
    user_logged_in: _on("Logged in"),
    user_logged_out: _on("Logged out"),
    user_login_failed: _failed,
    authentication_step_completed: _again,
    password_changed: _on("Password changed"),
    second_factor.authenticator_added: _on("Second factor or recovery codes set up"),
    second_factor.authenticator_removed: _on("Second factor or recovery codes removed"),
    second_factor.authenticator_reset: _on("Recovery codes made anew"),
    second_factor.authenticator_used: _code_used,
    second_factor.authentication_failed: _code_failed,
}


def _existing(name: str):
    return get_user_model().objects.filter(username=name).first()


def _tell(message: str, request, user, level: int = logging.INFO, **more) -> None:
    name = user.get_username() if user else ""
    about = {"user": name, "address": _address(request), **more}
    _log.log(level, message, extra=about)


def _address(request: HttpRequest | None) -> str:
    if request is None:
        return ""
    try:
        return get_adapter().get_client_ip(request)
    except PermissionDenied:  # it came from no address
        return ""
