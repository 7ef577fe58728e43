"""``sender``: the one process that talks to 3Commas."""

from __future__ import annotations

import threading

from django.core.management.base import BaseCommand

from trades import sender
from trades.management.signals import stop_at_signals


class Command(BaseCommand):
    help = "Send queued submissions until SIGTERM; then finish those in hand."

    def handle(self, *args: object, **options: object) -> None:
        self.check(databases=["default"])
        stop = threading.Event()
        stop_at_signals(stop)
        self.stdout.write("The sender is at work.")
        self.stdout.flush()
        sender.run(stop)
