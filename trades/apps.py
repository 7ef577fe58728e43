"""The one app of the project."""

from importlib import import_module

from django.apps import AppConfig


class TradesConfig(AppConfig):
    name = "trades"
    verbose_name = "SmartTrades"

    def ready(self) -> None:
        import_module("trades.checks")  # registers them
