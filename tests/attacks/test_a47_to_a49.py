"""A47 to A49: another host's name, the deployment's check, debugging."""

from __future__ import annotations

import re
import socket
import subprocess
from http.client import HTTPResponse

import pytest
from django.core import mail
from django.core.handlers.wsgi import WSGIHandler

from smarttrade_ui.headers import EVERYWHERE
from tests.attacks.installation import environment
from tests.test_server import serving
from trades.management.commands.start import manage
from trades.models import Alarm
from trades.services import mailing

pytestmark = pytest.mark.django_db(transaction=True)
EVIL = "evil.example"
TRIAL = {"ALLOWED_HOSTS": "localhost", "PROXY_HOPS": "0"}


HEADS = [
    f"GET / HTTP/1.1\r\nHost: {EVIL}",
    f"GET /accounts/login/ HTTP/1.1\r\nHost: {EVIL}:80",
    f"GET / HTTP/1.1\r\nHost: localhost\r\nHost: {EVIL}",
    f"GET / HTTP/1.1\r\nHost: localhost@{EVIL}",
    f"GET / HTTP/1.1\r\nHost: localhost.{EVIL}",
    f"GET http://{EVIL}/ HTTP/1.1\r\nHost: {EVIL}",
    "GET / HTTP/1.0",
]


def answer_to(port: int, head: str) -> tuple[int, dict[str, str], str]:
    with socket.create_connection(("127.0.0.1", port), 20) as client:
        client.sendall(head.encode() + b"\r\n\r\n")
        answer = HTTPResponse(client)
        answer.begin()
        return answer.status, dict(answer.headers), answer.read().decode()


def test_a47_another_hosts_name_is_refused():
    with serving(WSGIHandler()) as port:
        answers = [answer_to(port, head) for head in HEADS]
    for status, headers, page in answers:
        assert status == 400
        assert EVERYWHERE.items() <= headers.items()
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert headers["Cache-Control"] == "no-store"
        assert EVIL not in page


def test_a47_a_forwarded_hosts_name_counts_for_nothing():
    lines = ["GET /trades HTTP/1.1", "Host: localhost", f"X-Forwarded-Host: {EVIL}"]
    with serving(WSGIHandler(), hops=1) as port:
        head = "\r\n".join([*lines, f"Forwarded: host={EVIL}"])
        status, headers, _ = answer_to(port, head)
    assert (status, headers["Location"]) == (301, "/trades/")


def test_a47_no_mail_has_a_link(settings, admin_user):
    settings.EMAIL_HOST = "mail.example"
    settings.ALARM_EMAILS = ["ops@trade.example"]
    for kind in Alarm.Kind.values:
        Alarm.objects.create(kind=kind, text="Look at it.")
    mailing.mail_alarms()
    assert len(mail.outbox) == len(Alarm.Kind.values)
    for message in mail.outbox:
        assert not re.search(r"://|www\.|href", message.subject + message.body)


def manage_py(*arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        manage(*arguments),
        env=environment(**env),
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_a48_the_deployments_check_finds_nothing(tmp_path):
    arguments = ("check", "--deploy", "--database", "default", "--fail-level", "INFO")
    done = manage_py(*arguments, DATA_DIR=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert done.stdout == "System check identified no issues (0 silenced).\n"


def test_a48_the_deployments_check_would_find_something():
    done = manage_py("check", "--deploy", "--fail-level", "WARNING", **TRIAL)
    assert done.returncode == 1
    assert "security.W008" in done.stderr


@pytest.mark.parametrize(
    ("command", "env"),
    [(("web", "--port", "0"), TRIAL), (("sender",), {"REAL_TRADING": "0"})],
    ids=["web, real", "sender, for others"],
)
def test_a49_nothing_but_a_trial_starts_with_debug(command, env):
    done = manage_py(*command, DEBUG="1", **env)
    assert (done.returncode, done.stdout) == (1, "")
    assert "DEBUG must be off with REAL_TRADING, with HTTPS" in done.stderr
