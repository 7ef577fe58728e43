"""A20, A21, A27, A29, and of A30 the cookies: settings, logs and frames."""

from __future__ import annotations

import json
import re
import subprocess
from base64 import b64encode
from collections.abc import Callable, Iterator
from http.cookies import Morsel, SimpleCookie

import pytest
import requests
from django.core.checks import run_checks
from playwright.sync_api import Page

from tests.attacks.installation import (
    LOGIN,
    Installation,
    environment,
    filled_in,
    installed,
)
from tests.browser.conftest import browser_type_launch_args  # noqa: F401  # a fixture
from tests.conftest import PASSWORD
from tests.test_server import serving
from trades.management.commands.start import manage

pytestmark = pytest.mark.django_db(transaction=True)
SAMPLE = b64encode(b"t" * 32).decode()
# A new line, by each of the signs that somebody takes for one.
FORGED = '{"event": "forged", "level": "critical"}'
BREAKS = ["\r\n", "\n", "\r", "\x0b", "\x1c", "\x85", "\u2028", "\u2029"]


@pytest.fixture(scope="module")
def there(django_db_setup, tmp_path_factory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("installation")) as installation:
        yield installation


def refused(**env: str) -> Iterator[str]:
    """Why neither web nor sender starts, as each of them says it."""
    for command in (manage("web", "--port", 0), manage("sender")):
        done = subprocess.run(
            command, env=environment(**env), capture_output=True, text=True, timeout=60
        )
        assert done.returncode == 1
        assert done.stdout == ""
        yield done.stderr


def test_a20_nothing_starts_with_sample_secrets():
    samples = {"SECRET_KEY": "django-insecure-" + "x1y2z3" * 10, "CHAIN_KEY": SAMPLE}
    for said in refused(SEALING_KEYS=SAMPLE, **samples):
        for name in ("SECRET_KEY", "SEALING_KEYS", "CHAIN_KEY"):
            assert re.search(rf"{name} .*: make one with: openssl", said), said
        assert not any(value in said for value in samples.values())


ELSEWHERE = [
    "http://",
    "https://api.3commas.io@evil.example",
    "https://api.3commas.io.evil.example",
    "https://203.0.113.9",
    "https://api.3commas.io:8443",
    "https://api.3commas.io.",
    "http://127.0.0.1.",
    "http://127.0.0.1@evil.example:8791",
]


@pytest.mark.parametrize("url", ELSEWHERE)
def test_a21_no_address_elsewhere_is_taken(settings, url):
    settings.SANDBOX_URL = url
    settings.ALLOWED_HOSTS = settings.THIS_MACHINE
    assert [problem.id for problem in run_checks()] == ["trades.E001"]


def test_a21_nothing_starts_with_an_address_elsewhere():
    for said in refused(SANDBOX_URL="https://api.3commas.io@evil.example"):
        assert "SANDBOX_URL must be a loopback address." in said


def logged(there: Installation) -> list[dict]:
    """Every line must be an object of its own."""
    lines = [json.loads(line) for line in there.log.read_bytes().split(b"\n") if line]
    assert all(isinstance(line, dict) for line in lines)
    return lines


def test_a27_a_forged_line_stays_inside_its_string(there, trader, typed):
    browser = there.browser(of=trader)
    for number, sign in enumerate(BREAKS):
        line = requests.utils.quote(f"{number}{sign}{FORGED}", safe="")
        browser.get(f"{there.url}/{line}")
        browser.get(f"{there.url}/desk/?note={line}", headers={"User-Agent": FORGED})
    lines = logged(there)
    assert "forged" not in {line["event"] for line in lines}
    wanted = {f"GET /{number}{sign}{FORGED}" for number, sign in enumerate(BREAKS)}
    assert wanted <= {line.get("request") for line in lines}


