"""What a link does, and what a server that never answers holds up: nothing."""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import pytest
from django.urls import reverse

from tests.attacks.forms import FORMS
from tests.attacks.house import PAGES
from tests.attacks.steps import as_it_is
from tests.faults.scripts import hang
from trades import sender
from trades.models import Submission

pytestmark = pytest.mark.django_db

# Their forms stand on pages of the same address.
WITH_A_PAGE = {"draft-new", "draft-edit", "draft-import"}
WITH_A_PAGE |= {"connection-new", "connection-key", "connection-delete"}


@pytest.mark.parametrize("who", ["trader", "reviewer", "root"])
def test_a51_no_page_changes_anything_by_being_read(log_in, house, request, who):
    browser = log_in(request.getfixturevalue(who))
    before = as_it_is()
    for name in PAGES:
        for method in (browser.get, browser.head):
            assert method(house.url(name)).status_code < 500
    assert as_it_is() == before


@pytest.mark.parametrize("method", ["get", "head", "put", "patch", "delete", "trace"])
def test_a51_what_changes_something_is_posted_and_nothing_else(
    log_in, house, root, trader, method
):
    browsers = {False: log_in(root), True: log_in(trader)}
    before = as_it_is()
    is_read = method in ("get", "head")
    for name in FORMS.keys() - (WITH_A_PAGE if is_read else set()):
        browser = browsers[FORMS[name][0] == "trader"]
        answer = getattr(browser, method)(house.url(name))
        assert answer.status_code == 405, name
        assert "POST" in answer["Allow"]
    assert as_it_is() == before


def opened(pages: list[Callable[[], object]]) -> float:
    """The median of the seconds that pages take to open."""
    took = []
    for open_page in pages * 3:
        began = perf_counter()
        open_page()
        took.append(perf_counter() - began)
    return median(took)


@pytest.mark.django_db(transaction=True)
def test_a52_pages_open_as_quickly_beside_a_server_that_never_answers(
    fault_server, confirmed, log_in, trader, settings, sender_process
):
    settings.READ_S = settings.EXCHANGE_S = 60
    fault_server.on_post(hang, always=True)
    queued = [confirmed({"position.units.value": f"0.{n:03}"}) for n in range(1, 21)]
    browser = log_in(trader)
    names = ("draft-list", "submission-list", "connection-list", "draft-new")
    addresses = [*map(reverse, names)]
    addresses += [submission.get_absolute_url() for submission in queued[:3]]
    pages = [lambda address=address: browser.get(address) for address in addresses]
    opened(pages)
    idle = opened(pages)
    sender_process()
    fault_server.hanging.wait(sender.EXCHANGES)
    # Not the first time only: a busy machine is no hung server.
    assert any(opened(pages) < 2 * idle for _ in range(3))
    assert Submission.objects.filter(state="sending").count() == sender.EXCHANGES
    fault_server.release(sender.EXCHANGES)
