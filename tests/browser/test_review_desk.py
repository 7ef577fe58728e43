"""A reviewer's morning in a real browser, and what holds on the desk's pages."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_conventions import holds, refused
from tests.rewriting import rewrite
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.models import Event, Submission, Verdict
from trades.services import drafts, reviewing, submissions, viewing

SAID = {
    "vendor_errors": {"note": ["is missing"]},
    "reason": "refused",
    "refusal": "note: is missing",
}
PLACES = {
    "history": "/desk/?all=1",
    "filtered": "/desk/?state=rejected&size_from=0.001&overridden=no",
    "nothing": "/desk/?pair=NONE_SUCH",
    "views": "/desk/views/",
    "admin": "/admin/trades/submission/",
}


@pytest.fixture
def rejected(trader, typed, account) -> Submission:
    """Refused yesterday, out of the second version of its draft."""
    know(account, age_s=5)
    draft = drafts.create(owner=trader, typed=typed)
    draft = drafts.save(draft, typed=typed | {"note": "plan B"}, version=1)
    submission = _confirmed(draft)
    for state in (State.CLAIMED, State.SENDING, State.REJECTED):
        told = SAID if state is State.REJECTED else {}
        submission.move(state, by="sender", **told)
    yesterday = submission.confirmed_at - timedelta(days=1)
    rewrite(Submission.objects.all(), confirmed_at=yesterday)
    return submission


def _confirmed(draft) -> Submission:
    shown = submissions.review(draft)
    ticked = [submissions.tick(w) for w in shown.examined.warnings]
    return submissions.confirm(draft, by=draft.owner, stamp=shown.stamp, ticked=ticked)


@pytest.fixture
def desk(page, context, sign_in, admin, rejected, confirmed) -> Page:
    confirmed({"pair": "USDT_ETH"})
    viewing.keep(
        owner=admin,
        name="Refused yesterday",
        filters="span=yesterday&state=rejected",
        is_shared=True,
    )
    sign_in(context, admin)
    return page


@pytest.fixture
def admin(make_user):
    rights = ("stop_sending", "view_submission", "view_event", "review_submission")
    return make_user("admin", *rights, is_staff=True)


@pytest.mark.parametrize("name", PLACES)
def test_nothing_is_held_against_a_page(desk, violations, name):
    desk.goto(PLACES[name])
    holds(desk, violations)


def test_nothing_is_held_against_a_submission(desk, violations, rejected, reviewer):
    reviewing.review(
        rejected, by=reviewer, verdict="needs", assigns=reviewer, text="x" * 200
    )
    desk.goto(f"/desk/submissions/{rejected.public_id}/?from=v1&to=sent")
    holds(desk, violations)


def test_nothing_is_held_against_what_the_trader_answers(
    desk, violations, rejected, reviewer, context, sign_in, trader
):
    reviewing.review(rejected, by=reviewer, verdict="needs", text="Why?")
    sign_in(context, trader)
    desk.goto(rejected.get_absolute_url())
    desk.get_by_label("Your answer").fill("It was the plan.")
    desk.get_by_role("button", name="Answer").click()
    expect(desk.get_by_role("status").first).to_contain_text("read your answer")
    holds(desk, violations)


def test_nothing_is_held_against_a_refused_filter_remark_or_view(
    desk, violations, rejected, admin
):
    desk.goto("/desk/?since=never&size_to=-1")
    refused(desk)
    holds(desk, violations)
    desk.set_viewport_size({"width": 1100, "height": 900})
    desk.goto(f"/desk/submissions/{rejected.public_id}/")
    desk.get_by_role("button", name="Keep").click()
    refused(desk)
    holds(desk, violations)
    desk.set_viewport_size({"width": 1100, "height": 900})
    desk.goto("/desk/?all=1")
    desk.get_by_text("Keep these filters as a view").click()
    desk.get_by_label("Name of the view").fill("Refused yesterday")
    desk.get_by_role("button", name="Keep").click()
    refused(desk)
    holds(desk, violations)


def test_a_reviewers_morning(desk, rejected, admin):
    """From the default view to a verified chain, with one flag and one export."""
    desk.goto("/desk/views/")
    desk.get_by_role("button", name="Open the history with it").click()
    desk.get_by_role("link", name="Review desk").click()
    expect(desk).to_have_url(re.compile(r"span=yesterday&state=rejected"))
    expect(desk.locator("tbody tr")).to_have_count(1)
    expect(desk.locator("tbody tr")).to_contain_text("note: is missing")
    desk.locator("tbody a").click()
    expect(desk.locator(".fields .faulty")).to_contain_text("is missing")
    desk.get_by_label("From", exact=True).select_option("Version 1 of the draft")
    desk.get_by_role("button", name="Compare").click()
    changed = desk.get_by_role("table").filter(has_text="Version 1 of the draft")
    expect(changed).to_contain_text("plan B")
    desk.get_by_label("Verdict").select_option("Flagged")
    desk.get_by_label("Assign to").select_option("admin")
    desk.get_by_label("Comment").fill("No note, again.")
    desk.get_by_role("button", name="Keep").click()
    expect(desk.locator("main")).to_contain_text("Flagged, assigned to admin.")
    desk.get_by_role("link", name="History", exact=True).click()
    expect(desk.locator("tbody tr")).to_contain_text("Flagged")
    rows = _exported(desk)
    assert [row["submission"] for row in rows] == [str(rejected.public_id)]
    assert rows[0]["verdict"] == "flagged"
    desk.get_by_role("link", name="Verify it").click()
    desk.get_by_role("button", name="Verify the chain now").click()
    expect(desk.locator(".notice.success")).to_contain_text("events hold")
    assert Verdict.objects.get(submission=rejected).assigned_to == admin
    told = [e.new for e in Event.objects.filter(submission=None).order_by("number")]
    assert told == ["history exported", "history verified"]


def _exported(page: Page) -> list[dict[str, str]]:
    page.get_by_text("Export what is shown here").click()
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Export as CSV").click()
    text = Path(downloading.value.path()).read_text()
    lines = [line for line in text.splitlines() if not line.startswith("# ")]
    return list(csv.DictReader(lines))


def test_one_key_goes_to_the_next_unless_somebody_types_or_switched_it_off(
    desk, rejected
):
    desk.goto("/desk/?all=1")
    desk.locator("#id_q").focus()
    desk.keyboard.press("n")
    expect(desk.locator("#id_q")).to_have_value("n")
    desk.locator("h1").click()
    desk.keyboard.press("n")
    expect(desk).to_have_url(re.compile("/desk/submissions/"))
    first = desk.url
    switch = desk.get_by_role("button", name="Key “n”: on")
    expect(switch).to_be_visible()  # the script is there
    desk.keyboard.press("n")
    expect(desk).to_have_url(re.compile(str(rejected.public_id)))
    switch.click()
    desk.locator("h1").click()
    desk.keyboard.press("n")
    expect(desk.get_by_role("button", name="Key “n”: off")).to_be_visible()
    assert str(rejected.public_id) in desk.url != first
    desk.reload()
    expect(desk.get_by_role("button", name="Key “n”: off")).to_be_visible()


def test_the_whole_morning_with_scripts_off(
    browser, base_url, sign_in, admin, rejected
):
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    sign_in(context, admin)
    page = context.new_page()
    page.goto("/desk/?state=rejected")
    page.get_by_role("link", name="Next unreviewed").click()
    page.get_by_role("button", name="Fine").click()
    expect(page.locator("main")).to_contain_text("Kept, and on record.")
    assert Verdict.objects.get(submission=rejected).value == "fine"
    page.get_by_role("link", name="Next unreviewed").click()
    expect(page.locator("main")).to_contain_text("Nothing here is left to review.")
    rows = _exported(page)
    assert [row["verdict"] for row in rows] == ["fine"]
    context.close()
