"""``sender``: the one process that talks to 3Commas."""

from __future__ import annotations

import signal
import threading

from django.core.management.base import BaseCommand

from trades import sender


class Command(BaseCommand):
    help = "Send queued submissions until SIGTERM; then finish those in hand."

    def handle(self, *args: object, **options: object) -> None:
        self.check(databases=["default"])
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        self.stdout.write("The sender is at work.")
        self.stdout.flush()
        sender.run(stop)
