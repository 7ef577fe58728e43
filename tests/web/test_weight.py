"""P6: the ticket's page is light, also with all that a ticket may hold."""

from __future__ import annotations

import re
from pathlib import Path

from django.contrib.staticfiles import finders

from tests.bench.weight import BYTES_MAX, REQUESTS_MAX, loaded, weighed
from tests.web.known import know


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
    weight, requests = weighed(response)
    assert requests <= REQUESTS_MAX
    assert weight <= BYTES_MAX


def test_scripts_load_no_others(client, trader):
    """An import would be one more request that the page does not show."""
    client.force_login(trader)
    for file in loaded(client.get("/trades/new/").content.decode()):
        text = Path(finders.find(file)).read_text()
        assert not re.search(r"^\s*import\b|@import|url\(", text, re.M), file
