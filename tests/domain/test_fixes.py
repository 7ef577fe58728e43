"""What is offered settles what was refused, and touches nothing else."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trades.domain import fixes, rules
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, Finding
from trades.domain.importing import imported
from trades.domain.reading import read
from trades.domain.rules.catalogue import catalogue
from trades.domain.trade_types import TradeType

DATA = Path(__file__).parent.parent / "data"
CASES = [
    json.loads(line, parse_float=Decimal)
    for line in (DATA / "cases.jsonl").read_text(encoding="utf-8").splitlines()
]
# For these nobody can say what was meant, or what is near.
WITHOUT = {
    *("any-object", "any-list", "any-text", "any-boolean", "any-toggle", "any-size"),
    *("any-unknown", "account-required", "account-id-range", "account-smart-trading"),
    *("account-locked", "account-order-support", "pair-required", "pair-format"),
    *("type-instant-skip", "type-simple-conditional", "type-skip-needs-exit"),
    *("leverage-type-required", "leverage-value-required", "position-side-required"),
    *("position-order-type-required", "units-required", "units-positive"),
    *("units-total-estimate", "price-positive", "price-far", "tp-steps-required"),
    *("conditional-trigger-required", "conditional-trailing-percent-required"),
    *("conditional-trigger-equals-price", "tp-steps-max", "tp-price-required"),
    *("tp-price-percent-required", "tp-percent-positive", "tp-percent-short"),
    *("tp-trailing-percent-required", "tp-direction", "tp-order", "tp-step-small"),
    *("sl-price-required", "sl-trigger-required", "sl-percent-required"),
    *("sl-percent-positive", "sl-percent-long", "sl-timeout-required", "sl-direction"),
    *("sl-past-tp", "sl-liquidation", "sl-risk-reward", "note-control", "note-length"),
}


def typed_of(trade: object) -> dict[str, str] | None:
    """A case as somebody would type it; None where a form can't say the same."""
    if not isinstance(trade, dict):
        return None
    found = imported(trade)
    if found.left_out or "trade_type" not in found.typed:
        return None
    return {**found.typed, "account_id": found.account}


def judged(typed: dict[str, str], facts: MarketFacts) -> tuple[list[Finding], object]:
    ticket = read(typed)
    return rules.check(ticket, facts), ticket


def offered():
    """Every fix that the cases lead to, with the ticket it is for."""
    for case in CASES:
        typed, facts = typed_of(case["input"]), MarketFacts(**case.get("context", {}))
        if typed is None:
            continue
        findings, ticket = judged(typed, facts)
        for finding in findings:
            if fix := fixes.offer(finding, ticket, facts, typed):
                yield pytest.param(
                    typed, facts, finding, fix, id=f"{case['id']}-{finding.rule}"
                )


@pytest.mark.parametrize(("typed", "facts", "finding", "fix"), list(offered()))
def test_what_is_offered_settles_what_was_refused(typed, facts, finding, fix):
    after, _ = judged(typed | dict(fix.changes), facts)
    assert (finding.path, finding.rule) not in {(f.path, f.rule) for f in after}
    assert fix.label


@pytest.mark.parametrize(("typed", "facts", "finding", "fix"), list(offered()))
def test_what_is_offered_for_an_error_makes_no_other_at_its_place(
    typed, facts, finding, fix
):
    after, _ = judged(typed | dict(fix.changes), facts)
    broken = {f.path for f in after if f.severity is ERROR}
    before = {f.path for f in judged(typed, facts)[0]}
    assert broken & set(fix.changes) <= before - {finding.path}


def test_somebody_has_decided_for_every_rule():
    ids = {entry.id for entry in catalogue()}
    assert fixes.fixable() | WITHOUT == ids
    assert not fixes.fixable() & WITHOUT


def test_every_fixable_rule_was_tried_on_a_case():
    tried = {param.values[2].rule for param in offered()}
    assert fixes.fixable() - tried == {"any-choice", "pair-listed"}  # both below


LONG = {
    "trade_type": TradeType.SMART_TRADE.value,
    "account_id": "1",
    "pair": "USDT_BTC",
    "position.order_type": "limit",
    "position.units.value": "0.0123",
    "position.price.value": "60000",
}
RATES = MarketFacts(
    rates={"lotStep": "0.001", "priceStep": "0.01", "minLotSize": "0.001"}
)


def the_fix(changes: dict[str, str], rule: str, facts: MarketFacts = RATES):
    typed = LONG | changes
    findings, ticket = judged(typed, facts)
    (finding,) = [f for f in findings if f.rule == rule]
    return fixes.offer(finding, ticket, facts, typed)


def test_the_nearest_amount_names_the_step():
    fix = the_fix({}, "units-step")
    assert fix.label == "Use 0.012 (lot step 0.001)"
    assert fix.changes == {"position.units.value": "0.012"}


