"""What happened: the timeline of each submission and the audit log in one chain.

An event is one line of JSON. Its hash is keyed and covers the hash before it, so that
nobody without the key can change, add, drop or swap one unseen; the database refuses
to update or delete any.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Now

if TYPE_CHECKING:
    from trades.models.submissions import Submission

# Who does what no person asked for. No user name has a space.
SENDER, REAPER, RECONCILER = "the sender", "the reaper", "the reconciler"
COMMAND_LINE = "the command line"
# Kept in the row itself; an event says what happened, not everything that is known.
_NOT_TOLD = {
    *("answer", "claim_token", "holds_draft", "next_look_at", "wait_until"),
    *("refusal", "words"),
}


def link(previous: str, record: str) -> str:
    """The hash of an event, in hex: HMAC-SHA-256 over the one before and its record."""
    text = f"{previous}{record}".encode()
    return hmac.digest(settings.CHAIN_KEY, text, sha256).hex()


class ChainHead(models.Model):
    """The end of the chain. Who appends holds this one row until the commit."""

    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.number} {self.hash}"

    @classmethod
    def held(cls) -> ChainHead:
        """The locked row; ``now`` is the database's clock."""
        rows = cls.objects.select_for_update().annotate(now=Now())
        head = rows.filter(pk=1).first()
        if head is None:
            cls.objects.bulk_create([cls(pk=1)], ignore_conflicts=True)
            head = rows.get(pk=1)
        return head


class Event(models.Model):
    """One thing that happened, mostly a move of a submission. Changed by nobody.

    ``record`` is all there is to know; number and submission are repeated beside it
    to be found by. ``submission`` is empty for what concerns the whole installation.
    """

    number = models.BigIntegerField(unique=True)
    submission = models.ForeignKey(
        "Submission", models.PROTECT, null=True, related_name="events"
    )
    record = models.TextField()
    hash = models.CharField(max_length=64)

    class Meta:
        ordering = ["number"]
        indexes = [
            models.Index(
                fields=["-number"],
                name="event_of_installation",
                condition=models.Q(submission=None),
            )
        ]

    def __str__(self) -> str:
        return f"{self.old or 'draft'} to {self.new}"

    @classmethod
    def append(
        cls,
        submission: Submission | None,
        *,
        by: str,
        new: str,
        old: str = "",
        **details: object,
    ) -> Event:
        """Write down what happened, in the transaction that makes it so."""
        head = ChainHead.held()
        number = head.number + 1
        told = {
            "at": head.now,
            "by": by,
            "old": old,
            "new": new,
            "details": {k: v for k, v in details.items() if _is_told(k, v)},
        }
        record = write_record(number, submission and submission.pk, told)
        digest = link(head.hash, record)
        ChainHead.objects.filter(pk=1).update(number=number, hash=digest)
        return cls.objects.create(
            number=number, submission=submission, record=record, hash=digest
        )

    @cached_property
    def told(self) -> dict[str, object]:
        return json.loads(self.record)

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(str(self.told["at"]))

    @property
    def by(self) -> str:
        return str(self.told["by"])

    @property
    def old(self) -> str:
        return str(self.told["old"])

    @property
    def new(self) -> str:
        return str(self.told["new"])

    @property
    def details(self) -> dict[str, object]:
        return dict(self.told["details"])


def write_record(number: int, submission: int | None, told: Mapping) -> str:
    """The canonical JSON of an event: compact ASCII, in this order of keys."""
    row = {"number": number, "submission": submission, **told}
    return json.dumps(row, separators=(",", ":"), cls=DjangoJSONEncoder)


def _is_told(name: str, value: object) -> bool:
    computed = isinstance(value, BaseExpression)
    return name not in _NOT_TOLD and not computed and bool(value)
