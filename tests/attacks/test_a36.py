"""A36: the public observatory's score of every answer, through a TLS proxy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from django.db import connection as database

from tests.attacks.addresses import addresses
from tests.attacks.installation import Installation, installed
from tests.attacks.observatory import Answer, lost, score

pytestmark = pytest.mark.django_db(transaction=True)
PROMISED = 130  # nothing lost, and each bonus but that of flawless cookies
EVERYBODY = ("nobody", "trader", "reviewer", "root")


@pytest.fixture(scope="module")
def there(django_db_setup, tmp_path_factory) -> Iterator[Installation]:
    with installed(tmp_path_factory.mktemp("installation")) as installation:
        yield installation


@pytest.fixture
def browsers(there, trader, reviewer, make_user, draft, confirmed) -> dict:
    """Everybody's, each with something to see."""
    confirmed()
    root = make_user("root", is_staff=True, is_superuser=True)
    users = {"nobody": None, "trader": trader, "reviewer": reviewer, "root": root}
    return {name: there.browser(of=user) for name, user in users.items()}


def answer_of(response: requests.Response) -> Answer:
    headers = {name.lower(): text for name, text in response.headers.items()}
    cookies = response.raw.headers.getlist("Set-Cookie")
    is_page = "html" in headers.get("content-type", "")
    return Answer(headers, cookies, response.text if is_page else "")


def verdict(response: requests.Response) -> str | None:
    """Why this is not good enough; None if it is."""
    answer = answer_of(response)
    if score(answer) >= PROMISED:
        return None
    where = f"{response.request.method} {response.request.path_url}"
    return f"{where}: {response.status_code}, {score(answer)}, {list(lost(answer))}"


def judge(responses: list[requests.Response]) -> Counter:
    """Fails with all that is not good enough; else how often there was each status."""
    assert [verdict(r) for r in responses if verdict(r)] == []
    return Counter(response.status_code for response in responses)


@pytest.mark.parametrize("who", EVERYBODY)
def test_a36_every_page_scores_as_promised(there, browsers, who):
    browser, places = browsers[who], addresses()
    assert len(places) > 100
    answers = [browser.get(there.url + at, allow_redirects=False) for at in places]
    seen = judge(answers)
    pages = {"nobody": 1, "trader": 15, "reviewer": 8, "root": 35}[who]
    assert seen[200] >= pages, seen
    assert seen.keys() <= {200, 301, 302, 303, 400, 403, 404, 405}


def test_a36_refusals_and_failures_score_as_promised(there, browsers):
    trader, nobody = browsers["trader"], there.browser()
    evil = {"Host": "evil.example"}
    form = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-16"}
    refused = {
        400: nobody.get(there.url, headers=evil),
        403: trader.post(f"{there.url}/trades/new/", {"pair": "USDT_BTC"}),
        404: trader.get(f"{there.url}/nothing/"),
        405: trader.get(f"{there.url}/desk/sending/pause/"),
        413: nobody.post(there.url, b"x" * 2_000_000),
        431: nobody.get(there.url, headers={"A": "a" * 40_000}),
    }
    more = {
        400: nobody.post(f"{there.url}/accounts/login/", b"a=b", headers=form),
        403: trader.get(f"{there.url}/desk/"),
        405: nobody.request("PUT", f"{there.url}/static/trades/nothing.css"),
    }
    for answers in (refused, more):
        judge([*answers.values()])
    assert [answer.status_code for answer in refused.values()] == [*refused]


def test_a36_a_crash_scores_as_promised(there, browsers):
    with database.cursor() as cursor:
        cursor.execute("ALTER TABLE trades_preset RENAME TO away")
        try:
            answer = browsers["trader"].get(f"{there.url}/presets/")
        finally:
            cursor.execute("ALTER TABLE away RENAME TO trades_preset")
    assert answer.status_code == 500
    assert "Traceback" not in answer.text
    judge([answer])


def test_a36_static_files_score_as_promised_and_may_be_kept(there):
    browser = there.browser()
    files = [
        path for path in there.static.rglob("*.*") if path.suffix in (".css", ".js")
    ]
    names = [path.relative_to(there.static).as_posix() for path in files]
    ours = [name for name in names if name.startswith("trades/")]
    answers = [browser.get(f"{there.url}/static/{name}") for name in ours]
    assert judge(answers)[200] >= 8
    for answer in answers:
        assert answer.headers["Cache-Control"].endswith("immutable")
    again = {"If-Modified-Since": answers[0].headers["Last-Modified"]}
    kept = browser.get(answers[0].url, headers=again)
    wrong = browser.post(answers[0].url, b"")
    assert judge([kept, wrong]) == {304: 1, 405: 1}


def test_a36_nothing_but_a_static_file_may_be_kept(there, browsers):
    trader = browsers["trader"]
    for at in ("/", "/trades/", "/rules/", "/nothing/", "/accounts/login/", "/desk/"):
        answer = trader.get(there.url + at, allow_redirects=False)
        assert "no-store" in answer.headers["Cache-Control"], at


def test_a36_plain_http_is_sent_to_https_on_the_same_host(there):
    for at in ("/", "/trades/?a=b", "/nothing/"):
        answer = there.browser().get(there.plain_url + at, allow_redirects=False)
        assert answer.status_code == 301
        assert (
            answer.headers["Location"]
            == there.plain_url.replace("http:", "https:") + at
        )
        assert not answer.raw.headers.getlist("Set-Cookie")


def test_a36_a_score_falls_with_each_header_that_is_taken_away(there):
    whole = answer_of(there.browser().get(f"{there.url}/accounts/login/"))
    assert score(whole) == 135
    worth = {
        "content-security-policy": 60,
        "strict-transport-security": 55,
        "x-content-type-options": 5,
        "referrer-policy": 5,
        "cross-origin-resource-policy": 10,
    }
    for name, points in worth.items():
        less = {**whole.headers}
        del less[name]
        assert score(replace(whole, headers=less)) == 135 - points, name


@pytest.mark.parametrize(
    ("cookie", "expected"),
    [
        ("__Host-sessionid=a; Secure; HttpOnly; Path=/; SameSite=Lax", 135),
        ("__Host-sessionid=a; Secure; HttpOnly; Path=/", 130),
        ("__Host-sessionid=a; Secure; Path=/; SameSite=Lax", 70),
        ("__Host-sessionid=a; HttpOnly; Path=/; SameSite=Lax", 120),
        ("__Host-csrftoken=a; Secure; HttpOnly; Path=/", 80),
    ],
)
def test_a36_a_score_falls_with_each_weaker_cookie(there, cookie, expected):
    whole = answer_of(there.browser().get(f"{there.url}/accounts/login/"))
    assert score(replace(whole, cookies=[cookie])) == expected
