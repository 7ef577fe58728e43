"""P14: how long a trade that was made stays unknown after its answer was lost."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic, time

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import (
    Place,
    forget_the_caps,
    forget_the_looks,
    open_the_gates,
    wait_for,
)
from tests.bench.processes import Crew
from trades.domain.lifecycle import State
from trades.models import Submission

ROUNDS, AT_ONCE = 4, 4


def until_found(place: Place) -> Iterator[Figure]:
    """The trade is listed from the moment on at which the answer is lost."""
    place.vendor.ask("play", "lose")
    took = []
    with Crew(place.env, place.log) as crew:
        crew.senders()
        for _ in range(ROUNDS):
            took += _found(place)
    what = "from a trade's making, its answer lost, to accepted by a look"
    yield figures.seconds("P14", what, took, 8)


def _found(place: Place) -> list[float]:
    forget_the_caps()
    forget_the_looks()
    open_the_gates()
    lost = [place.confirmed().pk for _ in range(AT_ONCE)]
    accepted = Submission.objects.filter(pk__in=lost, state=State.ACCEPTED.value)
    wait_for(lambda: accepted.count() == AT_ONCE)
    made, clock = place.vendor.ask("posts"), time() - monotonic()
    ours = Submission.objects.filter(pk__in=lost).order_by("pk")
    return [
        s.events.latest("number").at.timestamp() - clock - made[s.token] for s in ours
    ]