def test_a27_what_is_typed_is_not_in_the_log(there, trader):
    browser = there.browser(of=trader)
    page = browser.get(f"{there.url}/trades/import/").text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    note = f"canary-4711\r\n{FORGED}"
    typed = {"csrfmiddlewaretoken": token, "text": json.dumps({"note": note})}
    assert browser.post(f"{there.url}/trades/import/", typed).status_code < 500
    browser.get(f"{there.url}/desk/?note=canary-4711")
    lines = logged(there)
    assert {"POST /trades/import/", "GET /desk/"} <= {r.get("request") for r in lines}
    text = there.log.read_text()
    session = browser.cookies["__Host-sessionid"]
    for secret in ("canary-4711", token, session, "Cookie", "forged line"):
        assert secret not in text


def test_a29_no_page_shows_in_a_frame(there, browser, trader):
    places = ["/", LOGIN, "/trades/", "/nothing/", "/desk/", "/admin/", "/rules/"]
    frames = "".join(f'<iframe src="{there.url}{at}"></iframe>' for at in places)

    def evil_site(environ: dict, start_response: Callable) -> list[bytes]:
        kind = ("Content-Type", "text/html")
        start_response("200 OK", [kind, ("X-Frame-Options", "none of the app's")])
        return [frames.encode()]

    context = browser.new_context(ignore_https_errors=True)
    page, told = context.new_page(), []
    page.on("console", lambda said: told.append(said.text))
    with serving(evil_site) as port:
        page.goto(f"http://127.0.0.1:{port}/")
        for frame in page.frames[1:]:
            frame.wait_for_url("chrome-error://**")
        shown = {frame.url for frame in page.frames[1:]}
        context.close()
    assert shown == {"chrome-error://chromewebdata/"}
    told = [text for text in told if "frame-ancestors 'none'" in text]
    assert len(told) == len(places)


def cookies_of(lines: list[str]) -> dict[str, Morsel]:
    return {name: m for line in lines for name, m in SimpleCookie(line).items()}


def test_a30_behind_tls_the_cookies_are_this_hosts_alone(there, trader):
    set_cookies: list[str] = []
    browser = there.browser()
    browser.hooks["response"].append(
        lambda answer, **_: set_cookies.extend(answer.raw.headers.getlist("Set-Cookie"))
    )
    there.log_in(trader, browser)
    cookies = cookies_of(set_cookies)
    assert cookies.keys() == {"__Host-sessionid", "__Host-csrftoken"}
    for cookie in cookies.values():
        assert (cookie["secure"], cookie["httponly"]) == (True, True)
        assert (cookie["path"], cookie["domain"]) == ("/", "")
    assert cookies["__Host-sessionid"]["samesite"] == "Lax"
    assert cookies["__Host-csrftoken"]["samesite"] == "Strict"


def test_a30_a_browser_keeps_them_and_no_script_sees_them(there, browser, trader):
    there.set_password(trader)
    context = browser.new_context(ignore_https_errors=True, base_url=there.url)
    page: Page = context.new_page()
    page.goto(LOGIN)
    page.locator("main input[type=text]").fill("trader")
    page.locator("main input[type=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url("**/trades/")
    kept = {cookie["name"]: cookie for cookie in context.cookies()}
    assert kept.keys() == {"__Host-sessionid", "__Host-csrftoken"}
    assert all(c["secure"] and c["httpOnly"] for c in kept.values())
    assert page.evaluate("document.cookie") == ""
    context.close()


def test_a30_in_a_trial_on_this_machine_they_lack_nothing_but_tls(client, trader):
    client.post(LOGIN, filled_in(client.get(LOGIN).content.decode(), "trader"))
    assert client.cookies.keys() == {"sessionid", "csrftoken"}
    for name, cookie in client.cookies.items():
        assert (cookie["secure"], cookie["httponly"]) == ("", True)
        assert cookie["samesite"] == {"sessionid": "Lax"}.get(name, "Strict")
        assert (cookie["path"], cookie["domain"]) == ("/", "")
