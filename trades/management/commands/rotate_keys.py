"""``rotate_keys``: after a new sealing key was put first, nothing needs the old one."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from smarttrade_ui.resealing import reseal
from trades.services import sealing
from trades.services.sealing import Seal


class Command(BaseCommand):
    help = (
        "Seal every API secret and second factor anew with the first of SEALING_KEYS; "
        "exit code 1 names those that no key opens."
    )

    def handle(self, *args: object, **options: object) -> None:
        done = sealing.rotate()
        seals = reseal()
        ends = [end for _, end in seals]
        renewed = done.renewed + ends.count(Seal.RENEWED)
        first = done.first + ends.count(Seal.FIRST)
        self.stdout.write(f"{renewed} sealed anew, {first} were so already.")
        names = [f"{c.name} of {c.owner}" for c in done.unknown]
        names += [f"{row} of {row.user}" for row, end in seals if end is Seal.UNKNOWN]
        if names:
            raise CommandError(f"No key opens the secret of: {'; '.join(names)}.")
