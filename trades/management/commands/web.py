"""The pages as a process: the web application behind waitress, on loopback."""

from __future__ import annotations

import json
import signal

import waitress
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarttrade_ui.wsgi import application

LARGEST_REQUEST_BYTES = 32 * 1024 * 1024


class Command(BaseCommand):
    """Serves until it is told to end; then answers what is in hand, for up to 5 s."""

    help = "Serve the pages on 127.0.0.1."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8790, help="0 means any")

    def handle(self, *, port: int, **options: object) -> None:
        """Print one line of JSON with the address, then serve."""
        try:
            server = waitress.create_server(
                application,
                host="127.0.0.1",
                port=port,
                threads=8,
                max_request_body_size=LARGEST_REQUEST_BYTES,
                ident=None,
                clear_untrusted_proxy_headers=True,
            )
        except OSError as error:
            raise CommandError(f"Port {port} can't be used: {error.strerror}") from None
        for stop in (signal.SIGTERM, signal.SIGINT):
            signal.signal(stop, _leave)
        url = f"http://127.0.0.1:{server.effective_port}/"
        self.stdout.write(json.dumps({"url": url}))
        self.stdout.flush()
        server.run()  # ends by SystemExit, and waits for its threads


def _leave(number: int, frame: object) -> None:
    raise SystemExit
