"""A trader who is logged in, drafts to taste, and the button that sends them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.web.pages import stamp_in, ticks_in, url
from trades.domain.lifecycle import State
from trades.gateway.vault import Secret
from trades.models import Account, Look, Submission
from trades.models.events import SENDER
from trades.services import connections, drafts


@pytest.fixture
def make_draft(trader, typed):
    def make(changes: dict[str, str] | None = None):
        return drafts.create(owner=trader, typed=typed | (changes or {}))

    return make


@pytest.fixture
def signed_in(client, trader):
    client.force_login(trader)
    return client


@pytest.fixture
def confirm(signed_in):
    """Post the review page of a draft, with every warning ticked, but for changes."""

    def confirm(draft, **changes):
        page = signed_in.get(url("review", draft))
        data = {"stamp": stamp_in(page), "warnings": ticks_in(page)} | changes
        return signed_in.post(url("confirm", draft), data)

    return confirm


@pytest.fixture
def put(confirmed):
    """A new submission on its way through some states; ``fields`` go to the last."""

    def put(*states: State, changes: dict[str, str] | None = None, **fields):
        submission = confirmed(changes)
        for state in states:
            told = fields if state is states[-1] else {}
            assert submission.move(state, by=SENDER, **told)
        return submission

    return put


@pytest.fixture
def unknown(put):
    """A submission of which nobody knows; ``fields`` are how it stands since."""

    def unknown(changes: dict[str, str] | None = None, **fields) -> Submission:
        now = timezone.now()
        since = {"sent_at": now, "ended_at": now, "next_look_at": now} | fields
        states = (State.CLAIMED, State.SENDING, State.UNKNOWN)
        submission = put(*states, reason="broken", changes=changes)
        Submission.objects.filter(pk=submission.pk).update(**since)
        submission.refresh_from_db()
        return submission

    return unknown


@pytest.fixture
def not_found(unknown):
    """Looked for five times over a quarter of an hour, and not found."""

    def not_found(**fields) -> Submission:
        submission = unknown(**fields)
        for passed in (0, 1, 5, 10, 16):
            at = submission.ended_at + timedelta(minutes=passed)
            Look.objects.create(submission=submission, clean=True, listed=3, at=at)
        return submission

    return not_found


@pytest.fixture
def admin(make_user):
    """Staff who read everything and may stop sending."""
    rights = ("stop_sending", "view_submission", "view_event", "review_submission")
    return make_user("admin", *rights, is_staff=True)


@pytest.fixture
def reviewing_client(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def theirs(stranger) -> Account:
    """An account of the stranger's connection."""
    connection = connections.save_key(
        owner=stranger,
        name="Secret plans",
        mode="sandbox",
        scheme="hmac",
        api_key="their-own-key-wxyz",
        secret=Secret(b"s"),
    )
    return Account.objects.create(
        connection=connection,
        remote_id=4711,
        name="Their spot",
        market="kraken",
        flags={"smart_trading_supported": True},
        fetched_at=timezone.now(),
    )
