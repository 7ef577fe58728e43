"""What a crash page shows of the code and of the post that it crashed over."""

from __future__ import annotations

import sys

import pytest
from django.conf import settings as conf
from django.views.debug import technical_500_response
from django.views.decorators.debug import sensitive_variables

CANARY = "canary-3f9a1c"


@pytest.fixture(autouse=True, params=[True, False], ids=["DEBUG", "no DEBUG"])
def debug(request, settings):
    settings.DEBUG = request.param


def crash(request) -> str:
    """A page about code that fails with the canary in its hands."""
    entered = request.POST
    typed = "".join(["canary-", "3f9a", "1c"])
    try:
        raise RuntimeError(f"with {len(typed)} characters, {len(entered)} fields")
    except RuntimeError:
        page = technical_500_response(request, *sys.exc_info())
    return page.content.decode()


@sensitive_variables("typed")
def guarded(request) -> str:
    typed = CANARY
    try:
        raise RuntimeError(f"with {len(typed)} characters")
    except RuntimeError:
        page = technical_500_response(request, *sys.exc_info())
    return page.content.decode()


def test_our_filter_is_the_one_in_use():
    name = "trades.views.crash.ReportFilter"
    assert name == conf.DEFAULT_EXCEPTION_REPORTER_FILTER


def test_nothing_that_was_posted_or_made_of_it_is_shown(rf):
    page = crash(rf.post("/", {"secret": CANARY, "name": CANARY}))
    assert "with 13 characters, 2 fields" in page
    assert "<td>secret</td>" in page
    assert "typed" in page
    assert CANARY not in page


def test_variables_that_were_marked_are_hidden_with_debug_too(rf):
    page = guarded(rf.get("/"))
    assert "with 13 characters" in page
    assert CANARY not in page.replace("typed = CANARY", "")
    assert "********" in page


def test_other_variables_of_a_page_that_was_only_read_are_shown(rf):
    assert CANARY in crash(rf.get("/"))
