"""A trader who is logged in, drafts to taste, and the button that sends them."""

from __future__ import annotations

import pytest

from tests.web.pages import stamp_in, ticks_in, url
from trades.domain.lifecycle import State
from trades.models.events import SENDER
from trades.services import drafts


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
