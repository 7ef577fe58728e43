"""What is offered for each case of the book: its words and what it changes."""

from __future__ import annotations

import json

import pytest

from tests.domain.test_fixes import CASES, DATA, judged, the_fix, typed_of
from trades.domain import fix_values, fixes
from trades.domain.facts import MarketFacts
from trades.domain.levels import maybe
from trades.domain.reading import read

FIXES = json.loads((DATA / "fixes.json").read_text())
BY_ID = {case["id"]: case for case in CASES if typed_of(case["input"])}


@pytest.mark.parametrize("id", BY_ID)
def test_what_is_offered_is_what_the_file_says(id):
    case = BY_ID[id]
    typed, facts = typed_of(case["input"]), MarketFacts(**case.get("context", {}))
    findings, ticket = judged(typed, facts)
    offers = {f.path: fixes.offer(f, ticket, facts, typed) for f in findings}
    told = {p: [fix.label, fix.changes] for p, fix in offers.items() if fix}
    assert told == FIXES.get(id, {})


@pytest.mark.parametrize(
    ("chosen", "codes", "offered"),
    [
        ("cross", ["isolated", "none"], {"leverage.type": "isolated"}),
        ("isolated", ["none", "cross"], {"leverage.type": "cross"}),
        ("cross", ["none", "ISOLATED"], None),
        ("cross", [None], None),
    ],
)
def test_the_only_margin_type_that_there_is_is_offered(chosen, codes, offered):
    typed = {"leverage.enabled": "true", "leverage.type": chosen, "leverage.value": "3"}
    facts = MarketFacts(leverage_data=[{"code": code} for code in codes])
    fix = the_fix(typed, "leverage-type-listed", facts)
    assert (fix and fix.changes) == offered


LEVERED = {
    "trade_type": "smart_trade",
    "leverage.enabled": "true",
    "leverage.type": "cross",
}
LISTED = {"available_leverage_values": ["1", "3", "10", "2.5", "20"]}


@pytest.mark.parametrize(
    ("typed", "entry", "nearest"),
    [
        ("8", LISTED, "10"),
        ("2", LISTED, "1"),  # of two as near the smaller
        ("50", LISTED, "20"),
        ("15", LISTED | {"valid": {"max": "12"}}, "10"),
        ("4", LISTED | {"valid": {"min": "5"}}, "10"),
        ("4", LISTED | {"valid": {"min": "10"}}, "10"),
        ("20", LISTED | {"valid": {"max": "10"}}, "10"),
        ("4", {"available_leverage_values": ["2.5"], "valid": {"min": "5"}}, "5"),
        ("4", {"valid": {"min": "4.1", "max": "9"}}, "5"),
        ("20", {"valid": {"min": "1", "max": "9.9"}}, "9"),
        ("0", {"valid": {"min": "0.1"}}, "1"),
        ("0", {}, "1"),
        ("4", {"valid": {"min": "4.1", "max": "4.9"}}, None),
        ("4", LISTED | {"valid": {"min": "30"}}, None),
        ("4", {"valid": {"min": "2147483648"}}, None),
        ("4", {"valid": {"min": "2147483647"}}, "2147483647"),
    ],
)
def test_the_nearest_leverage_that_the_pair_takes_is_offered(typed, entry, nearest):
    ticket = read(LEVERED | {"leverage.value": typed})
    facts = MarketFacts(leverage_data=[{"code": "cross"} | entry])
    assert maybe(fix_values.leverage, ticket, facts) == (nearest and int(nearest))
