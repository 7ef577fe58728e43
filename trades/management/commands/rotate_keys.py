"""``rotate_keys``: after a new sealing key was put first, nothing needs the old one."""

from __future__ import annotations

from django.core.management.base import BaseCommand, CommandError

from trades.services import sealing


class Command(BaseCommand):
    help = (
        "Seal every API secret anew with the first of SEALING_KEYS; exit code 1 names "
        "the connections that no key opens."
    )

    def handle(self, *args: object, **options: object) -> None:
        done = sealing.rotate()
        self.stdout.write(f"{done.renewed} sealed anew, {done.first} were so already.")
        if done.unknown:
            names = "; ".join(f"{c.name} of {c.owner}" for c in done.unknown)
            raise CommandError(f"No key opens the secret of: {names}.")
