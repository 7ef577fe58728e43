"""P1 and P2: what the safe send and its signature cost beside a bare POST."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from time import perf_counter

import requests
from django.conf import settings
from requests import certs

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import Place, forget_the_caps, open_the_gates, save_key
from trades.domain.lifecycle import State
from trades.gateway.vault import open_sealed
from trades.models import Connection, Submission
from trades.services import sending, submissions

TARGET = "/public/api/v2/smart_trades"
_WARM_UP = 5


def whole_send(place: Place) -> Iterator[Figure]:
    """P1. Where the first line misses its goal, two more tell what it would take."""
    what = "confirm and send, four commits, to a vendor that answers at once"
    figure = _whole_send(place, "quick", 100, what)
    yield figure
    if figure.is_missed:
        yield _whole_send(place, "50 ms", 50, "to a vendor that takes 50 ms")
        _trust_the_public_too(place)
        what = "at once again, both trusting the public authorities too, as for 3Commas"
        yield _whole_send(place, "quick", 50, what)


def _whole_send(place: Place, script: str, rounds: int, what: str) -> Figure:
    place.vendor.ask("play", script)
    pairs = [_pair(place, n) for n in range(_WARM_UP + rounds)][_WARM_UP:]
    return figures.ratio("P1", what, *zip(*pairs, strict=True), 1.8)


def _trust_the_public_too(place: Place) -> None:
    """Reading all their certificates is a good part of a new connection's work."""
    both = place.folder / "authorities.pem"
    own = Path(settings.SANDBOX_CA_FILE).read_text()
    both.write_text(Path(certs.where()).read_text() + own)
    settings.SANDBOX_CA_FILE = str(both)


def _pair(place: Place, number: int) -> tuple[float, float]:
    """The safe send of a submission and the bare POST of its bytes; each is first in
    every other pair.
    """
    draft = place.draft()
    review = submissions.review(draft)
    post = bare_post(place.account.connection, review.body)
    forget_the_caps()
    open_the_gates()

    def send() -> None:
        sending.send(place.confirm(draft, review).pk)

    if number % 2:
        bare, ours = took(post), took(send)
    else:
        ours, bare = took(send), took(post)
    sent = Submission.objects.get(draft=draft)
    assert sent.state == State.ACCEPTED.value, sent.reason
    return ours, bare


def signing(place: Place) -> Iterator[Figure]:
    """P2: the secret opened, the key read, the request signed, as each send does."""
    place.vendor.ask("play", "quick")
    rsa = save_key(place.trader, "rsa", place.folder)
    body = submissions.review(place.draft()).body
    post = bare_post(place.account.connection, body)
    for connection, goal in ((place.account.connection, 0.02), (rsa, 0.15)):
        what = f"opening the key and signing with it, {connection.scheme.upper()}"
        sign = partial(_signed, connection, body)
        pairs = [(took(sign), took(post)) for _ in range(_WARM_UP + 100)][_WARM_UP:]
        yield figures.ratio("P2", what, *zip(*pairs, strict=True), goal)


def _signed(connection: Connection, body: str) -> dict[str, str]:
    keys, binding = settings.SEALING_KEYS, connection.binding
    secret = open_sealed(connection.sealed_secret, keys=keys, bound_to=binding)
    signer = sending._SIGNERS[connection.scheme]
    return signer(connection.api_key, secret).headers(TARGET, body)


def bare_post(connection: Connection, body: str) -> Callable[[], None]:
    """``requests`` and nothing else, over a TLS connection of its own."""
    url = settings.SANDBOX_URL + TARGET
    headers = {"Content-Type": "application/json", **_signed(connection, body)}
    data = body.encode()

    def post() -> None:
        answer = requests.post(
            url,
            data=data,
            headers=headers,
            verify=settings.SANDBOX_CA_FILE,
            timeout=(5, 30),
        )
        assert answer.status_code == 201, answer.text

    return post


def took(work: Callable[[], object]) -> float:
    started = perf_counter()
    work()
    return perf_counter() - started
