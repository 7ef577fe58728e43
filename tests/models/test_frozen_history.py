"""History is only ever added to: the database itself says so, to everybody."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from trades.domain.lifecycle import State
from trades.models import Approval, Cap, Pause, Remark, Submission, Verdict
from trades.services import approving, caps, reviewing, stops

pytestmark = pytest.mark.django_db

CONFIRMED = (
    *("public_id", "draft", "retry_of", "trader", "account", "mode", "body", "sha256"),
    *("token", "ticked", "trade_type", "pair", "note", "side", "size", "quote"),
    *("value", "planned_loss", "planned_r", "is_overridden", "ladder", "rule_set"),
    *("app_version", "confirmed_at"),
)
OTHER = {
    "public_id": "6f3c1a52-7f0e-4a5c-9a43-0f8a4f7e2d11",
    "retry_of": 1,
    "ticked": ["a"],
    "ladder": {"a": 1},
    "is_overridden": True,
    "confirmed_at": "2026-01-01T00:00:00Z",
    **dict.fromkeys(("draft", "trader", "account", "size", "value"), 987654),
    **dict.fromkeys(("planned_loss", "planned_r"), 987654),
}


@pytest.fixture
def submission(confirmed):
    return confirmed()


def refused(change) -> None:
    with pytest.raises(IntegrityError, match="only ever added"), transaction.atomic():
        change()


@pytest.mark.parametrize("name", CONFIRMED)
def test_what_was_confirmed_can_not_be_changed(submission, name):
    row = Submission.objects.filter(pk=submission.pk)
    refused(lambda: row.update(**{name: OTHER.get(name, "x")}))


def test_every_column_is_either_confirmed_or_moves_along(submission):
    moving = {
        *("id", "holds_draft", "fingerprint", "state", "reason", "claim_token"),
        *("lease_until", "send_by", "wait_until", "sent_at", "ended_at", "remote_id"),
        *("status", "vendor_text", "vendor_errors", "refusal", "answer", "request_id"),
        *("duration_ms", "next_look_at", "dismissed", "remote_status", "remote_error"),
        *("remote_seen_at", "words"),
    }
    names = {field.name for field in Submission._meta.concrete_fields}
    assert names == moving | set(CONFIRMED)


def test_a_submission_still_moves(submission):
    assert submission.move(State.CLAIMED, by="sender")
    submission.save()


@pytest.mark.parametrize(
    "delete",
    [
        lambda s: s.delete(),
        lambda s: Submission.objects.filter(pk=s.pk).delete(),
        lambda s: Submission.objects.filter(pk=s.pk)._raw_delete("default"),
    ],
    ids=["one", "many", "raw"],
)
def test_a_submission_can_not_be_deleted(submission, delete):
    with pytest.raises(Exception, match=r"protected|only ever"), transaction.atomic():
        delete(submission)
    assert Submission.objects.filter(pk=submission.pk).exists()


def test_a_remark_can_be_neither_changed_nor_deleted(submission, reviewer):
    reviewing.review(submission, by=reviewer, verdict="fine")
    refused(lambda: Remark.objects.update(text="other"))
    refused(lambda: Remark.objects.all().delete())
    refused(lambda: Remark.objects.get().save())


@pytest.fixture
def decided(trader, draft, account, reviewer) -> list:
    """A stop, a cap and an approval."""
    later = timezone.now() + timedelta(hours=1)
    asked = {"version": 1, "body": "{}", "sha256": "0", "token": "t", "way": "w"}
    return [
        Pause.objects.create(by="root", why="flood", account=account),
        Cap.objects.create(
            kind="orders", trader=trader, amount=Decimal(3), set_by="root"
        ),
        Approval.objects.create(
            **asked, draft=draft, account=account, asked_by=trader, valid_until=later
        ),
    ]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        *((0, name) for name in ("by", "why", "at", "account", "trader")),
        *((1, name) for name in ("kind", "trader", "currency", "amount", "set_by")),
        *((2, name) for name in ("draft", "body", "sha256", "token", "asked_by")),
        *((2, name) for name in ("asked_at", "value", "ladder", "version")),
    ],
)
def test_stops_caps_and_approvals_stay_as_they_were_made(decided, place, name):
    row = type(decided[place]).objects.filter(pk=decided[place].pk)
    other = OTHER | {"kind": "approval", "amount": 4, "version": 9, "asked_by": 987654}
    other |= {"at": OTHER["confirmed_at"], "asked_at": OTHER["confirmed_at"]}
    refused(lambda: row.update(**{name: other.get(name, "x")}))
    refused(row.delete)


def test_stops_caps_and_approvals_still_end(decided, reviewer):
    stop, cap, approval = decided
    assert stops.resume(stop, by=reviewer)
    assert caps.lift_cap(cap, by=reviewer)
    assert approving.refuse(approval, by=reviewer, why="too large")


def test_who_reviewed_or_was_assigned_can_not_be_deleted(submission, reviewer):
    reviewing.review(submission, by=reviewer, verdict="fine", assigns=reviewer)
    with pytest.raises(Exception, match="protected"):
        reviewer.delete()
    assert Verdict.objects.get().assigned_to == reviewer


def test_the_guards_are_there_after_every_migration():
    names = ("submission", "remark", "event", "approval", "cap", "pause")
    tables = {f"trades_{name}" for name in names}
    query = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = [table for (table,) in cursor.fetchall()]
    assert tables <= set(found)
    assert found.count("trades_submission") >= 2
