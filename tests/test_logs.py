"""The log: one JSON object a line, and nothing in it that was typed."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable

import pytest
import structlog
from django.db import OperationalError
from django.db import connection as database
from django.http import HttpResponse

from smarttrade_ui.logs import RequestLog

TEXT = 'plan A\r\n{"event": "forged"}\n\u2028\u202e'
CANARY = "canary-3f9a1c"


@pytest.fixture
def lines() -> Callable[[], list[dict]]:
    """What has been written since, line by line."""
    (handler,) = (h for h in logging.getLogger().handlers if h.name == "stderr")
    written = io.StringIO()
    before = handler.setStream(written)

    def lines() -> list[dict]:
        text = written.getvalue()
        assert not text or text.endswith("\n")
        return [json.loads(line) for line in text.split("\n")[:-1]]

    yield lines
    handler.setStream(before)


@pytest.mark.parametrize(
    "log",
    [
        logging.getLogger("trades.services.sending"),
        logging.getLogger("waitress"),
        logging.getLogger("django.security.csrf"),
        logging.getLogger("django.server"),
    ],
    ids=lambda log: log.name,
)
def test_a_line_is_one_object_whatever_it_says(lines, log):
    log.warning("of %s", TEXT)
    (line,) = lines()
    assert line["event"] == f"of {TEXT}"
    assert line["level"] == "warning"
    assert line.keys() == {"event", "level", "logger", "timestamp"}


def test_a_line_of_structlog_is_one_too(lines):
    structlog.get_logger("ours").warning(TEXT, note=TEXT)
    (line,) = lines()
    assert line["event"] == line["note"] == TEXT


def test_a_traceback_is_text_without_variables(lines):
    try:
        typed = "".join(["canary-", "3f9a", "1c"])
        raise ValueError(len(typed))
    except ValueError:
        logging.getLogger("trades").exception("it failed")
    (line,) = lines()
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert line["exception"].endswith("ValueError: 13")
    assert CANARY not in json.dumps(line)


def test_a_request_is_one_line_without_its_query(client, trader, lines):
    client.force_login(trader)
    client.get(f"/trades/?note={CANARY}", REMOTE_ADDR="198.51.100.7")
    (line,) = [line for line in lines() if "request" in line]
    assert line["request"] == "GET /trades/"
    assert (line["code"], line["level"]) == (200, "info")
    assert (line["ip"], line["user_id"]) == ("198.51.100.7", trader.pk)
    assert len(line["request_id"]) == 36


def test_what_is_posted_and_what_proves_who_posts_are_not_logged(db, client, lines):
    headers = {"Authorization": CANARY, "Apikey": CANARY, "Signature": CANARY}
    client.cookies["sessionid"] = CANARY
    typed = {"username": CANARY, "password": CANARY}
    logging.getLogger().setLevel(logging.DEBUG)
    try:
        client.post("/accounts/login/", typed, headers=headers)
    finally:
        logging.getLogger().setLevel(logging.INFO)
    told = lines()
    assert told[-1]["request"] == "POST /accounts/login/"
    assert CANARY not in json.dumps(told)


def test_all_lines_of_a_request_have_its_id(rf, lines):
    def view(request):
        logging.getLogger("trades").info("at work")
        structlog.get_logger("ours").info("too")
        return HttpResponse()

    for _ in range(2):
        RequestLog(view)(rf.get("/"))
    logging.getLogger("trades").info("afterwards")
    *told, after = lines()
    ids = [line["request_id"] for line in told]
    assert ids == [ids[0]] * 3 + [ids[3]] * 3
    assert ids[0] != ids[3]
    assert "request_id" not in after


@pytest.mark.parametrize("at", ["/nothing/", "/desk/sending/pause/"])
def test_a_refusal_is_told_once(db, client, lines, at):
    status = client.get(at).status_code
    (line,) = lines()
    assert (line["code"], line["level"]) == (status, "warning")


def test_a_database_that_is_away_is_told_once(client, trader, lines):
    client.force_login(trader)
    client.raise_request_exception = False

    def fail(*arguments: object) -> None:
        raise OperationalError("it is away")

    with database.execute_wrapper(fail):
        assert client.get("/presets/").status_code == 500
    told = [line for line in lines() if "exception" in line]
    assert [line["code"] for line in told] == [500]
    assert told[0]["exception"].endswith("OperationalError: it is away")
    assert told[0]["request"] == "GET /presets/"


def test_why_a_request_is_refused_is_told(db, client, lines):
    kind = "application/x-www-form-urlencoded; charset=utf-16"
    assert client.post("/accounts/login/", b"a", content_type=kind).status_code == 400
    why, line = lines()
    assert "The request must be UTF-8." in why["event"]
    assert why["request_id"] == line["request_id"]


def test_a_static_file_is_nothing_to_write_about(db, settings, client, lines):
    settings.WHITENOISE_USE_FINDERS = True
    answer = client.get("/static/trades/app.css")
    assert b"".join(answer)
    answer.close()
    assert lines() == []


SPEAK = """
import logging, warnings
import django
django.setup()
for name in ("trades", "django", "waitress"):
    log = logging.getLogger(name)
    for level in (logging.DEBUG, logging.INFO, logging.WARNING):
        log.log(level, "%s", logging.getLevelName(level))
"""


@pytest.mark.parametrize(("level", "told"), [("", 6), ("WARNING", 3), ("debug", 8)])
def test_a_process_says_as_much_as_it_is_asked_for(level, told):
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "smarttrade_ui.settings"}
    if level:
        env["LOG_LEVEL"] = level
    done = subprocess.run(
        [sys.executable, "-c", SPEAK], env=env, capture_output=True, text=True
    )
    assert done.stdout == ""
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert len(lines) == told
