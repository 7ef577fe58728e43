"""Whatever a list holds, reading it neither fails nor takes long."""

from __future__ import annotations

import copy
from decimal import Decimal
from time import monotonic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.domain.listed import FULL, SAMPLES, beside, changed
from trades.domain.matching import Match, echo


def places(tree: object, path: str = "") -> list[str]:
    """Every path in a value."""
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    found = []
    for key, value in pairs:
        here = f"{path}.{key}" if path else str(key)
        found.append(here)
        if isinstance(value, dict | list):
            found += places(value, here)
    return found


WHOLE = copy.deepcopy(SAMPLES["trade_cancel.200.json"])
WHOLE["position"]["conditional"] = SAMPLES["close_by_market.201.json"]["position"][
    "conditional"
]
READ = [
    *("id", "pair", "note", "status.title", "data.created_at", "position.units.value"),
    *("take_profit.steps", "take_profit.steps.0.position", "leverage.value", "instant"),
]
ABSURD = [
    *map(Decimal, ("1e999999", "-1e-999999", "NaN", "sNaN", "-Infinity", "0E-999999")),
    *("NaN", "Infinity", "1e5", "2025-08-11T25:00:00Z", "0001-01-01T00:00:00+14:00"),
    *(10**4000, -(10**300), 2**63, float("nan"), float("inf"), "\ud800", "\0"),
]
LONG = [
    *("9" * 100_000, " " * 100_000, " ref:" * 25_000, "2025-08-11T" * 10_000),
    *(Decimal("0." + "3" * 100_000), Decimal("3" * 100_000), 10**1_000_000),
    *([[]] * 100_000, [{"position": n} for n in range(100_000)]),
]
leaves = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.text(st.characters()),
    st.decimals(),
    st.sampled_from(ABSURD),
)
any_json = st.recursive(
    leaves, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
)


def assert_fit(found: Match) -> None:
    assert isinstance(found.is_candidate, bool)
    told = [found.status, found.note, found.reference]
    for difference in (*found.hard, *found.numeric, *found.soft):
        told += [difference.path, difference.before, difference.after]
    for text in told:
        assert text.isprintable()
        assert len(text.encode()) <= 1200
        assert len(text) <= 300


@settings(deadline=None)
@given(st.sampled_from(places(WHOLE)), any_json)
def test_any_value_may_stand_in_any_place(path, value):
    entity = changed(WHOLE, path, value)
    echo(FULL, entity)
    found = beside(FULL, entity)
    if path != "id":
        assert_fit(found)


@settings(deadline=None)
@given(any_json, any_json)
def test_any_value_may_stand_for_a_trade(value, note):
    for entity in (value, {"id": 1, "position": value, "note": note, "data": value}):
        found = beside(FULL, entity)
        assert found is None or assert_fit(found) is None


@pytest.mark.parametrize("number", range(len(ABSURD)))
def test_no_absurd_value_in_any_place_is_forgotten(number):
    for path in places(WHOLE):
        found = beside(FULL, changed(WHOLE, path, ABSURD[number]))
        assert found is None or assert_fit(found) is None


@pytest.mark.parametrize("number", range(len(LONG)))
def test_no_value_takes_long(number):
    long = [changed(WHOLE, path, LONG[number]) for path in READ]
    start = monotonic()
    for entity in long:
        beside(FULL, entity)
    assert monotonic() - start < 2
