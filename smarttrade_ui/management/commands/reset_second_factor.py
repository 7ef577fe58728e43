"""``reset_second_factor``: for somebody who lost the phone and the recovery codes."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smarttrade_ui import events, second_factor


class Command(BaseCommand):
    help = (
        "Forget a user's second factor, end the sessions and void the password, which "
        "may be a short one; afterwards give the user a new one."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="the name to log in with")

    def handle(self, *args: object, **options: object) -> None:
        name = options["name"]
        user = get_user_model().objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"There is no user {name}.")
        if not second_factor.has_second(user):
            raise CommandError(f"{name} has no second factor.")
        second_factor.remove(user)
        events.reset(user)
        self.stdout.write(
            f"{name} has no second factor any more, no session and no password. "
            "Give a new one in the admin, or with: changepassword " + name
        )
