"""P6: what the ticket's page weighs on the wire, with all that it loads."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.web.known import know

BYTES_MAX, REQUESTS_MAX = 40_000, 6


def loaded(page: str) -> set[str]:
    """The static files that a page asks for by itself."""
    tags = re.findall(r"<(?:link|script)[^>]*>", page)
    found = re.findall(r'(?:href|src)="/static/([^"]+)"', " ".join(tags))
    assert len(found) == len(set(found))
    return set(found)


def test_the_filled_ticket_and_all_it_loads_weigh_at_most_40_kb(
    client, trader, make_draft, account
):
    know(account, age_s=5)
    steps = {
        f"take_profit.steps.{n}.{name}": text
        for n in range(8)
        for name, text in {
            "order_type": "limit",
            "volume": "12.5",
            "price.value": f"{66000 + n * 500}",
        }.items()
    }
    client.force_login(trader)
    where = make_draft(steps | {"note": "n" * 280}).get_absolute_url()
    response = client.get(where, headers={"accept-encoding": "gzip"})
    assert response["Content-Encoding"] == "gzip"
    files = loaded(gzip.decompress(response.content).decode())
    assert 1 + len(files) <= REQUESTS_MAX
    weights = [len(gzip.compress(Path(finders.find(f)).read_bytes())) for f in files]
    assert len(response.content) + sum(weights) <= BYTES_MAX


def test_scripts_load_no_others(client, trader):
    """An import would be one more request that the page does not show."""
    client.force_login(trader)
    for file in loaded(client.get("/trades/new/").content.decode()):
        text = Path(finders.find(file)).read_text()
        assert not re.search(r"^\s*import\b|@import|url\(", text, re.M), file
