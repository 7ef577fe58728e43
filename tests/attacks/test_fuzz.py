"""Hostile posts to every form and every address: no 500, nothing sent, memory flat.

``FUZZ_POSTS`` asks for more posts than the 2,000 of the suite; each run tells its seed,
and ``FUZZ_SEED`` plays that one again. The suite's is always the same.
"""

from __future__ import annotations

import gc
import json
import logging
import os
import secrets
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection as db
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from tests.attacks.fuzzing.firing import Fault, Gun, admitting
from tests.attacks.fuzzing.rows import furnish
from tests.attacks.fuzzing.walk import routes
from tests.attacks.fuzzing.wire import requests, statuses
from tests.faults.processes import Process, database_url
from tests.faults.server import FaultServer
from trades.forms import TicketForm
from trades.models import Submission
from trades.services import submissions
from trades.services.guards import CapReached, SendingPaused
from trades.views.doors import see_other

MORE = os.environ.get("FUZZ_POSTS")
POSTS = int(MORE or 2000)
SEED = os.environ.get("FUZZ_SEED") or (secrets.token_hex(4) if MORE else "suite")
WRITTEN = max(100, POSTS // 20)
AT_ONCE = 250  # hypothesis keeps every example of a volley in mind
FEW = ("trader", "reviewer")
AIMED_FOR = 20  # volleys: sessions and reviews don't last
GROWTH_MAX_KB = 8 * 1024

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people(
    trader, stranger, make_user, make_account, account, confirmed, typed
) -> dict[str, User]:
    """Somebody of each kind, in a house where there is some of everything."""
    reviewer = make_user("reviewer", is_staff=True)
    reviewer.user_permissions.set(Permission.objects.exclude(codename="send_trade"))
    there = {"trader": trader, "stranger": stranger, "reviewer": reviewer}
    covered = make_account(1002)
    furnish(**there, account=account, covered=covered, confirmed=confirmed, typed=typed)
    root = make_user("root", is_staff=True, is_superuser=True)
    # The first who is shown a page is the one who posts its forms.
    return {u.username: u for u in (trader, reviewer, root, stranger)}


@pytest.fixture
def gun() -> Gun:
    return Gun()


@pytest.fixture
def threecommas(sandbox_file, settings) -> Iterator[FaultServer]:
    """Nobody calls it: no sender runs."""
    with closing(FaultServer(sandbox_file)) as server:
        settings.SANDBOX_URL = server.url
        yield server


@pytest.fixture
def web(threecommas) -> Iterator[Process]:
    """The pages as a process, on the test's own database."""
    env = {"DJANGO_SETTINGS_MODULE": "tests.settings", "SANDBOX_URL": threecommas.url}
    env["DATABASE_URL"] = database_url(db.settings_dict)
    with closing(Process("web", "--port", "0", env=env)) as web:
        web.wait_for_line('"url"')
        yield web


@contextmanager
def forgetting(caplog) -> Iterator[None]:
    """Of the log, of which pytest would keep every line in memory."""
    root = logging.getLogger()
    handlers = root.handlers[:]
    root.handlers = [h for h in handlers if type(h) is not type(caplog.handler)]
    try:
        yield
    finally:
        root.handlers = handlers


def volley(
    fire: Callable, shots: st.SearchStrategy, *, count: int, seeded: str
) -> None:
    """Fire so many shots."""

    @seed(seeded)
    @settings(
        max_examples=count,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink] if MORE else [Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(shots)
    def fire_one(shot: object) -> None:
        fire(shot)

    fire_one()


def resident_kb() -> int:
    """What of this process is in memory, once garbage is collected."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 1024


def test_whatever_is_posted_there_is_no_500_and_nothing_is_sent(
    gun, people, threecommas, caplog
):
    print(f"FUZZ_SEED={SEED}")  # noqa: T201
    resident = []
    with forgetting(caplog):
        known = gun.aim(people)
        for route in routes():
            volley(gun.fire, known.at(route), count=4, seeded=f"{SEED} {route}")
        while gun.posts < POSTS:
            resident.append(resident_kb())
            print(f"{gun.posts} posts, {resident[-1]} kB resident")  # noqa: T201
            if not len(resident) % AIMED_FOR:
                known = gun.aim(people)
            seeded = f"{SEED} {len(resident)}"
            volley(gun.fire, known.anywhere(), count=AT_ONCE, seeded=seeded)
    print(f"{gun}, queued: {gun.queued}")  # noqa: T201
    assert threecommas.connections == 0
    assert set(routes()) - set(gun.posted_to) == set()
    assert gun.queued  # so deep did they get
    assert resident_kb() - resident[len(resident) // 2] < GROWTH_MAX_KB


def test_bytes_that_no_client_writes_get_an_answer_that_is_no_fault_of_ours(
    gun, people, threecommas, web
):
    told = next(line for line in web.lines if '"url"' in line)
    address = urlsplit(json.loads(told)["url"])
    before = Submission.objects.count()
    known = gun.aim({name: people[name] for name in FEW}).without("stamp")
    answers: Counter[int] = Counter()

    def write(broken: bytes) -> None:
        found = statuses((address.hostname, address.port), broken)
        answers.update(found)
        # 501 is how HTTP calls a coding of the body that a server does not know.
        assert [s for s in found if s >= 500 and s != 501] == [], broken

    broken = known.anywhere().flatmap(
        lambda shot: requests(shot, admitting(shot, gun.sessions, address.netloc))
    )
    volley(write, broken, count=WRITTEN, seeded=f"{SEED} wire")
    print(dict(answers))  # noqa: T201
    assert {200, 303, 400} <= answers.keys()
    assert Submission.objects.count() == before
    assert threecommas.connections == 0


def fails(preset, name: str) -> None:
    """On one character alone."""
    if "<" in name:
        raise KeyError(name)


def loses_the_note(post, offers) -> TicketForm:
    return TicketForm({**post.data, "note": ""}, offers, post.refused)


def sends_what_nobody_saw(request, draft):
    sent = {"stamp": submissions.review(draft).stamp, "ticked": []}
    with suppress(CapReached, SendingPaused):
        submissions.confirm(draft, by=request.user, **sent)
    return see_other(draft)


PLANTED = [
    # where, what, which route leads there, how it is told
    ("trades.services.presets.rename", fails, "/presets/<uuid:id>/rename/", "KeyError"),
    (
        "trades.forms.TicketForm.posted",
        loses_the_note,
        "/trades/<uuid:id>/edit/",
        "note was .* and came back as ''",
    ),
    (
        "trades.views.review._stale",
        sends_what_nobody_saw,
        "/trades/<uuid:id>/confirm/",
        "1 submissions were queued",
    ),
    (
        "trades.models.events.link",
        lambda previous, record: "0" * 64,
        "/desk/sending/verify/",
        "the history is broken",
    ),
]


def test_a_fault_that_is_planted_is_found(gun, people, monkeypatch, caplog):
    with forgetting(caplog):
        known = gun.aim({name: people[name] for name in FEW})
        for where, fault, route, told in PLANTED:
            with monkeypatch.context() as patch:
                patch.setattr(where, fault)
                with pytest.raises(Fault, match=f"(?s){told}.*Shot"):
                    volley(gun.fire, known.at(route), count=POSTS, seeded=where)
