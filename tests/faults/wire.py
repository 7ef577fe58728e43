"""The steps of the rows about the wire: send, let time pass and look, read the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from math import ceil

from django.contrib.auth.models import User
from django.db.models import F
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.faults.server import FaultServer
from tests.gateway.servers import WAIT_S
from tests.services.steps import age, state_of
from tests.web.pages import in_page, text_of
from trades.models import Gate, Submission
from trades.services import reconciliation, sending, settling

NOT_SENT = "Not sent. Nothing was placed."
REFUSED = "3Commas refused this order. Nothing was placed."
DO_NOT_SEND = (
    "We do not know whether 3Commas created this trade. Please do not send it again."
)
BY_CHECKING = "Created (found by checking)"
OFFER = "I looked myself: it is not there"
ENOUGH_LOOKS, LONG_ENOUGH = 5, timedelta(minutes=15)


@dataclass(frozen=True)
class Reading:
    """A submission's page as a person reads it.

    ``text`` says what became of it, ``whole`` is all there is on the page, ``marks``
    are what stands at the fields of the order, by their names.
    """

    first_line: str
    text: str
    whole: str
    marks: dict[str, list[str]]


@dataclass(frozen=True)
class Wire:
    """A fault server, and the trader whose orders go there."""

    server: FaultServer
    client: Client
    confirmed: Callable[..., Submission]
    settings: Settings

    def __post_init__(self) -> None:
        self.be_patient()

    def be_patient(self) -> None:
        """Wait longer than a busy machine needs for anything."""
        self.settings.CONNECT_S = self.settings.READ_S = WAIT_S
        self.settings.EXCHANGE_S = 2 * WAIT_S

    def send_in_a_hurry(self) -> Submission:
        """Where no answer is to come; looks have all their time again."""
        self.settings.READ_S = 0.2
        submission = self.send()
        self.be_patient()
        return submission

    def send(self, changes: dict[str, str] | None = None) -> Submission:
        submission = self.confirmed(changes)
        sending.send(submission.pk)
        submission.refresh_from_db()
        return submission

    def send_until_it_rests(self) -> list[Submission]:
        """With all retries that the program makes by itself, once each may leave."""
        tries = [self.send()]
        while retry := Submission.objects.filter(retry_of=tries[-1]).first():
            rows = Submission.objects.filter(pk=retry.pk, wait_until__gt=timezone.now())
            assert rows.update(wait_until=timezone.now())
            sending.send(retry.pk)
            tries.append(retry)
            assert len(tries) < 9
        return tries

    def reads(self, submission: Submission) -> Reading:
        """What its trader is told."""
        self.client.force_login(submission.trader)
        response = self.client.get(submission.get_absolute_url())
        assert response.status_code == 200
        outcome = re.search(
            '<section class="outcome.*?</section>', response.content.decode(), re.S
        )
        return Reading(
            in_page(response, "outcome"),
            text_of(HttpResponse(outcome[0])),
            text_of(response),
            _marks(response),
        )

    def is_told(self, user: User) -> str:
        """What stands above every page of a user: here on the first page."""
        self.client.force_login(user)
        return text_of(self.client.get(reverse("home"), follow=True))

    def assert_not_sent(self, submission: Submission, why: str) -> None:
        """Its trader reads that, may send it again, and 3Commas has nothing of it."""
        page = self.reads(submission)
        assert page.first_line == NOT_SENT
        assert why in page.text
        assert "Send again" in page.text
        assert submission.next_look_at is None
        assert (self.server.posts, len(self.server.trades)) == ([], 0)

    def assert_refused(self, submission: Submission, why: str) -> Reading:
        """Its trader reads that, and no look is needed to know it."""
        page = self.reads(submission)
        assert page.first_line == REFUSED
        assert why in page.text
        assert "Fix and send again" in page.text
        assert submission.next_look_at is None
        assert (len(self.server.posts), len(self.server.trades)) == (1, 0)
        return page

    def assert_found(self, submission: Submission) -> None:
        """Nobody knew; the next look finds the one trade, and its trader reads that."""
        self.assert_open(submission)
        assert look_when_due(submission) == "accepted found"
        assert [submission.remote_id] == list(self.server.trades)
        page = self.reads(submission)
        assert page.first_line == f"3Commas created trade {submission.remote_id}."
        assert BY_CHECKING in page.text
        assert len(self.server.posts) == 1

    def assert_absence_offered(self, submission: Submission) -> None:
        """Looks settle nothing; after those of 15 minutes a person is asked."""
        self.assert_open(submission)
        known = state_of(submission)
        while not has_enough_looks(submission):
            assert not settling.standing(submission).absence_offered
            assert look_when_due(submission) == known
            if submission.looks.count() == ENOUGH_LOOKS:  # but not enough time
                self.assert_open(submission)
        assert settling.standing(submission).absence_offered
        page = self.reads(submission)
        assert page.first_line == DO_NOT_SEND
        looks = submission.looks.count()
        assert f"Checked {looks} times in 15 minutes: not found." in page.text
        assert OFFER in page.text
        assert len(self.server.trades) == 0

    def assert_open(self, submission: Submission) -> None:
        """Nobody knows yet, its trader is warned, and nothing is offered."""
        assert state_of(submission).startswith("unknown")
        assert not settling.standing(submission).absence_offered
        assert not Submission.objects.filter(retry_of=submission).exists()
        page = self.reads(submission)
        assert page.first_line == DO_NOT_SEND
        assert re.search("Next look at|A look is due now", page.text)
        assert OFFER not in page.text
        assert "Send again" not in page.text


def look_when_due(submission: Submission) -> str:
    """Let the time pass until its next look, have that made, and say what is known."""
    submission.refresh_from_db()
    left = submission.next_look_at - timezone.now()
    age(submission, seconds=max(0, ceil(left / timedelta(seconds=1))))
    assert submission in reconciliation.due()
    reconciliation.look(submission)
    return state_of(submission)


def has_enough_looks(submission: Submission) -> bool:
    """Whether it is time to ask a person. Each look so far was clean, or it fails."""
    looks = list(submission.looks.all())
    assert all(look.clean for look in looks)
    if len(looks) < ENOUGH_LOOKS:
        return False
    return looks[-1].at - submission.ended_at >= LONG_ENOUGH


def let_silence_pass(*, seconds: int) -> None:
    """The gate as it will stand so much later."""
    Gate.objects.update(blocked_until=F("blocked_until") - seconds * 1000)


def _marks(response) -> dict[str, list[str]]:
    rows = re.findall(r'<tr class="faulty">(.*?)</tr>', response.content.decode(), re.S)
    return {
        re.search("<th[^>]*>(.*?)</th>", row)[1]: re.findall('"error">(.*?)</p>', row)
        for row in rows
    }
