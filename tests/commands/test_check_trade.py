"""``check_trade`` as a process: what goes in, what comes out, and how it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
BOOK = ROOT / "tests" / "data" / "cases.jsonl"
KEYS = ("id", "valid", "errors", "warnings", "trade_type", "payload")
BUY = {
    "account_id": 1,
    "pair": "USDT_BTC",
    "instant": True,
    "position": {"type": "buy", "order_type": "market", "units": {"value": "0.01"}},
}


def check_trade(*arguments: str, given: bytes = b"") -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "manage.py", "check_trade", *arguments],
        cwd=ROOT,
        input=given,
        capture_output=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
        timeout=60,
    )


def test_the_304_cases_come_out_as_they_stand_in_the_book():
    done = check_trade("--jsonl", str(BOOK))
    assert done.returncode == 0
    judged = [json.loads(line) for line in done.stdout.splitlines()]
    cases = [json.loads(line) for line in BOOK.read_bytes().splitlines()]
    assert len(judged) == len(cases) == 304
    for case, line in zip(cases, judged, strict=True):
        assert line == {key: case[key] for key in KEYS if key in case}


def test_a_line_that_is_no_json_says_so_and_the_run_goes_on():
    lines = [
        b"nope",
        b'{"id": 1, "id": 2}',
        b"[]",
        b'{"id": 7}',
        b"\xff",
        b"[" * 100_000,
    ]
    last = json.dumps({"id": "last", "input": BUY}).encode()
    done = check_trade("--jsonl", given=b"\n".join([*lines, last]))
    judged = [json.loads(line) for line in done.stdout.splitlines()]
    assert [set(line) for line in judged[:-1]] == [{"error"}] * len(lines)
    assert (judged[-1]["id"], judged[-1]["valid"]) == ("last", True)


def test_a_valid_trade_is_shown_with_its_type_and_body():
    done = check_trade(given=json.dumps(BUY | {"x": 1}).encode())
    assert done.returncode == 0
    *_, title, body = done.stdout.decode().splitlines()
    assert b"Trade type: simple_buy" in done.stdout
    assert b"x: x is not a SmartTrade setting" in done.stdout
    assert b"[any-unknown]" in done.stdout
    assert title == "Body:"
    assert json.loads(body)["position"]["units"] == {"value": "0.01"}


def test_a_refused_trade_is_told_field_by_field(tmp_path):
    file = tmp_path / "trade.json"
    file.write_text(json.dumps(BUY | {"pair": "BTC/USDT", "note": "\x1b[2J"}))
    done = check_trade(str(file))
    assert done.returncode == 1
    assert b"  pair: Write the pair as QUOTE_BASE" in done.stdout
    assert b"[note-control]" in done.stdout
    assert b"Body" not in done.stdout


@pytest.mark.parametrize(
    "given",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"a": 1, "a": 1}',
        b"[" * 100_000 + b"]" * 100_000,
        b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        b"NaN",
    ],
    ids=lambda given: repr(given[:20]),
)
def test_what_can_not_be_read_ends_with_2_and_one_line(given):
    done = check_trade(given=given)
    assert done.returncode == 2
    assert done.stdout == b""
    assert len(done.stderr.splitlines()) == 1
    assert b"Traceback" not in done.stderr


def test_a_file_that_is_not_there_ends_with_2():
    done = check_trade("no/such/file.json")
    assert done.returncode == 2
    assert b"No such file" in done.stderr


def test_a_key_can_not_write_on_the_terminal():
    done = check_trade(given=json.dumps(BUY | {"\x1b[2J\ud800": 1}).encode())
    assert done.returncode == 0
    assert b"\x1b" not in done.stdout
    assert rb"\u001b[2J\ud800" in done.stdout
