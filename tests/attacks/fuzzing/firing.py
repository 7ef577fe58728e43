"""Fires shots at the application as a server would, and judges what comes of each.

``Fault`` tells the shot, so that it can be fired again.
"""

from __future__ import annotations

import gzip
import io
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from django.conf import settings
from django.contrib.auth.models import User
from django.core.signals import got_request_exception
from django.core.wsgi import get_wsgi_application
from django.db import connection, transaction
from django.test import Client
from django.utils.http import url_has_allowed_host_and_scheme

from tests.attacks.fuzzing import rows
from tests.attacks.fuzzing.hostile import MARK
from tests.attacks.fuzzing.shots import Range, Shot
from tests.attacks.fuzzing.walk import route_of, walk
from tests.web.browsing import Page
from trades.forms.posting import keepable
from trades.models import Draft, Submission
from trades.services import audit
from trades.services.freezing import read_stamp

HOST = "testserver"
_FORGERY_TOKEN = "f" * 32
_TICKET = b"data-ticket"
_CONFIRM = "/trades/<uuid:id>/confirm/"
# Where nothing may be queued, whatever is posted.
_CLOSED = ("after_a_restore", "paused", "capped")


class Fault(AssertionError):
    """Something that must not be, with the shot that did it."""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    content: bytes
    raised: list[BaseException] = field(default_factory=list)

    @property
    def is_page(self) -> bool:
        return self.headers.get("content-type", "").startswith("text/html")


@contextmanager
def undone() -> Iterator[None]:
    """All that is written within is gone afterwards, as after a test of Django's."""
    atomic = transaction.atomic()
    atomic._from_testcase = True  # so that a durable one may stand within it
    # The end of a request would close the connection. Django's own test client sets a
    # signal aside each time, and for ever remembers that it did.
    connection.close_if_unusable_or_obsolete = lambda: None
    try:
        with atomic:
            yield
            transaction.set_rollback(True)
    finally:
        del connection.close_if_unusable_or_obsolete


@contextmanager
def watched() -> Iterator[list[BaseException]]:
    """What views raise."""
    raised: list[BaseException] = []

    def note(**_: object) -> None:
        raised.append(sys.exc_info()[1])

    got_request_exception.connect(note)
    try:
        yield raised
    finally:
        got_request_exception.disconnect(note)


class Gun:
    """Counts what it did; ``stamps`` are those of the review pages, by the path of
    their confirmation."""

    def __init__(self) -> None:
        self.sessions: dict[str, str] = {}
        self.stamps: dict[str, set[bytes]] = {}
        self.statuses: Counter[int] = Counter()
        self.methods: Counter[str] = Counter()
        self.posted_to: Counter[str] = Counter()
        self.queued = 0
        self._application = get_wsgi_application()

    @property
    def posts(self) -> int:
        return self.methods["POST"]

    def aim(self, people: Mapping[str, User]) -> Range:
        """Log everybody in, and see where they can post what. Sessions and reviews
        don't last: a long run aims again."""
        browsers = {name: Client() for name in (*people, "nobody")}
        for name, user in people.items():
            browsers[name].force_login(user)
        targets, cookie = walk(browsers), settings.SESSION_COOKIE_NAME
        self.sessions = {n: browsers[n].cookies[cookie].value for n in people}
        self.stamps = {
            target.path: {v.encode() for n, v in target.fields if n == "stamp"}
            for target in targets
        }
        return Range(targets, list(browsers))

    def __str__(self) -> str:
        """How it went so far."""
        classes: Counter[str] = Counter()
        for status, times in self.statuses.items():
            classes[f"{status // 100}xx"] += times
        told = {"methods": self.methods, "answers": classes, "statuses": self.statuses}
        return ", ".join(f"{what}: {dict(count)}" for what, count in told.items())

    def fire(self, shot: Shot) -> Answer:
        with undone():
            getattr(rows, shot.circumstance)()
            queued = Submission.objects.count()
            answer = self._answer(shot)
            self._count(shot, answer)
            _judge(shot, answer)
            self._ensure_nothing_queued(shot, queued)
            if answer.status < 400:
                found = audit.verify()
                _ensure(found.bad is None, shot, f"the history is broken: {found.why}")
        return answer

    def _answer(self, shot: Shot) -> Answer:
        started: list = []
        try:
            with watched() as raised:
                environ = _environ(shot, self.sessions)
                result = self._application(environ, lambda *a: started.append(a))
                content = b"".join(result)
                result.close()
        except Exception as up:
            raise Fault(f"{up!r} went up to the server\n{shot}") from up
        (status, headers) = started[-1][:2]
        told = {name.lower(): value for name, value in headers}
        if told.get("content-encoding") == "gzip":
            content = gzip.decompress(content)
        return Answer(int(status[:3]), told, content, raised)

    def _count(self, shot: Shot, answer: Answer) -> None:
        self.statuses[answer.status] += 1
        self.methods[shot.method] += 1
        if shot.method == "POST":
            path = unquote_to_bytes(shot.path).decode("utf-8", "replace")
            self.posted_to[route_of(path)] += 1

    def _ensure_nothing_queued(self, shot: Shot, before: int) -> None:
        """Unless this was a good confirmation of what a review page has shown."""
        new = Submission.objects.count() - before
        if not new:
            return
        path = shot.path.decode()
        stamps = [value for name, value in shot.fields if name == b"stamp"]
        is_good = (
            (new, shot.method, route_of(path)) == (1, "POST", _CONFIRM)
            and set(stamps) <= self.stamps.get(path, set())
            and shot.who == "trader"
            and not shot.is_forged
            and shot.circumstance not in _CLOSED
        )
        _ensure(is_good, shot, f"{new} submissions were queued")
        draft = Draft.objects.get(public_id=path.split("/")[2])
        shown = read_stamp(draft, stamps[0].decode())
        queued = Submission.objects.latest("pk")
        _ensure(queued.body == shown.body, shot, "something else was queued")
        self.queued += 1


