"""P6: what the ticket's page weighs on the wire, with all that it loads."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from pathlib import Path

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from tests.bench import figures
from tests.bench.figures import Figure
from tests.bench.place import Place

BYTES_MAX, REQUESTS_MAX = 40_000, 6


def of_the_page(place: Place) -> Iterator[Figure]:
    """A filled draft, as a browser gets it."""
    client = Client(SERVER_NAME="localhost")  # one that the settings allow
    client.force_login(place.trader)
    address = reverse("draft-edit", args=[place.draft().public_id])
    page = client.get(address, headers={"accept-encoding": "gzip"})
    assert page.status_code == 200
    weight, requests = weighed(page)
    yield figures.count("P6", "bytes of the ticket's page, gzip", weight, BYTES_MAX)
    yield figures.count("P6", "requests for it", requests, REQUESTS_MAX)


def weighed(page: HttpResponse) -> tuple[int, int]:
    """Bytes and requests of a compressed page with its static files."""
    files = loaded(gzip.decompress(page.content).decode())
    weights = [len(gzip.compress(Path(finders.find(f)).read_bytes())) for f in files]
    return len(page.content) + sum(weights), 1 + len(files)


def loaded(page: str) -> list[str]:
    """The static files that a page asks for by itself."""
    tags = re.findall(r"<(?:link|script)[^>]*>", page)
    return re.findall(r'(?:href|src)="/static/([^"]+)"', " ".join(tags))
