"""What is offered for each case of the book: its words and what it changes."""

from __future__ import annotations

import json

import pytest

from tests.domain.test_fixes import CASES, DATA, judged, the_fix, typed_of
from trades.domain import fix_values, fixes
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, Finding
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


def test_a_name_is_turned_round_at_its_first_underscore():
    facts = MarketFacts(pairs=["USDT_BTC_USDT"])
    for pair, fix in (("btc_usdt_usdt", None), ("BTC_USDT_USDT", None)):
        assert the_fix({"pair": pair}, "pair-listed", facts) is fix
    fix = the_fix({"pair": "usdt_btc_usdt"}, "pair-listed", facts)
    assert fix.changes == {"pair": "USDT_BTC_USDT"}


def test_a_step_that_is_not_known_is_not_named():
    facts = MarketFacts(rates={"minLotSize": "0.5", "minPrice": "70000"})
    assert the_fix({}, "units-min", facts).label == "Use 0.5"
    assert the_fix({}, "price-bounds", facts).label == "Use 70000"


def test_the_stop_of_a_short_lies_above_its_entry():
    stop = {"stop_loss.enabled": "true", "stop_loss.order_type": "market"}
    stop |= {"stop_loss.conditional.price.type": "ask", "trade_type": "smart_cover"}
    stop |= {"stop_loss.conditional.price.percent": "5"}
    fix = the_fix(stop, "sl-percent-plain", MarketFacts())
    assert fix.label == "Use 63,000 (5 % above 60,000)"
    assert fix.changes["stop_loss.conditional.price.value"] == "63000"


def test_what_was_not_typed_can_not_be_mended():
    finding = Finding("position.units.value", "any-number", ERROR, "Enter a number.")
    assert fixes.offer(finding, read({}), MarketFacts(), {}) is None


def test_the_worth_of_a_large_amount_is_told_to_the_digit():
    price = "60000.123456789012345"
    rates = {"maxTotal": "1" + "0" * 19, "priceStep": "0.000000000000001"}
    typed = {"position.price.value": price, "position.units.value": "9" * 15}
    fix = the_fix(typed, "units-total-max", MarketFacts(rates=rates))
    units = fix.changes["position.units.value"]
    digits = int(units.replace(".", "")) * int(price.replace(".", ""))
    assert fix.label.replace(".", "") == f"Use {units} (worth {digits})".replace(
        ".", ""
    )


def test_the_stop_of_a_short_that_trails_is_counted_above_the_trigger():
    typed = {
        "trade_type": "smart_cover",
        "position.order_type": "conditional",
        "position.conditional.order_type": "market",
        "position.conditional.price.value": "50000",
        "position.conditional.trailing.enabled": "true",
        "position.conditional.trailing.percent": "1",
        "stop_loss.enabled": "true",
        "stop_loss.order_type": "market",
        "stop_loss.conditional.price.type": "ask",
        "stop_loss.conditional.price.value": "55000",
    }
    fix = the_fix(typed, "sl-value-trailing", MarketFacts())
    assert fix.label == "Use 10 % (counted from the trigger)"


@pytest.mark.parametrize(("percent", "changed"), [("-1", None), ("101", "99")])
def test_no_trailing_is_nothing_that_is_offered(percent, changed):
    path = "position.conditional.trailing.percent"
    typed = {
        "position.order_type": "conditional",
        "position.conditional.order_type": "market",
        "position.conditional.price.value": "50000",
        "position.conditional.trailing.enabled": "true",
        path: percent,
    }
    fix = the_fix(typed, "conditional-trailing-percent-range", MarketFacts())
    assert (fix and fix.changes) == (changed and {path: changed})
