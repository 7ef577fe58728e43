"""P12: how many requests leave within a minute, whoever pushes."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from time import monotonic, sleep

from django.db import OperationalError

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import Place, forget_the_caps
from tests.bench.processes import Crew
from trades.domain.lifecycle import State
from trades.models import Submission

SENDERS, SECONDS, QUEUED = 8, 130, 15
WINDOW_S = 60


def in_any_minute(place: Place) -> Iterator[Figure]:
    """Each answer is lost, so that each submission wants looks as well."""
    place.vendor.ask("play", "vanish")
    with Crew(place.env, place.log) as crew:
        crew.senders(SENDERS)
        until = monotonic() + SECONDS
        while monotonic() < until:
            _fill_the_queue(place)
            sleep(0.25)
        seen = place.vendor.ask("seen")
    counts = in_windows(seen)
    what = f"{SENDERS} senders with more to do than they may: requests in any minute"
    yield figures.count("P12", f"{what}, the most", max(counts), 70)
    yield figures.count("P12", f"{what}, the least", min(counts), 55, at_least=True)


def in_windows(seen: Sequence[float]) -> list[int]:
    """How many came in each minute that begins with one of them and has passed."""
    starts = [at for at in seen if at + WINDOW_S <= seen[-1]]
    return [bisect_left(seen, at + WINDOW_S) - bisect_left(seen, at) for at in starts]


def _fill_the_queue(place: Place) -> None:
    """As far as the senders let anybody else write; SQLite has no queue for that."""
    queued = Submission.objects.filter(state=State.QUEUED.value).count()
    with suppress(OperationalError):
        forget_the_caps()
        for _ in range(QUEUED - queued):
            place.confirmed()
