"""What holds on every page of a trader: for everybody, on any screen, in any light."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import CONTRAST
from tests.web.known import know
from trades.domain.lifecycle import State
from trades.models import Draft
from trades.services import copying, drafts, presets

# Beyond the targets, and unticked: a warning.
WARNED = {"stop_loss.conditional.price.value": "61000"}
WRONG = {
    "pair": "",
    "trade_type": "",
    "position.units.value": "0.0100004",
    "leverage.enabled": "true",
    "take_profit.steps.0.volume": "90",
    "stop_loss.conditional.price.percent": "3",
    "stop_loss.timeout.enabled": "true",
}
REJECTED = (State.CLAIMED, State.SENDING, State.REJECTED)


@pytest.fixture
def world(trader, typed, account, confirmed):
    """A draft with a past, a refused submission and its mending, a preset."""
    know(account, age_s=5)
    draft = drafts.create(owner=trader, typed=typed)
    longer = typed | {"note": "n" * 200, "pair": "USDT_BTC"}
    draft = drafts.save(draft, typed=longer, version=1)
    submission = confirmed({"position.units.value": "0.02"})
    for state in REJECTED:
        told = {"vendor_errors": {"note": ["is missing"]}, "reason": "refused"}
        submission.move(state, by="sender", **(told if state is REJECTED[-1] else {}))
    presets.save(owner=trader, name="Swing", typed=typed, is_shared=True)
    return {
        "draft": draft,
        "wrong": Draft.objects.create(owner=trader, typed=typed | WRONG),
        "warned": Draft.objects.create(owner=trader, typed=typed | WARNED),
        "submission": submission,
        "mending": copying.mend(submission, by=trader),
    }


PLACES: dict[str, Callable[[dict], str]] = {
    "drafts": lambda w: "/trades/",
    "nothing found": lambda w: "/trades/?q=zzz",
    "empty ticket": lambda w: "/trades/new/",
    "filled ticket": lambda w: w["draft"].get_absolute_url(),
    "refused ticket": lambda w: w["wrong"].get_absolute_url() + "?refused=1",
    "mending ticket": lambda w: w["mending"].get_absolute_url(),
    "review": lambda w: f"/trades/{w['draft'].public_id}/review/",
    "warned review": lambda w: f"/trades/{w['warned'].public_id}/review/",
    "submissions": lambda w: "/submissions/",
    "submission": lambda w: w["submission"].get_absolute_url(),
    "versions": lambda w: f"/trades/{w['draft'].public_id}/versions/",
    "version": lambda w: f"/trades/{w['draft'].public_id}/versions/1/",
    "import": lambda w: "/trades/import/",
    "presets": lambda w: "/presets/",
    "rules": lambda w: "/rules/",
}
SMALL = """() => [...document.querySelectorAll(
  "button, select, textarea, [type=text], [type=search], .button, .rule, nav a"
)].filter((one) => one.checkVisibility() && !one.closest(".visually-hidden, .skip"))
  .map((one) => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.height < 24 || box.width < 24))
  .map(([html]) => html)"""
UNKNOWN_IDS = """() => [...document.querySelectorAll("[aria-describedby]")]
  .flatMap((one) => one.getAttribute("aria-describedby").split(" "))
  .filter((id) => !document.getElementById(id))"""
HIDDEN_REQUIRED = """() => [...document.querySelectorAll("[required]")]
  .filter((one) => !one.checkVisibility()).map((one) => one.name)"""


@pytest.fixture
def opened(page, context, sign_in, trader, world) -> Iterator[Callable[[str], Page]]:
    """Open a place; at the end nothing was asked of another host, nothing failed."""
    sign_in(context, trader)
    faults: list[str] = []
    hosts: set[str] = set()
    page.on("console", lambda m: m.type == "error" and faults.append(m.text))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("request", lambda r: hosts.add(re.split("[/:]+", r.url)[1]))

    def opened(name: str) -> Page:
        page.goto(PLACES[name](world))
        return page

    yield opened
    refusals = "422 (Unprocessable Entity)"  # a page of ours, and no fault
    assert [fault for fault in faults if refusals not in fault] == []
    assert hosts <= {"localhost", "127.0.0.1"}


def holds(page: Page, violations) -> None:
    """In both schemes, wide and narrow. 320 px is a screen of 1280 at 400 %."""
    assert violations(page) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, CONTRAST) == []
    assert page.evaluate(UNKNOWN_IDS) == []
    assert page.evaluate(HIDDEN_REQUIRED) == []
    assert page.evaluate(SMALL) == []
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert page.evaluate(SMALL) == []


@pytest.mark.parametrize("name", PLACES)
def test_nothing_is_held_against_a_page(opened, violations, name):
    holds(opened(name), violations)


def test_nothing_is_held_against_a_refused_import_or_review(opened, violations):
    page = opened("import")
    page.get_by_label("The trade as JSON").fill("{]")
    page.get_by_role("button", name="Import as a draft").click()
    refused(page)
    holds(page, violations)
    page.set_viewport_size({"width": 1100, "height": 900})
    page = opened("warned review")
    page.evaluate("document.querySelector('[required]').required = false")
    page.get_by_role("button", name="Send sandbox order").click()
    refused(page)
    holds(page, violations)


def refused(page: Page) -> None:
    """The title says so, the reader is at the summary, and the texts agree."""
    expect(page).to_have_title(re.compile("^Error: "))
    summary = page.locator("[data-focus]")
    expect(summary).to_be_focused()
    inline = [text.removeprefix("Error:").strip() for text in all_texts(page, ".error")]
    for line in all_texts(page, "[data-focus] li"):
        assert any(text and text in line for text in inline), line


def all_texts(page: Page, selector: str) -> list[str]:
    texts = page.locator(selector).all_text_contents()
    return [" ".join(text.split()) for text in texts]


def test_a_refused_ticket_is_refused_as_all_pages_are(opened):
    refused(opened("refused ticket"))


def test_prints_hold_the_whole_order(opened):
    page = opened("review")
    page.emulate_media(media="print")
    expect(page.get_by_role("button")).to_have_count(0)
    expect(page.locator("#body")).to_be_visible()
    field = page.get_by_role("rowheader", name="Take-profit step 1: Target price")
    expect(field).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.pdf(format="A4").startswith(b"%PDF")
