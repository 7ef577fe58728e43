"""One trader floods the sender: the cap holds, others go on, the gate is kept."""

from __future__ import annotations

from time import monotonic

import pytest
from django.db.models import F

from tests.gateway.servers import Server, answering
from tests.web.pages import stamp_in, ticks_in, url
from trades.models import Draft, Gate, Submission
from trades.services import drafts, gates, sending, submissions
from trades.services.guards import PER_MINUTE, TooMany

pytestmark = pytest.mark.django_db

ALLOWED_S = gates.PER_MINUTE[gates.SUBMISSIONS] / 60


@pytest.fixture
def flood(trader, typed) -> list[Draft]:
    """A hundred drafts, no two of the same amount."""
    return [
        drafts.create(owner=trader, typed=typed | {"position.units.value": f"0.{n:04}"})
        for n in range(1, 101)
    ]


@pytest.fixture
def remote(settings):
    """It makes a trade of everything, and counts."""
    made = iter(range(1, 1000))
    server = Server(lambda peer: answering(201, b'{"id": %d}' % next(made))(peer))
    settings.SANDBOX_URL = server.url
    yield server
    server.close()


def confirm_all(flood: list[Draft], trader) -> int:
    """How many are refused because they are too many."""
    refused = 0
    for draft in flood:
        stamp = submissions.review(draft).stamp
        try:
            submissions.confirm(draft, by=trader, stamp=stamp, ticked=[])
        except TooMany:
            refused += 1
    return refused


def let_a_second_pass() -> None:
    """For the gate; the test does not wait for it."""
    Gate.objects.update(tat=F("tat") - 1000)


def test_a46_of_a_hundred_orders_in_a_minute_twenty_are_taken(
    flood, trader, log_in, stranger, theirs, typed
):
    assert confirm_all(flood, trader) == 100 - PER_MINUTE
    assert Submission.objects.filter(trader=trader).count() == PER_MINUTE == 20
    browser = log_in(trader)
    page = browser.get(url("review", flood[-1]))
    posted = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    answer = browser.post(url("confirm", flood[-1]), posted)
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 60
    assert Submission.objects.count() == PER_MINUTE
    own = typed | {"account_id": str(theirs.public_id)}
    other = drafts.create(owner=stranger, typed=own)
    browser = log_in(stranger)
    page = browser.get(url("review", other))
    posted = {"stamp": stamp_in(page), "warnings": ticks_in(page)}
    assert browser.post(url("confirm", other), posted).status_code == 303
    assert Submission.objects.filter(trader=stranger).count() == 1


def test_a46_the_gate_is_never_exceeded_at_the_server(flood, trader, remote):
    """However often and hard the sender tries, second by second."""
    assert confirm_all(flood[:PER_MINUTE], trader) == 0
    began, arrived, second = monotonic(), 0, 0
    queued = Submission.objects.filter(state="queued").values_list("pk", flat=True)
    while pks := list(queued.all()):
        for pk in pks:
            sending.send(pk)
        arrived = remote.connections
        passed = second + monotonic() - began  # the test itself takes its time
        assert arrived <= gates.BURST + ALLOWED_S * passed
        let_a_second_pass()
        second += 1
        assert second < 60
    assert arrived == len(remote.requests) == PER_MINUTE
    assert second >= (PER_MINUTE - gates.BURST) / ALLOWED_S - (monotonic() - began)
    assert Submission.objects.filter(state="accepted").count() == PER_MINUTE
