"""An export is exactly what was filtered, safe to open, and itself on record."""

from __future__ import annotations

import csv
import hashlib
import io
import json

import pytest

from tests.rewriting import rewrite
from tests.services.steps import put
from trades.domain.lifecycle import State
from trades.models import Event, Submission
from trades.services import audit, exporting, searching
from trades.services.exporting import CSV, JSON_LINES

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(reviewer):
    """The text of an export, and what was told of it."""

    def taken(form: str = CSV, **filters) -> str:
        rows = searching.found(filters)
        made = exporting.export(rows, form=form, filters="mode=sandbox", by=reviewer)
        text = b"".join(made.pieces).decode()
        made.pieces.close()
        return text

    return taken


def rows_of(text: str) -> list[dict[str, str]]:
    lines = [
        line for line in io.StringIO(text, newline="") if not line.startswith("# ")
    ]
    return list(csv.DictReader(lines))


def told_in(text: str) -> dict[str, str]:
    lines = [line for line in io.StringIO(text, newline="") if line.startswith("# ")]
    return {name.removeprefix("# "): value for name, value in csv.reader(lines)}


def test_the_first_lines_say_what_it_is_and_the_chain_knows_of_it(confirmed, taken):
    for _ in range(3):
        confirmed()
    text = taken()
    told = told_in(text)
    assert told["filters"] == "mode=sandbox"
    assert told["rows"] == "3" == str(len(rows_of(text)))
    assert told["by"] == "reviewer"
    assert told["chain_head"] == audit.head()
    event = Event.objects.last()
    assert (event.by, event.new) == ("reviewer", "history exported")
    assert event.details == {
        "format": "csv",
        "filters": "mode=sandbox",
        "rows": 3,
        "sha256": told["sha256"],
    }
    rest = "".join(line for line in text.splitlines(True) if not line.startswith("# "))
    assert hashlib.sha256(rest.encode()).hexdigest() == told["sha256"]


@pytest.mark.parametrize("form", [CSV, JSON_LINES])
def test_only_what_is_filtered_is_in_it_newest_first(confirmed, taken, form):
    first = confirmed()
    confirmed({"pair": "USDT_ETH"})
    last = confirmed()
    text = taken(form, pair="USDT_BTC")
    ids = [str(last.public_id), str(first.public_id)]
    if form == CSV:
        assert [row["submission"] for row in rows_of(text)] == ids
    else:
        lines = [json.loads(line) for line in text.splitlines()]
        assert [line["submission"] for line in lines[1:]] == ids
        assert lines[0]["export"]["rows"] == 2


def test_numbers_stay_numbers_with_every_digit(confirmed, taken):
    submission = confirmed()
    put(submission, State.ACCEPTED, remote_id=30350494, duration_ms=7)
    size = "0.100000000000000001"
    rewrite(Submission.objects.filter(pk=submission.pk), size=size)
    (row,) = rows_of(taken())
    assert (row["size"], row["value"], row["trade"]) == (size, "600", "30350494")
    line = taken(JSON_LINES).splitlines()[1]
    assert f'"size":{size},' in line
    assert '"trade":30350494' in line
    assert json.loads(line)["body"] == submission.body


def test_what_is_not_known_is_left_empty(confirmed, taken):
    confirmed()
    (row,) = rows_of(taken())
    assert (row["status"], row["sent_at"], row["assigned_to"]) == ("", "", "")
    line = json.loads(taken(JSON_LINES).splitlines()[1])
    assert line["status"] is None
    assert line["overridden"] == []
    assert line["verdict"] == "unreviewed"


def test_no_secret_is_in_it(confirmed, taken, connection):
    confirmed()
    for form in (CSV, JSON_LINES):
        assert connection.api_key not in taken(form)


def test_an_empty_export_says_so(taken):
    text = taken(pair="USDT_ETH")
    assert told_in(text)["rows"] == "0"
    assert rows_of(text) == []


def test_what_comes_meanwhile_is_not_in_it(confirmed, reviewer):
    confirmed()
    made = exporting.export(searching.found({}), form=CSV, filters="", by=reviewer)
    confirmed({"pair": "USDT_ETH"})
    assert made.count == 1
    assert len(rows_of(b"".join(made.pieces).decode())) == 1
    made.pieces.close()
