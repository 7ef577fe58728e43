"""Submissions: what was confirmed, and what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from datetime import timedelta

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models.expressions import BaseExpression
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from trades.domain import lifecycle
from trades.domain.lifecycle import HOLDS_DRAFT, State
from trades.domain.trade_types import TradeType
from trades.models.connections import Account, Connection
from trades.models.drafts import Draft
from trades.models.events import Event
from trades.models.fields import ExactDecimalField

TOKEN_LENGTH = 10


def state_choices() -> list[tuple[str, str]]:
    return [(s.value, s.value.replace("_", " ").capitalize()) for s in State]


def type_choices() -> list[tuple[str, str]]:
    return [(t.value, t.label) for t in TradeType]


def searchable(submission: Submission, *, refusal: str = "") -> str:
    """Pair, note, token, ticked warnings and the refusal, as they are searched."""
    parts = [submission.pair, submission.note, submission.token, refusal]
    parts += submission.ticked
    return " ".join(map(str, parts)).casefold()


class Submission(models.Model):
    """One frozen body, at most one POST, for ever. A retry is another row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT)
    holds_draft = models.OneToOneField(
        Draft, models.PROTECT, null=True, related_name="live"
    )
    retry_of = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="retry"
    )
    trader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)
    account = models.ForeignKey(Account, models.PROTECT)
    mode = models.CharField(max_length=8, choices=Connection.Mode.choices)
    body = models.TextField()  # the exact text that is signed and sent
    sha256 = models.CharField(max_length=64)
    token = models.CharField(max_length=TOKEN_LENGTH)  # a retry has the same
    fingerprint = models.CharField(max_length=64, blank=True)  # see domain.matching
    ticked = models.JSONField(default=list)  # the warnings the trader accepted
    # What the history is filtered and searched by, copied out of the body.
    trade_type = models.CharField(max_length=12, choices=type_choices)
    pair = models.CharField(max_length=64)
    note = models.TextField(blank=True)
    side = models.CharField(max_length=4, blank=True)
    size = ExactDecimalField(null=True)  # in units
    quote = models.CharField(max_length=20, blank=True)  # what the money is in
    value = ExactDecimalField(null=True)
    planned_loss = ExactDecimalField(null=True)
    planned_r = ExactDecimalField(null=True)
    is_overridden = models.BooleanField(default=False)  # whether anything was ticked
    # As it was that day: the ladder that was shown, and what judged and sent it.
    ladder = models.JSONField(default=dict)
    rule_set = models.CharField(max_length=12, blank=True)
    app_version = models.CharField(max_length=20, blank=True)
    # Case-folded text to be searched, kept by ``begin`` and ``move``.
    words = models.TextField(blank=True)

    state = models.CharField(
        max_length=8, choices=state_choices, default=State.QUEUED.value
    )
    reason = models.CharField(max_length=12, blank=True)
    claim_token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    send_by = models.DateTimeField()
    wait_until = models.DateTimeField(null=True)  # a retry gives the network a moment
    sent_at = models.DateTimeField(null=True)  # C3
    ended_at = models.DateTimeField(null=True)  # the end of the exchange
    confirmed_at = models.DateTimeField(auto_now_add=True)
    # What came back. The request's headers are in no column: they are secrets.
    remote_id = models.BigIntegerField(null=True)
    status = models.PositiveSmallIntegerField(null=True)
    vendor_text = models.TextField(blank=True)
    vendor_errors = models.JSONField(default=dict)
    refusal = models.CharField(max_length=200, blank=True)  # the same in one line
    answer = models.TextField(blank=True)
    request_id = models.CharField(max_length=200, blank=True)
    duration_ms = models.PositiveIntegerField(null=True)
    # What looks have shown since, and when the next one is due.
    next_look_at = models.DateTimeField(null=True)
    dismissed = models.JSONField(default=list)  # candidates that a person ruled out
    remote_status = models.CharField(max_length=60, blank=True)
    remote_error = models.TextField(blank=True)
    remote_seen_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        permissions = [("send_trade", "May send trades")]
        indexes = [
            models.Index(fields=["state", "send_by"], name="submission_by_state"),
            models.Index(fields=["trader", "-id"], name="submission_by_trader"),
            models.Index(fields=["fingerprint", "-id"], name="submission_by_likeness"),
            models.Index(fields=["token"], name="submission_by_token"),
            models.Index(fields=["confirmed_at", "id"], name="submission_by_time"),
            models.Index(fields=["account", "-id"], name="submission_by_account"),
            # What counts for the caps of a day.
            models.Index(
                fields=["trader", "confirmed_at"], name="submission_of_traders_day"
            ),
            models.Index(
                fields=["account", "confirmed_at"], name="submission_of_accounts_day"
            ),
            models.Index(fields=["pair", "-id"], name="submission_by_pair"),
            models.Index(fields=["state", "-id"], name="submission_by_outcome"),
            models.Index(fields=["mode", "-id"], name="submission_by_mode"),
            models.Index(fields=["trade_type", "-id"], name="submission_by_type"),
            models.Index(fields=["size"], name="submission_by_size"),
            models.Index(
                fields=["refusal", "-id"],
                name="submission_by_refusal",
                condition=~models.Q(refusal=""),
            ),
            models.Index(
                fields=["-id"],
                name="submission_overridden",
                condition=models.Q(is_overridden=True),
            ),
            models.Index(
                fields=["next_look_at"],
                name="submission_by_next_look",
                condition=models.Q(next_look_at__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                name="submission_one_per_review",
                fields=["token"],
                condition=models.Q(retry_of=None),
            ),
            models.UniqueConstraint(
                name="submission_one_per_remote_trade", fields=["mode", "remote_id"]
            ),
            models.CheckConstraint(
                name="submission_accepted_has_remote_id",
                # NULL > 0 is no clear "no" to a check constraint.
                condition=~models.Q(state="accepted")
                | models.Q(remote_id__isnull=False, remote_id__gt=0),
            ),
        ]

    def __str__(self) -> str:
        return f"submission {self.public_id}"

    def get_absolute_url(self) -> str:
        return reverse("submission", args=[self.public_id])

    @classmethod
    def begin(cls, **fields: object) -> Submission:
        """A new one, unreviewed; its first event is the caller's."""
        submission = cls(**fields)
        submission.words = searchable(submission)
        submission.save(force_insert=True)
        apps.get_model("trades", "Verdict").objects.create(submission=submission)
        return submission

    def journal_line(self, step: str) -> dict[str, object]:
        """What the sending journal must tell of it, were this row ever lost."""
        return {
            "step": step,
            "at": timezone.now().isoformat(),
            "submission": str(self.public_id),
            "connection": str(self.account.connection.public_id),
            "account": self.account.remote_id,
            "mode": self.mode,
            "pair": self.pair,
            "token": self.token,
            "sha256": self.sha256,
        }

    def move(
        self,
        new: State,
        *,
        by: str,
        given: models.Q | None = None,
        lease_s: int = 0,
        **fields: object,
    ) -> bool:
        """Compare-and-set the state and write its event, in the open transaction.

        ``given`` is judged in the same UPDATE. ``lease_s`` counts from the database's
        clock. False: the row is no longer as this object knows it, or ``given`` does
        not hold; the caller lost and must not go on.
        """
        old = self.state
        lifecycle.ensure(State(old), new)
        if new not in HOLDS_DRAFT:
            fields["holds_draft"] = None
        until = Now() + timedelta(seconds=lease_s) if lease_s else None
        known = {"pk": self.pk, "state": old, "claim_token": self.claim_token}
        rows = Submission.objects.filter(given or models.Q(), **known)
        written = {"state": new.value, "lease_until": until, **fields}
        if rows.update(**written) != 1:
            return False
        Event.append(self, by=by, old=old, new=new.value, **fields)
        self._take_over(written)
        return True

    def _take_over(self, fields: Mapping[str, object]) -> None:
        """Know what the row knows now; only what it reckoned itself is asked for."""
        reckoned = [n for n, v in fields.items() if isinstance(v, BaseExpression)]
        for name in fields.keys() - set(reckoned):
            setattr(self, name, fields[name])
        if reckoned:
            self.refresh_from_db(fields=reckoned)
