"""The rule book as a file of cases, each with its exact verdict and its exact body."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from operator import itemgetter
from pathlib import Path

import pytest

from trades.domain import payload, rules
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR
from trades.domain.groups import GROUPS, conditions
from trades.domain.parameters import PARAMETERS
from trades.domain.reading import read_json
from trades.domain.rules.catalogue import catalogue

DATA = Path(__file__).parent.parent / "data"
CASES = [
    json.loads(line, parse_float=Decimal)
    for line in (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
MESSAGES = json.loads((DATA / "messages.json").read_text())
SOURCES = json.loads((DATA / "sources.json").read_text())
PATHS = {row.path for row in PARAMETERS}


@pytest.mark.parametrize("case", CASES, ids=itemgetter("id"))
def test_the_rule_book_agrees(case):
    ticket, facts = read_json(case["input"]), MarketFacts(**case.get("context", {}))
    findings = rules.check(ticket, facts)
    assert {f.path: f.rule for f in findings} == case["errors"] | case.get(
        "warnings", {}
    )
    assert case["valid"] == all(f.severity is not ERROR for f in findings)
    if case["valid"]:
        assert ticket.trade_type.value == case["trade_type"]
        body = payload.encode(payload.body(ticket, facts))
        assert body == json.dumps(case["payload"], separators=(",", ":"))


def test_the_book_has_its_304_cases():
    assert len({case["id"] for case in CASES}) == 304


def test_every_rule_has_a_case_that_fires_it():
    fired = {
        rule
        for case in CASES
        for rule in (*case["errors"].values(), *case.get("warnings", {}).values())
    }
    assert {entry.id for entry in catalogue()} == fired
    assert len(fired) == 99


def test_every_rule_names_the_sources_that_the_book_names():
    assert {e.id: e.source for e in catalogue()} == SOURCES
    assert all(e.sources for e in catalogue())


def test_no_rule_is_declared_twice():
    ids = [entry.id for entry in catalogue()]
    assert len(ids) == len(set(ids))


def test_the_severity_of_each_rule_is_the_one_that_cases_show():
    errors = {rule for case in CASES for rule in case["errors"].values()}
    assert errors == {e.id for e in catalogue() if e.severity is ERROR}


def test_judging_twice_gives_the_same():
    for case in CASES:
        ticket = read_json(case["input"])
        facts = MarketFacts(**case.get("context", {}))
        assert rules.check(ticket, facts) == rules.check(ticket, facts)


def test_the_table_has_the_35_parameters():
    assert len(PATHS) == 35


@pytest.mark.parametrize("row", PARAMETERS, ids=lambda row: row.path)
def test_every_path_of_a_condition_is_in_the_table(row):
    for clause in conditions(row.path):
        for condition in clause:
            assert condition.path in PATHS | {"trade_type"}


def test_every_group_holds_a_parameter():
    for group in GROUPS:
        assert any(path.startswith(f"{group.path}.") for path in PATHS), group.path


def test_every_message_says_what_the_book_says():
    told: set[str] = set()
    for case in CASES:
        facts = MarketFacts(**case.get("context", {}))
        for f in rules.check(read_json(case["input"]), facts):
            assert re.fullmatch(pattern(f.rule), f.message), f
            told.add(f.rule)
    assert told == set(MESSAGES)


# Where the book leaves something open: skip types, and a range with one end unknown.
OPEN = {
    "position-price-required": r"Enter the (order price|price you opened at)\.",
    "units-market-range": r"Market orders here must be (between .+ and|at most) .+\.",
}


def pattern(rule: str) -> str:
    """The message as the book has it, where anything may be filled in."""
    return OPEN.get(rule) or re.sub(r"\\{\w+\\}", ".+", re.escape(MESSAGES[rule]))
