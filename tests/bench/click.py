"""P13: from a trader's click to the trade's number on the page, in a real browser."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db import connection as db
from django.urls import reverse
from playwright.sync_api import Page, sync_playwright

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import (
    Place,
    forget_the_caps,
    forget_the_looks,
    open_the_gates,
    session_of,
)
from tests.bench.processes import Crew
from tests.bench.send import bare_post, took
from tests.browser.conftest import FLAGS
from trades.models import Submission

ROUNDS = 16
_WARM_UP = 2
# In the browser itself: the driver takes its time before it clicks, and before it sees.
_WATCH = """
addEventListener("click", () => { sessionStorage.clicked = Date.now(); }, true);
function look() {
  const isThere = /created trade [0-9]/.test(document.body.innerText);
  if (sessionStorage.shown || !isThere) return;
  requestAnimationFrame(() => { sessionStorage.shown = Date.now(); });
}
addEventListener("DOMContentLoaded", () => {
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true });
  look();
});
"""
_SHOWN = "sessionStorage.shown && sessionStorage.shown - sessionStorage.clicked"


def until_shown(place: Place) -> Iterator[Figure]:
    place.vendor.ask("play", "200 ms")
    with Crew(place.env, place.log) as crew, _page() as page:
        url = crew.web()
        crew.senders()
        name, value = settings.SESSION_COOKIE_NAME, session_of(place.trader)
        page.context.add_cookies([{"name": name, "value": value, "url": url}])
        rounds = range(_WARM_UP + ROUNDS)
        pairs = [_pair(place, page, url) for _ in rounds][_WARM_UP:]
    what = "from click to the trade's number shown, and the vendor alone, which takes "
    what += "200 ms: longer by"
    yield figures.difference("P13", what, *zip(*pairs, strict=True), 300)


def _pair(place: Place, page: Page, url: str) -> tuple[float, float]:
    """A click, and a bare POST of what it had sent."""
    forget_the_caps()
    forget_the_looks()
    open_the_gates()
    draft = place.draft()
    page.goto(url + reverse("draft-review", args=[draft.public_id]))
    for box in page.get_by_role("checkbox").all():
        box.check()
    page.evaluate("sessionStorage.clear()")
    button = page.get_by_role("button", name=re.compile("^Send sandbox order"))
    button.click(no_wait_after=True)
    page.get_by_text(re.compile("3Commas created trade [0-9]+")).first.wait_for()
    ours_ms = page.wait_for_function(_SHOWN).json_value()
    body = Submission.objects.get(draft=draft).body
    return ours_ms / 1000, took(bare_post(place.account.connection, body))


@contextmanager
def _page() -> Iterator[Page]:
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=os.environ.get("BROWSER_PATH") or shutil.which("chromium"),
            args=[*FLAGS, "--no-sandbox"] if as_root else FLAGS,
        )
        page = browser.new_page()
        page.add_init_script(_WATCH)
        yield page
        browser.close()
        db.close()  # beside the driver's event loop this thread has had one of its own
