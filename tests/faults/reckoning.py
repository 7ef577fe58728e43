"""The reckoning after any number of faults: our rows, 3Commas' book, the journal."""

from __future__ import annotations

from collections import Counter

from django.conf import settings

from tests.faults.safety import assert_posted_at_most_once
from tests.faults.server import FaultServer
from trades.domain import payload
from trades.domain.payload import REFERENCE
from trades.gateway import journal
from trades.models import Submission

# What a row may say by now where the journal says what its exchange came to.
_AGREES = {
    "accepted": {"accepted"},
    "rejected": {"rejected"},
    "unknown": {"accepted", "absent"},
}


def reckon(server: FaultServer) -> Counter[str]:
    """Fail unless each submission is settled and has the trades that it claims.

    Returns how many submissions, POSTs and trades there are, and how many of each
    state: none twice and none lost.
    """
    assert_posted_at_most_once(server)
    made = _trades_by_token(server)
    submissions = list(Submission.objects.filter(retry=None))
    for submission in submissions:
        assert made.pop(submission.token, []) == _claimed_by(submission), submission
        _assert_journal_agrees(submission, server)
    assert not made, "lost: made, and known to no submission"
    states = Counter(submission.state for submission in submissions)
    counted = {"submissions": len(submissions), "posts": len(server.posts)}
    return states + Counter({**counted, "trades": len(server.trades)})


def _trades_by_token(server: FaultServer) -> dict[str, list[int]]:
    made: dict[str, list[int]] = {}
    for trade in server.trades.values():
        note = payload.decode(trade.body.decode())["note"]
        made.setdefault(note.rpartition(REFERENCE)[2], []).append(trade.id)
    return made


def _claimed_by(submission: Submission) -> list[int]:
    """The trades that there must be if this row says the truth."""
    assert submission.state in ("accepted", "rejected", "not_sent", "absent")
    if submission.state != "accepted":
        assert submission.remote_id is None
        return []
    return [submission.remote_id]


def _assert_journal_agrees(submission: Submission, server: FaultServer) -> None:
    """A line for each POST before it left, and none that the row knows otherwise."""
    known = [line for line in _lines() if line["token"] == submission.token]
    steps = [line["step"] for line in known]
    assert steps in ([], ["C3"], ["C3", "C4"]), steps
    assert bool(steps) >= bool(server.posts_of(submission.token)), "posted unwritten"
    begun = [e for e in submission.events.all() if e.new == "sending"]
    assert bool(steps) <= len(begun) <= 1
    for line in known[1:]:
        assert submission.state in _AGREES[line["state"]], line
        assert line["remote_id"] in (None, submission.remote_id), line


def _lines() -> list[dict]:
    return list(journal.read(settings.JOURNAL))