def test_a_percentage_becomes_the_price_that_it_means():
    stop = {"stop_loss.enabled": "true", "stop_loss.order_type": "market"}
    stop |= {"position.units.value": "0.01", "stop_loss.conditional.price.type": "bid"}
    stop |= {"stop_loss.conditional.price.percent": "3"}
    fix = the_fix(stop, "sl-percent-plain")
    assert fix.label == "Use 58,200 (3 % below 60,000, in steps of 0.01)"
    assert fix.changes == {
        "stop_loss.conditional.price.value": "58200",
        "stop_loss.conditional.price.percent": "",
    }


def test_the_last_step_takes_what_is_left():
    steps = {"take_profit.enabled": "true", "position.units.value": "0.01"}
    for n, share in enumerate(("60", "10")):
        steps |= {f"take_profit.steps.{n}.volume": share}
        steps |= {f"take_profit.steps.{n}.order_type": "limit"}
        steps |= {f"take_profit.steps.{n}.price.value": f"7{n}000"}
    fix = the_fix(steps, "tp-volume-total")
    assert fix.label == "Put 40 % on step 2"
    assert fix.changes == {"take_profit.steps.1.volume": "40"}
    assert (
        the_fix(steps | {"take_profit.steps.0.volume": "100"}, "tp-volume-total")
        is None
    )


def test_a_choice_in_other_capitals_is_the_choice():
    fix = the_fix({"position.order_type": "Limit"}, "any-choice")
    assert fix.changes == {"position.order_type": "limit"}
    assert the_fix({"position.order_type": "stop"}, "any-choice") is None


@pytest.mark.parametrize("pair", ["btc_usdt", "BTC_USDT", "usdt_btc"])
def test_a_pair_is_found_turned_round_and_in_capitals(pair):
    facts = MarketFacts(pairs=["USDT_BTC", "USDT_ETH"])
    fix = the_fix({"pair": pair, "position.units.value": "1"}, "pair-listed", facts)
    assert fix.changes == {"pair": "USDT_BTC"}
    other = {"pair": "USDT_XYZ", "position.units.value": "1"}
    assert the_fix(other, "pair-listed", facts) is None


@pytest.mark.parametrize(
    "text", ["1,000", "1.000,5.0", "1.5,3", "1 5", "1.2.3", "ten", "1e5", "", "0x1"]
)
def test_what_may_mean_two_things_is_not_guessed(text):
    typed = LONG | {"position.units.value": text}
    finding = Finding("position.units.value", "any-number", ERROR, "Enter a number.")
    assert fixes.offer(finding, read(typed), RATES, typed) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("60.000,00", "60000.00"),
        ("60,000.00", "60000.00"),
        ("1.000.000", "1000000"),
        ("1 000 000,5", "1000000.5"),
        ("1'000.5", "1000.5"),
        ("0,500", "0.500"),
        (",5", ".5"),
        ("+7", "7"),
    ],
)
def test_a_number_written_otherwise_is_never_another_number(text, number):
    fix = the_fix({"position.units.value": text}, "any-number")
    assert fix.changes == {"position.units.value": number}


# Tickets that somebody may get to by way of the cases: other values, other switches.
STRANGE = ("", "0", "-3", "0.01", "50", "99.99", "120", "3000000000", "x", "1.000,5")


@st.composite
def strange_tickets(draw):
    case = draw(st.sampled_from([c for c in CASES if typed_of(c["input"])]))
    other = draw(st.sampled_from(CASES))
    typed, facts = typed_of(case["input"]), draw(st.sampled_from([case, other]))
    for path in draw(st.lists(st.sampled_from(sorted(typed)), max_size=4)):
        typed[path] = draw(st.sampled_from((*STRANGE, "true", "false", "limit")))
    return typed, MarketFacts(**facts.get("context", {}))


@settings(max_examples=150, deadline=None)
@given(strange_tickets())
def test_whatever_is_typed_an_offer_settles_it_and_overwrites_nothing_else(given):
    typed, facts = given
    findings, ticket = judged(typed, facts)
    for finding in findings:
        fix = fixes.offer(finding, ticket, facts, typed)
        if fix is None:
            continue
        after, _ = judged(typed | dict(fix.changes), facts)
        told = {(f.path, f.rule) for f in after}
        assert (finding.path, finding.rule) not in told, (finding, fix)
        others = set(fix.changes) - {finding.path}
        filled = {p for p in others if fix.changes[p] and _is_text(typed, p)}
        assert not filled, (finding, fix)


def _is_text(typed: dict[str, str], path: str) -> bool:
    """Something that a person typed: no switch, no choice, and not the last share."""
    text = typed.get(path, "").strip()
    is_choice = path.endswith((".enabled", "order_type", ".volume"))
    return bool(text) and not is_choice
