"""The pages as a process: the web application behind waitress, on loopback."""

from __future__ import annotations

import json
import signal

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarttrade_ui import server
from smarttrade_ui.wsgi import application


class Command(BaseCommand):
    """Serves until it is told to end; then answers what is in hand, for up to 5 s."""

    help = "Serve the pages on 127.0.0.1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8790, help="0 means any")

    def handle(self, *, port: int, **options: object) -> None:
        """Print one line of JSON with the address, then serve."""
        try:
            serving = server.create(application, port)
        except OSError as error:
            raise CommandError(f"Port {port} can't be used: {error.strerror}") from None
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, _leave)
        url = f"http://127.0.0.1:{serving.effective_port}/"
        self.stdout.write(json.dumps({"url": url}))
        self.stdout.flush()
        serving.run()  # ends by SystemExit, and waits for its threads


def _leave(number: int, frame: object) -> None:
    raise SystemExit
