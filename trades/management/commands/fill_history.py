"""``fill_history``: believable submissions by the thousand, for the sandbox alone."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from random import Random

from django.conf import settings
from django.contrib.auth.models import Group, User
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from trades.management import bulk
from trades.management.bulk import Row
from trades.management.commands.demo import refuse_beside_real_ones
from trades.management.stories import Cast, Story, tell
from trades.models import (
    Account,
    ChainHead,
    Draft,
    DraftVersion,
    Event,
    Remark,
    Submission,
    Verdict,
)
from trades.models.events import link, write_record
from trades.services import book
from trades.services.reviewing import REVIEWED

NAMES = ("mira", "jonas", "lee")
DAYS = 730
_AT_ONCE = 5000
_DRAFT = (
    *("id", "public_id", "owner", "typed", "version", "seen"),
    *("created_at", "updated_at"),
)
_VERSION = ("id", "draft", "number", "typed", "is_automatic", "saved_at")
_VERDICT = ("submission", "value", "assigned_to")
_REMARK = ("id", "submission", "by", "at", "verdict", "text")
_EVENT = ("id", "number", "submission", "record", "hash")
_MOST = 5_000_000


class Command(BaseCommand):
    help = "Fill the history with believable submissions; never beside real ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("count", type=int, help="how many submissions to add")
        parser.add_argument("--seed", type=int, default=1, help="which stories")

    def handle(self, *args: object, **options: object) -> None:
        """Spread over the last two years, in the order of their time."""
        refuse_beside_real_ones()
        count, seed = int(str(options["count"])), int(str(options["seed"]))
        if not 0 < count <= _MOST:
            raise CommandError(f"Choose from 1 to {_MOST} submissions.")
        cast = _cast()
        stories = _stories(count, cast, Random(seed))  # noqa: S311
        while some := tuple(islice(stories, _AT_ONCE)):
            _add(some, cast)
        bulk.go_on_counting(Draft, DraftVersion, Submission, Event, Remark)
        self.stdout.write(f"{count} submissions were added.")


def _cast() -> Cast:
    accounts = list(Account.objects.select_related("connection"))
    if not accounts:
        raise CommandError("There is no account yet: run the demo first.")
    traders = [_user(name, "Traders") for name in NAMES]
    owners = {account.connection.owner_id for account in accounts}
    return Cast(
        [
            *traders,
            *User.objects.filter(pk__in=owners),
        ],
        accounts,
        _user("vera", "Reviewers", is_staff=True),
        book.rule_set(),
        settings.VERSION,
    )


def _user(name: str, group: str, **fields: bool) -> User:
    """Somebody whom nobody can log in as."""
    user, is_new = User.objects.get_or_create(username=name, defaults=fields)
    if is_new:
        user.set_unusable_password()
        user.save()
        user.groups.set(Group.objects.filter(name=group))
    return user


def _stories(count: int, cast: Cast, dice: Random) -> Iterator[Story]:
    number = Submission.objects.aggregate(last=Max("remote_id"))["last"] or 0
    begin, apart = timezone.now() - timedelta(days=DAYS), timedelta(days=DAYS) / count
    for place in range(count):
        yield tell(number + place + 1, begin + place * apart, cast, dice)


def _add(stories: tuple[Story, ...], cast: Cast) -> None:
    """One commit: the rows, and their events at the end of the chain.

    Nothing is asked while rows go in: PostgreSQL takes no question meanwhile.
    """
    with transaction.atomic(durable=True):
        head = ChainHead.held()
        draft, first = bulk.last(Draft), bulk.last(Submission)
        for place, story in enumerate(stories, 1):
            story.submission.pk = first + place
            story.submission.draft_id = draft + place
            if story.submission.state == "accepted":
                story.submission.holds_draft_id = draft + place
        bulk.insert(Draft, _DRAFT, map(_draft, stories))
        bulk.insert(DraftVersion, _VERSION, _versions(stories, bulk.last(DraftVersion)))
        bulk.insert_all([story.submission for story in stories])
        bulk.insert(Verdict, _VERDICT, (_verdict(story, cast) for story in stories))
        bulk.insert(Remark, _REMARK, _remarks(stories, cast, bulk.last(Remark)))
        bulk.insert(Event, _EVENT, _events(stories, head, cast, bulk.last(Event)))
        head.save(update_fields=["number", "hash"])


def _draft(story: Story) -> Row:
    submission = story.submission
    at, typed = _begun(story), _typed(story)
    owner = submission.trader_id
    return submission.draft_id, uuid.uuid4(), owner, typed, 1, "{}", at, at


def _versions(stories: tuple[Story, ...], pk: int) -> Iterator[Row]:
    for place, story in enumerate(stories, 1):
        typed = _typed(story)
        yield pk + place, story.submission.draft_id, 1, typed, False, _begun(story)


def _begun(story: Story) -> str:
    return bulk.text_of(story.submission.confirmed_at - timedelta(minutes=3))


def _typed(story: Story) -> str:
    account = str(story.submission.account.public_id)
    return json.dumps({"account_id": account, **story.typed})


def _verdict(story: Story, cast: Cast) -> Row:
    needed = story.verdict in (Verdict.Value.FLAGGED, Verdict.Value.NEEDS_ANSWER)
    return story.submission.pk, story.verdict, cast.reviewer.pk if needed else None


def _remarks(stories: tuple[Story, ...], cast: Cast, pk: int) -> Iterator[Row]:
    for story in stories:
        if story.verdict != Verdict.Value.UNREVIEWED:
            pk += 1
            at = bulk.text_of(story.submission.confirmed_at + timedelta(hours=9))
            yield pk, story.submission.pk, cast.reviewer.pk, at, story.verdict, ""


def _events(
    stories: tuple[Story, ...], head: ChainHead, cast: Cast, pk: int
) -> Iterator[Row]:
    """Chained on to the head, which moves along."""
    for story in stories:
        state = ""
        for second, (by, new, details) in enumerate(_told(story, cast)):
            old, state = ("", state) if new == REVIEWED else (state, new)
            pk, head.number = pk + 1, head.number + 1
            at = story.submission.confirmed_at + timedelta(seconds=second)
            told = {"at": at, "by": by, "old": old, "new": new, "details": details}
            record = write_record(head.number, story.submission.pk, told)
            head.hash = link(head.hash, record)
            yield pk, head.number, story.submission.pk, record, head.hash


def _told(story: Story, cast: Cast) -> Iterator[tuple[str, str, dict]]:
    yield from story.moves
    if story.verdict != Verdict.Value.UNREVIEWED:
        said = {"verdict": str(story.verdict)}
        yield cast.reviewer.get_username(), REVIEWED, said
