"""A real browser, signed in without the log-in page."""

from __future__ import annotations

import os
import shutil
from threading import Event, Thread

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Page, expect

from trades import sender

# Set before a browser is started: Playwright keeps an event loop in the test's thread.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
WCAG = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
}


# What is awaited comes when it comes; on a busy machine a browser takes its time.
PATIENCE_MS = 30_000


@pytest.fixture(scope="session", autouse=True)
def patient() -> None:
    """An action waits as long by itself; so does what is expected."""
    expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    # Chromium won't start as root inside its own sandbox.
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0
    return {
        **browser_type_launch_args,
        "args": [*FLAGS, "--no-sandbox"] if as_root else FLAGS,
        "executable_path": os.environ.get("BROWSER_PATH") or shutil.which("chromium"),
    }


@pytest.fixture(scope="session")
def base_url(live_server) -> str:
    """Where a page's ``goto("/trades/")`` goes."""
    return live_server.url


@pytest.fixture
def open_page(browser, browser_context_args, request):
    """A page in a browser of its own."""

    def open_page(**options) -> Page:
        context = browser.new_context(**browser_context_args, **options)
        request.addfinalizer(context.close)
        return context.new_page()

    return open_page


@pytest.fixture
def sign_in(client, live_server):
    """Give a browser's context the session of a user."""

    def sign_in(context, user) -> None:
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [
                {
                    "name": settings.SESSION_COOKIE_NAME,
                    "value": cookie,
                    "url": live_server.url,
                }
            ]
        )

    return sign_in


# All that may change with the colours.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


@pytest.fixture
def violations():
    """What axe holds against a page, by WCAG 2.2 AA; empty is good."""

    def violations(page, options=WCAG) -> list[str]:
        found = Axe().run(page, options=options).response["violations"]
        return [
            f"{v['id']}: {node['target']} {node['failureSummary']}"
            for v in found
            for node in v["nodes"]
        ]

    return violations


@pytest.fixture
def sending(sandbox, live_server):
    """The sender at work, for the length of a test."""
    stop = Event()
    thread = Thread(target=sender.run, args=[stop])
    thread.start()
    yield
    stop.set()
    thread.join()
