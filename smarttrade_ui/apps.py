"""The wiring as an app: what listens to log-ins, what the admin must not show."""

from django.apps import AppConfig


class Wiring(AppConfig):
    name = "smarttrade_ui"

    def ready(self) -> None:
        from smarttrade_ui import events, log_in, sessions

        for part in (sessions, log_in, events):
            part.listen()
