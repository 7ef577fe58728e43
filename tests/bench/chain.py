"""P15: walking the chain of events, beside the bare HMAC over the same bytes."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from time import perf_counter

from django.conf import settings
from django.db import transaction

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import Place
from trades.models import ChainHead, Event
from trades.models.events import link, write_record
from trades.services import audit

EVENTS, ROUNDS = 100_000, 11
_TOLD = {
    "at": datetime.now(UTC),
    "by": "the sender",
    "old": "sending",
    "new": "accepted",
    "details": {"status": 201, "request_id": "8" * 36, "duration_ms": 212},
}


def verifying(place: Place) -> Iterator[Figure]:
    _fill(place.confirmed().pk)
    texts = _texts()
    pairs = [(_walked(), _hashed(texts)) for _ in range(ROUNDS)]
    what = f"verifying a chain of {EVENTS:,} events"
    yield figures.ratio("P15", what, *zip(*pairs, strict=True), 3)


def _fill(submission: int) -> None:
    """The chain goes on from where it is."""
    head = ChainHead.objects.get(pk=1)
    digest, rows = head.hash, []
    for number in range(head.number + 1, EVENTS + 1):
        record = write_record(number, submission, _TOLD)
        digest = link(digest, record)
        rows.append(
            Event(number=number, submission_id=submission, record=record, hash=digest)
        )
    with transaction.atomic():
        Event.objects.bulk_create(rows, batch_size=5000)
        ChainHead.objects.filter(pk=1).update(number=EVENTS, hash=digest)


def _walked() -> float:
    started = perf_counter()
    found = audit.verify()
    took = perf_counter() - started
    assert (found.events, found.bad) == (EVENTS, None), found
    return took


def _texts() -> list[bytes]:
    """What each hash covers, in memory."""
    digest, texts = "", []
    rows = Event.objects.order_by("number").values_list("hash", "record")
    for stored, record in rows.iterator():
        texts.append(f"{digest}{record}".encode())
        digest = stored
    return texts


def _hashed(texts: list[bytes]) -> float:
    key = settings.CHAIN_KEY
    started = perf_counter()
    for text in texts:
        hmac.digest(key, text, sha256)
    return perf_counter() - started
