"""What the server gives away besides pages: nothing."""

from __future__ import annotations

import pytest
from django.urls import NoReverseMatch, get_resolver, reverse

CANARY = "canary-of-a-header"


def pages() -> list[str]:
    """Every address that takes no argument."""
    found = []
    for name in get_resolver().reverse_dict:
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted({*found})


@pytest.mark.parametrize(
    "path",
    [
        *("/.git/HEAD", "/.git/", "/.data/app.sqlite3", "/.env", "/manage.py"),
        *("/dev", "/smarttrade_ui/settings.py", "/requirements/run.txt"),
        *("/static/", "/static/trades/", "/static/../manage.py"),
        *("/static/%2e%2e/manage.py", "/media/", "/swagger/", "/metrics", "/status"),
    ],
)
def test_no_file_of_the_house_and_no_folder_is_served(signed_in, path):
    answer = signed_in.get(path)
    assert answer.status_code == 404


def test_a_trace_gives_nothing_back(signed_in):
    assert len(pages()) > 25
    for page in pages():
        answer = signed_in.generic("TRACE", page, HTTP_X_CANARY=CANARY)
        assert CANARY.encode() not in answer.content, page
        assert answer.headers["Content-Type"] != "message/http", page


def test_every_answer_says_what_it_is_and_in_which_characters(signed_in):
    for page in [*pages(), "/nowhere/"]:
        answer = signed_in.get(page)
        kind = answer.headers["Content-Type"]
        assert not answer.content or "charset=utf-8" in kind, page
