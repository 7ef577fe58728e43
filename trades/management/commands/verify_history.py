"""``verify_history``: walks the chain of events and names the first that is wrong."""

from __future__ import annotations

from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser

from trades.models.events import COMMAND_LINE
from trades.services import audit


class Command(BaseCommand):
    help = "Verify the history; exit code 1 names the first event that is wrong."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            metavar="FILE",
            help="a head that was written down; else the sending journal's last one",
        )

    def handle(self, *args: object, **options: object) -> None:
        """Print how many events hold and the head, to be kept elsewhere; the history
        tells that it was done."""
        try:
            against = _written_down(options["head"])
            found = audit.verify_on_record(by=COMMAND_LINE, against=against)
        except (OSError, UnicodeDecodeError, audit.BadHead):
            raise CommandError("That file holds no head of the chain.") from None
        if found.bad is not None:
            raise CommandError(found.fault)
        self.stdout.write(f"{found.events} events hold.")
        self.stdout.write(found.head)


def _written_down(file: object) -> str | None:
    return Path(str(file)).read_text() if file else None
