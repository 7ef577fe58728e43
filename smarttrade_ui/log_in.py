"""Who may try to log in, and how often; everything else of it is django-allauth's.

Tries are counted in the cache that all processes share, before a password is looked
at, so that tries at the same moment don't slip through. Three counts stand side by
side, each with several lengths, so that the wait grows:

* of a name from an address. Whoever tries from elsewhere can't lock its owner out, and
  who shares the owner's address can for a day at most. (Behind a proxy everybody shares
  one, unless the number of trusted proxies is set.)
* of an address, whatever the names.
* of a name from everywhere, for those with many addresses. It lets pass who has logged
  in from the address lately, so that its owner gets in all the same.
"""

from __future__ import annotations

from hashlib import sha256

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.contrib.auth.signals import user_logged_in
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from smarttrade_ui import events
from trades.views.doors import is_fresh

KNOWN_S = 30 * 24 * 60 * 60


class AccountAdapter(DefaultAccountAdapter):
    """Counts as told above, redirects within this site only, and sends no mail."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "Username and password do not go together.",
        "too_many_login_attempts": (
            "Too many tries that failed. Wait some minutes; the wait grows."
        ),
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password.",
    }

    def pre_authenticate(self, request: HttpRequest, **credentials: object) -> None:
        """A try that is not let through counts nowhere."""
        name = str(credentials["username"])
        try:
            with transaction.atomic():
                super().pre_authenticate(request, **credentials)
                self._count(request, "log_in_from_address")
                if not cache.get(_known(name, ratelimit.get_ip(request))):
                    self._count(request, "log_in_from_everywhere", key=name.lower())
        except ValidationError:
            events.throttled(request, name)
            raise

    def is_safe_url(self, url: str | None) -> bool:
        """Paths only, which can't lead to another host."""
        return url_has_allowed_host_and_scheme(url, allowed_hosts=None)

    def is_ajax(self, request: HttpRequest) -> bool:
        """No answer in JSON: allauth's repeats what was typed."""
        return False

    def is_reauthentication_required(self, **app: str) -> bool:
        return not is_fresh(self.request)

    def _get_login_attempts_cache_key(self, request, **credentials: object) -> str:
        return f"{ratelimit.get_ip(request)} {str(credentials['username']).lower()}"

    def _count(self, request: HttpRequest, action: str, key: str | None = None) -> None:
        """Beside allauth's own count, to be taken back with it after a success."""
        counted = ratelimit.consume(
            request, app="allauth.account", action=action, key=key
        )
        if not counted:
            raise self.validation_error("too_many_login_attempts")
        self._login_failed_rl_usage.usage += counted.usage


def listen() -> None:
    user_logged_in.connect(_know)


def _know(sender, request: HttpRequest, user, **kwargs: object) -> None:
    """Remember the address; and clear up counts and sessions that are over."""
    if not request.META.get("REMOTE_ADDR"):
        return  # no request from anywhere
    cache.set(_known(user.get_username(), ratelimit.get_ip(request)), True, KNOWN_S)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM throttle WHERE expires < CURRENT_TIMESTAMP")
    request.session.clear_expired()


def _known(name: str, address: str) -> str:
    """Any text can stand in a name, and not in a key."""
    return f"logged-in:{sha256(f'{address} {name.lower()}'.encode()).hexdigest()}"
