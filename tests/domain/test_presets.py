"""Presets hold what is relative, and become prices again where the entry is known."""

from __future__ import annotations

import re

import pytest

from tests.domain.test_levels import LONG, SHORT, without
from trades.domain import presets
from trades.domain.facts import MarketFacts
from trades.domain.reading import read

FACTS = MarketFacts(rates={"instrumentKind": "spot", "priceStep": "0.5"})
FULL = LONG | {
    "account_id": "a",
    "note": "n",
    "stop_loss.order_type": "limit",
    "stop_loss.price.value": "57900",
    "stop_loss.timeout.enabled": "true",
    "stop_loss.timeout.value": "1m30s",
}


def kept(typed, facts=FACTS):
    return presets.content(read(typed), facts, typed)


def test_no_price_amount_pair_account_or_note_is_kept():
    found = kept(FULL)
    assert not {"account_id", "pair", "note", "position.units.value"} & set(found)
    assert not [p for p in found if p.endswith("price.value")]
    numbers = " ".join(found.values())
    assert not re.search(r"\b(60000|66000|69000|58000|57900)\b", numbers)
    assert found["stop_loss.timeout.value"] == "1m30s"


def test_levels_are_kept_as_percentages_and_multiples_of_the_risk():
    found = kept(FULL)
    assert found["stop_loss.conditional.price.percent"] == "3.33"
    assert found["take_profit.steps.0.r"] == "3"
    assert found["take_profit.steps.1.r"] == "4.5"
    bare = kept(FULL | {"stop_loss.enabled": "false"})
    assert bare["take_profit.steps.0.price.percent"] == "10"


def test_it_becomes_prices_on_the_tick_beside_another_entry():
    new = {"pair": "USDT_ETH", "position.price.value": "3000", "note": "mine"}
    found = presets.applied(kept(FULL), new, FACTS)
    assert found["stop_loss.conditional.price.value"] == "2900"  # 3.33 % below
    assert found["take_profit.steps.0.price.value"] == "3300"
    assert found["take_profit.steps.1.price.value"] == "3450"
    assert "stop_loss.conditional.price.percent" not in found
    assert (found["pair"], found["note"]) == ("USDT_ETH", "mine")


def test_it_fits_the_other_side_too():
    short = kept(SHORT)
    found = presets.applied(short, {"position.price.value": "3000"}, FACTS)
    assert found["stop_loss.conditional.price.value"] == "3100"
    assert found["take_profit.steps.0.price.value"] == "2700"


def test_without_an_entry_the_levels_stay_percentages():
    found = presets.applied(kept(FULL), {"pair": "USDT_ETH"}, FACTS)
    assert found["stop_loss.conditional.price.percent"] == "3.33"
    assert found["take_profit.steps.0.price.percent"] == "9.99"
    assert not [p for p in found if p.endswith("conditional.price.value")]


def test_what_the_ticket_had_of_these_sections_gives_way():
    old = LONG | {"take_profit.steps.2.volume": "9"}
    found = presets.applied(kept(FULL | {"stop_loss.enabled": "false"}), old, FACTS)
    assert "take_profit.steps.2.volume" not in found
    assert found["stop_loss.enabled"] == "false"


def test_a_ticket_without_prices_is_kept_without_levels():
    bare = without(LONG, "position.price.value")
    assert not [p for p in kept(bare) if p.endswith(("percent", ".r"))]


def test_a_multiple_without_a_stop_makes_no_level_and_one_that_is_none_counts_once():
    r = {"take_profit.steps.0.r": "2", "take_profit.steps.0.volume": "100"}
    assert presets.applied(r, {"position.price.value": "3000"}, FACTS) == {
        "take_profit.steps.0.volume": "100",
        "position.price.value": "3000",
    }
    stopped = {"stop_loss.conditional.price.percent": "5"}
    found = presets.applied(r | stopped | {"take_profit.steps.0.r": "x"}, {}, FACTS)
    assert found["take_profit.steps.0.price.percent"] == "5"


TARGET = "take_profit.steps.0"


def test_a_target_is_kept_as_a_multiple_only_where_it_gains():
    near = kept(FULL | {f"{TARGET}.price.value": "61000"})
    assert near[f"{TARGET}.r"] == "0.5"
    even = kept(FULL | {f"{TARGET}.price.value": "60000"})
    assert (even[f"{TARGET}.price.percent"], even.get(f"{TARGET}.r")) == ("0", None)
    percent = {f"{TARGET}.price.value": "", f"{TARGET}.price.percent": "10"}
    found = kept(FULL | percent)
    assert found[f"{TARGET}.r"] == "3"
    assert f"{TARGET}.price.percent" not in found


@pytest.mark.parametrize(("side", "price"), [(LONG, "3300"), (SHORT, "2700")])
def test_a_percentage_becomes_a_price_on_the_gaining_side(side, price):
    bare = kept(side | {"stop_loss.enabled": "false"})
    found = presets.applied(bare, {"position.price.value": "3000"}, FACTS)
    assert found[f"{TARGET}.price.value"] == price
    assert f"{TARGET}.price.percent" not in found
