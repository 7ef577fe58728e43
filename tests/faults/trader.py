"""A trader at the pages, and what the tests of pages and processes do besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Event
from time import monotonic

from django.contrib.auth.models import User
from django.db import connection as db
from django.db import connections
from django.db.models import Q
from django.db.models.functions import Now
from django.test import Client

from tests.faults.server import FaultServer
from tests.services.steps import age, look_again, state_of
from tests.web.pages import in_page, stamp_in, text_of, ticks_in, url
from trades.domain.lifecycle import State
from trades.models import Draft, Gate, Look, Submission
from trades.services import sending, settling

WAITING = "Waiting to send. Nothing has left yet."
SENDING = "Sending now. Do not place this order elsewhere yet."
NOT_SENT = "Not sent. Nothing was placed."
DO_NOT_SEND = (
    "We do not know whether 3Commas created this trade. Please do not send it again."
)
BY_CHECKING = "Created (found by checking)"
MAY_BE_YOURS = "One of these may be your order."
OFFER = "I looked myself: it is not there"

# Somebody else's transaction in which nobody can write a submission; reading goes on.
_HOLD = {
    "sqlite": "BEGIN IMMEDIATE",
    "postgresql": "BEGIN; LOCK TABLE trades_submission IN EXCLUSIVE MODE",
}


class Pages:
    """Our pages, as a trader sees them who has logged in."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)

    def reads(self, submission: Submission) -> tuple[str, str]:
        """The first line of its page, and all the words."""
        page = self.client.get(submission.get_absolute_url())
        assert page.status_code == 200
        return in_page(page, "outcome"), text_of(page)

    def reviews(self, draft: Draft) -> dict[str, object]:
        """What the review page posts once every box is ticked."""
        page = self.client.get(url("review", draft))
        return {"stamp": stamp_in(page), "warnings": ticks_in(page)}

    def confirms(self, draft: Draft, reviewed: dict[str, object]):
        return self.client.post(url("confirm", draft), reviewed)

    def clicks(
        self, draft: Draft, reviewed: dict[str, object], *, after_s: float = 0
    ) -> tuple[int, str]:
        """The same in a thread of its own: status and target of what comes back."""
        Event().wait(after_s)
        try:
            response = self.confirms(draft, reviewed)
        finally:
            connections.close_all()
        return response.status_code, response.url


def be_patient(settings) -> None:
    """For where no time may run out, however busy the machine is."""
    settings.CONNECT_S = settings.READ_S = settings.EXCHANGE_S = 30


class WriteLock:
    """Another connection's hold on the database, from ``hold`` to ``close``."""

    def __init__(self) -> None:
        self._other = db.copy()
        self._other.inc_thread_sharing()

    def hold(self) -> None:
        with self._other.cursor() as cursor:
            cursor.execute(_HOLD[db.vendor])

    def close(self) -> None:
        self._other.close()


def until(holds: Callable[[], object], timeout_s: float = 90) -> None:
    """For what processes commit: nobody tells a test of it."""
    over, pause = monotonic() + timeout_s, Event()
    while not holds():
        assert monotonic() < over, "it did not come about"
        pause.wait(0.02)


def open_the_gates() -> None:
    """As if nobody had sent, looked or been refused for a while."""
    for gate in Gate.objects.all():  # one by one: each sender holds several
        Gate.objects.filter(pk=gate.pk).update(tat=0, blocked_until=0)


def end_the_leases() -> None:
    """Those of senders that died run out."""
    held = Q(state__in=[State.CLAIMED.value, State.SENDING.value])
    Submission.objects.filter(held).update(lease_until=Now() - timedelta(seconds=1))


def reap_the_dead() -> None:
    """They run out, and the reaper comes by."""
    end_the_leases()
    sending.reap()


def look_for_a_while(submission: Submission, looks: int = 5) -> Look:
    """Five looks, the last of them a quarter of an hour after the exchange."""
    age(submission, minutes=16)
    open_the_gates()
    return look_again(submission, looks)


def assert_accepted(pages: Pages, submission: Submission, server: FaultServer) -> None:
    """It was sent, its trader reads so, and there is no other trade."""
    assert state_of(submission) == "accepted"
    assert list(server.trades) == [submission.remote_id]
    trade = f"3Commas created trade {submission.remote_id}."
    assert pages.reads(submission)[0] == trade


def assert_found(pages: Pages, submission: Submission, server: FaultServer) -> None:
    """One look finds it, its trader reads so, and there is no other trade."""
    assert_unknown(pages, submission)
    look_again(submission)
    assert state_of(submission) == "accepted found"
    assert [submission.remote_id] == list(server.trades)
    first, text = pages.reads(submission)
    assert first == f"3Commas created trade {submission.remote_id}."
    assert BY_CHECKING in text


def assert_absence_is_offered(pages: Pages, submission: Submission) -> None:
    """It stays unknown; a person is asked only after looks of a quarter of an hour."""
    look_again(submission)
    assert_unknown(pages, submission)
    assert OFFER not in pages.reads(submission)[1]
    look_for_a_while(submission, 4)
    assert settling.standing(submission).absence_offered
    first, text = pages.reads(submission)
    assert first == DO_NOT_SEND
    assert "Checked 5 times in 16 minutes: not found." in text
    assert OFFER in text


def assert_unknown(pages: Pages, submission: Submission) -> None:
    assert state_of(submission).startswith("unknown")
    assert pages.reads(submission)[0] == DO_NOT_SEND
