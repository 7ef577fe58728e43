"""Hostile posts to every form and every address: no 500, nothing sent, memory flat.

``FUZZ_POSTS`` asks for more posts than the 2,000 of the suite; each run tells its seed,
and ``FUZZ_SEED`` plays that one again. The suite's is always the same.
"""

from __future__ import annotations

import gc
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.attacks.fuzzing.firing import Gun
from tests.attacks.fuzzing.rows import furnish
from tests.attacks.fuzzing.shots import Range
from tests.attacks.fuzzing.walk import Target, routes, walk
from tests.faults.server import FaultServer

POSTS = int(os.environ.get("FUZZ_POSTS") or 2000)
SEED = os.environ.get("FUZZ_SEED") or ("A05" if POSTS == 2000 else secrets.token_hex(4))
AT_ONCE = 250  # hypothesis keeps every example of a run in mind
GROWTH_MAX_KB = 8 * 1024

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def browsers(trader, stranger, make_user, make_account, account, confirmed, typed):
    """Somebody of each kind, in a house where there is some of everything."""
    reviewer = make_user("reviewer", is_staff=True)
    reviewer.user_permissions.set(Permission.objects.exclude(codename="send_trade"))
    root = make_user("root", is_staff=True, is_superuser=True)
    there = {"trader": trader, "stranger": stranger, "reviewer": reviewer}
    covered = make_account(1002)
    furnish(**there, account=account, covered=covered, confirmed=confirmed, typed=typed)
    browsers = {user.username: Client() for user in (trader, reviewer, root, stranger)}
    for user in (trader, reviewer, root, stranger):
        browsers[user.username].force_login(user)
    return browsers | {"nobody": Client()}


@pytest.fixture
def targets(browsers) -> list[Target]:
    return walk(browsers)


@pytest.fixture
def gun(browsers, targets, settings) -> Iterator[Gun]:
    cookies = {who: browser.cookies for who, browser in browsers.items()}
    name = settings.SESSION_COOKIE_NAME
    sessions = {who: jar[name].value for who, jar in cookies.items() if name in jar}
    stamps = {
        target.path: {v.encode() for n, v in target.fields if n == "stamp"}
        for target in targets
        if "stamp" in target.names
    }
    with Gun(sessions, stamps).loaded() as gun:
        yield gun


@pytest.fixture
def threecommas(sandbox_file, settings):
    """Nobody calls it: no sender runs."""
    with closing(FaultServer(sandbox_file)) as server:
        settings.SANDBOX_URL = server.url
        yield server


def fuzz(gun: Gun, range_: Range, *, seeded: str, shots: int) -> None:
    @seed(seeded)
    @settings(
        max_examples=shots,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(range_.shots())
    def volley(shot) -> None:
        gun.fire(shot)

    volley()


def resident_kb() -> int:
    gc.collect()
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


def test_whatever_is_posted_there_is_no_500_and_nothing_is_sent(
    gun, targets, threecommas
):
    print(f"FUZZ_SEED={SEED}")  # noqa: T201
    range_ = Range(targets, [*gun.sessions, "nobody"])
    resident, began = [], time.monotonic()
    while gun.methods["POST"] < POSTS:
        fuzz(gun, range_, seeded=f"{SEED} {len(resident)}", shots=AT_ONCE)
        resident.append(resident_kb())
    print(f"{time.monotonic() - began:.0f} s", dict(gun.methods))  # noqa: T201
    print(sorted(gun.statuses.items()), gun.queued, "queued")  # noqa: T201
    print("resident kB:", resident)  # noqa: T201
    assert threecommas.connections == 0
    assert set(routes()) - set(gun.routes) == set()
    assert gun.queued
    assert resident[-1] - resident[len(resident) // 2] < GROWTH_MAX_KB