def admitting(shot: Shot, sessions: dict[str, str], host: str) -> list[bytes]:
    """The header lines by which it is let in."""
    cookies = []
    if shot.who in sessions:
        cookies.append(f"{settings.SESSION_COOKIE_NAME}={sessions[shot.who]}")
    if not shot.is_forged:
        cookies.append(f"{settings.CSRF_COOKIE_NAME}={_FORGERY_TOKEN}")
    lines = [f"Host: {host}", f"Cookie: {'; '.join(cookies)}"]
    if not shot.is_forged:
        lines.append(f"X-CSRFToken: {_FORGERY_TOKEN}")
    if host == HOST:  # over TLS, as it says of itself
        lines.append(f"Origin: https://{host}")
    return [line.encode() for line in lines]


def _environ(shot: Shot, sessions: dict[str, str]) -> dict[str, object]:
    environ = {
        "REQUEST_METHOD": shot.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(shot.path).decode("latin-1"),
        "QUERY_STRING": shot.query.decode("latin-1"),
        "CONTENT_TYPE": shot.kind.decode("latin-1"),
        "CONTENT_LENGTH": str(len(shot.body)),
        "SERVER_NAME": HOST,
        "SERVER_PORT": "443",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "https",
        "wsgi.input": io.BytesIO(shot.body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for line in admitting(shot, sessions, HOST):
        name, value = line.decode().split(": ", 1)
        environ[f"HTTP_{name.upper().replace('-', '_')}"] = value
    for name, value in shot.headers:
        key = f"HTTP_{name.upper().replace('-', '_')}"
        said = value.decode("latin-1")
        if name == "Cookie":
            ours = said.replace("sessionid", settings.SESSION_COOKIE_NAME)
            said = f"{environ[key]}; {ours}"
        environ[key] = said
    return environ


def _ensure(holds: bool, shot: Shot, otherwise: str) -> None:
    if not holds:
        raise Fault(f"{otherwise}\n{shot}")


def _judge(shot: Shot, answer: Answer) -> None:
    for raised in answer.raised:
        raise Fault(f"{raised!r}\n{shot}") from raised
    _ensure(answer.status < 500, shot, f"status {answer.status}")
    if answer.is_page:
        _ensure(MARK not in answer.content, shot, "markup was not escaped")
    to = answer.headers.get("location", "/")
    is_inside = url_has_allowed_host_and_scheme(to[:2000], {HOST})
    _ensure(is_inside, shot, f"led away, to {to}")
    if shot.is_whole and answer.is_page and _TICKET in answer.content:
        _ensure_given_back(shot, answer)


def _ensure_given_back(shot: Shot, answer: Answer) -> None:
    """Of a ticket that was not stored, what was typed stands in the page again."""
    form = Page(answer).form
    for name, value in _typed_once(shot):
        given = form.get(name, "").replace("\r\n", "\n")
        text = keepable(value).replace("\r\n", "\n")
        _ensure(given == text, shot, f"{name} was {text!r}, and came back as {given!r}")


def _typed_once(shot: Shot) -> Iterator[tuple[str, str]]:
    """The fields of one line or more that were posted as a form, and only once."""
    names = Counter(name for name, _ in shot.fields)
    for name in (b"pair", b"note", b"position__price__value", b"account_id"):
        if names[name] == 1:
            value = dict(shot.fields)[name]
            yield name.decode(), value.decode("utf-8", "replace")
