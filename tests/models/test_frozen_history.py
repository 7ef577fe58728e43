"""History is only ever added to: the database itself says so, to everybody."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from trades.domain.lifecycle import State
from trades.models import Remark, Submission, Verdict
from trades.services import reviewing

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


def test_who_reviewed_or_was_assigned_can_not_be_deleted(submission, reviewer):
    reviewing.review(submission, by=reviewer, verdict="fine", assigns=reviewer)
    with pytest.raises(Exception, match="protected"):
        reviewer.delete()
    assert Verdict.objects.get().assigned_to == reviewer


def test_the_guards_are_there_after_every_migration():
    tables = ("trades_submission", "trades_remark", "trades_event")
    query = {
        "sqlite": "SELECT tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgrelid::regclass::text FROM pg_trigger "
        "WHERE NOT tgisinternal",
    }[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        found = [table for (table,) in cursor.fetchall()]
    assert set(tables) <= set(found)
    assert found.count("trades_submission") >= 2
