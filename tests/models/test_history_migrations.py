"""Submissions from before the review desk are found and reviewed like others."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from tests.web.known import know
from trades.domain.lifecycle import State
from trades.models import Alarm, Submission
from trades.services import searching

BEFORE = "0017_draft_versions_filled"
ERRORS = {"position.units.value": ["is too small"]}

pytestmark = pytest.mark.django_db(transaction=True)


def test_they_are_filtered_by_what_they_were_searched_and_guarded(
    migrate, confirmed, account
):
    know(account)
    warned = {"stop_loss.conditional.price.value": "61000", "note": "Über alles"}
    submission = confirmed(warned)
    for state in (State.CLAIMED, State.SENDING, State.REJECTED):
        told = {"vendor_errors": ERRORS} if state is State.REJECTED else {}
        with transaction.atomic():
            submission.move(state, by="sender", **told)
    migrate(BEFORE)
    rows = migrate().get_model("trades", "Submission").objects
    found = rows.get(pk=submission.pk)
    assert (found.side, found.size) == ("buy", submission.size)
    assert found.is_overridden
    assert found.refusal == "position.units.value: is too small"
    for word in ("usdt_btc", "über alles", "too small", submission.token):
        assert word in found.words
    assert (found.value, found.planned_loss, found.ladder) == (None, None, {})
    assert found.verdict.value == "unreviewed"
    assert list(searching.found({"q": "alles"})) == [submission]
    with pytest.raises(IntegrityError):
        Submission.objects.update(note="other")


def test_each_alarm_from_before_gets_an_id_of_its_own(migrate, confirmed):
    alarms = migrate("0025_approvals_are_frozen").get_model("trades", "Alarm").objects
    for kind in ("double", "echo"):
        alarms.create(kind=kind, submission_id=confirmed().pk, text="Look.")
    migrate()
    ids = set(Alarm.objects.values_list("public_id", flat=True))
    assert len(ids) == 2
    assert None not in ids
