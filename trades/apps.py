"""The one app of the project."""

from importlib import import_module

from django.apps import AppConfig
from django.core.signals import request_started


class TradesConfig(AppConfig):
    name = "trades"
    verbose_name = "SmartTrades"

    def ready(self) -> None:
        import_module("trades.checks")  # registers them
        unreadable = import_module("trades.views.unreadable")
        request_started.connect(unreadable.set_content_type_apart)
