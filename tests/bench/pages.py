"""P9: what a page takes while exchanges hang."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection
from statistics import median
from time import perf_counter
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import (
    Place,
    forget_the_caps,
    open_the_gates,
    session_of,
    wait_for,
)
from tests.bench.processes import Crew
from trades.domain.lifecycle import State
from trades.models import Submission

HUNG, SENDERS = 20, 3  # one sender has eight exchanges open at most
ROUNDS, PAGES = 6, 24


def beside_hung_exchanges(place: Place) -> Iterator[Figure]:
    """In turn: some pages at rest, some while all hang; a round counts as one, because
    pages that follow each other share the machine's mood. They show what does not
    change: one trader's submissions, while another's hang.
    """
    place.vendor.ask("play", "hang")
    other = place.of_another()
    idle, beside = [], []
    with Crew(place.env, place.log) as crew:
        web = Pages(place, crew.web())
        crew.senders(SENDERS)
        _hang(place)
        _let_go(place)
        for _ in range(ROUNDS):
            idle.append(web.fetch(PAGES))
            _hang(other)
            beside.append(web.fetch(PAGES))
            _let_go(other)
    what = f"a page while {HUNG} submissions hang, and at rest"
    yield figures.ratio("P9", what, beside, idle, 1.5)


class Pages:
    """A trader's browser, without what it draws."""

    def __init__(self, place: Place, url: str) -> None:
        self._line = HTTPConnection(urlsplit(url).netloc, timeout=60)
        session = session_of(place.trader)
        self._headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"}
        self._trader, self._draft = place.trader, place.draft()

    def fetch(self, times: int) -> float:
        """The median in seconds of: a list, another one, a submission, a draft."""
        paths = [
            reverse("draft-list"),
            reverse("submission-list"),
            self._trader.submission_set.latest("pk").get_absolute_url(),
            self._draft.get_absolute_url(),
        ]
        return median(self._fetch(paths[n % len(paths)]) for n in range(times))

    def _fetch(self, path: str) -> float:
        started = perf_counter()
        self._line.request("GET", path, headers=self._headers)
        answer = self._line.getresponse()
        answer.read()
        took = perf_counter() - started
        assert answer.status == 200, (path, answer.status)
        return took


def _hang(place: Place) -> None:
    """Queue them, and wait until the vendor has them all."""
    hung = place.vendor.ask("hung") + HUNG
    forget_the_caps()
    for _ in range(HUNG):
        place.confirmed()

    def are_hung() -> bool:
        open_the_gates()
        return place.vendor.ask("hung") == hung

    wait_for(are_hung)


def _let_go(place: Place) -> None:
    place.vendor.ask("release", HUNG)
    wait_for(
        lambda: not Submission.objects.exclude(state=State.REJECTED.value).exists()
    )
