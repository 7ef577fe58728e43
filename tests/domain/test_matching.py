"""What a listed trade differs in from ours, and how much that weighs."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.domain.listed import (
    FULL,
    GONE,
    NOW,
    TOKEN,
    beside,
    changed,
    listed,
    paths,
)
from trades.domain import payload
from trades.domain.payload import Difference


@pytest.fixture(scope="module")
def ours() -> dict:
    """The trade that was made of FULL."""
    return listed(FULL)


def test_a_trade_made_of_a_body_carries_its_token_and_differs_in_nothing(ours):
    found = beside(FULL, ours)
    assert (found.has_token, found.reference, found.note) == (
        True,
        TOKEN,
        f"plan A ref:{TOKEN}",
    )
    assert (found.remote_id, found.status) == (ours["id"], "Pending")
    assert (found.hard, found.numeric, found.soft) == ((), (), ())
    assert (found.in_window, found.is_candidate) == (True, True)
    assert found.created_at == NOW


@pytest.mark.parametrize(
    ("path", "theirs", "name"),
    [
        ("account.id", 1002, "account.id"),
        ("pair", "USDT_ETH", "pair"),
        ("position.type", "sell", "position.type"),
        ("position.order_type", "limit", "position.order_type"),
        ("instant", True, "instant"),
        ("skip_enter_step", True, "skip_enter_step"),
    ],
)
def test_a_trade_that_differs_in_a_hard_field_is_no_candidate(path, theirs, name, ours):
    for value in (theirs, None, "", [theirs], {}, "?", GONE):
        found = beside(FULL, changed(ours, path, value))
        assert paths(found.hard) == [name], value
        assert (found.is_candidate, found.has_token) == (False, True)
        assert (found.numeric, found.soft) == ((), ()) or path == "position.type"


STEP = "take_profit.steps.1"


@pytest.mark.parametrize(
    ("path", "theirs"),
    [
        ("position.units.value", "0.012346"),
        ("position.conditional.price.value", "59000.51"),
        (f"{STEP}.order_type", "market"),
        (f"{STEP}.price.value", "70000.01"),
        (f"{STEP}.volume", "60.5"),
        ("stop_loss.conditional.price.value", "49999.9"),
    ],
)
def test_numbers_that_differ_are_shown_and_a_person_decides(path, theirs, ours):
    before = payload.flat(FULL)[path]
    for value, after in ((theirs, theirs), ("?", "?"), ([], "…"), (None, "")):
        found = beside(FULL, changed(ours, path, value))
        assert found.numeric == (Difference(path, before, after),)
        assert (found.is_candidate, found.hard, found.soft) == (True, (), ())


def test_equal_numbers_are_equal_however_they_are_written(ours):
    same = ("59000.5", "059000.500", Decimal("59000.50"), Decimal("5.90005E+4"))
    for value in same:
        entity = changed(ours, "position.conditional.price.value", value)
        assert beside(FULL, entity).numeric == ()
    body = changed(FULL, "position.units.value", "25")
    for value in ("25.0", 25, Decimal("25")):
        assert beside(body, changed(ours, "position.units.value", value)).numeric == ()


@pytest.mark.parametrize("lot_step", [None, Decimal(0), Decimal("-1"), Decimal("NaN")])
def test_an_amount_is_cut_to_the_lot_step_only_where_it_is_known(lot_step, ours):
    assert ours["position"]["units"]["value"] == "0.01234"
    found = beside(FULL, ours, lot_step=lot_step)
    assert found.numeric == (Difference("position.units.value", "0.012347", "0.01234"),)
    assert beside(FULL, ours).numeric == ()
    for wrong in ("0.01233", "0.01235"):  # neither a lot less nor rounded up
        entity = changed(ours, "position.units.value", wrong)
        assert paths(beside(FULL, entity).numeric) == ["position.units.value"]


def test_either_price_of_the_entry_may_be_ours(ours):
    def prices(value, without) -> tuple:
        return beside(
            FULL,
            changed(
                changed(ours, "position.price.value", value),
                "position.price.value_without_commission",
                without,
            ),
        ).numeric

    assert prices("60060", "60000.0") == prices("60000.0", None) == ()
    expected = (Difference("position.price.value", "60000", "60060"),)
    assert prices("60060", "59940") == expected


def test_the_price_of_a_market_order_is_only_shown(ours):
    body = changed(FULL, "position.order_type", "market")
    body["position"].pop("conditional")
    entity = changed(ours, "position.order_type", "market")
    entity["position"].pop("conditional")
    entity = changed(entity, "position.price.value", "63000")
    for price, before in (({"value": "61000"}, "61000"), (None, "")):
        body["position"]["price"] = price
        found = beside(body, entity)
        assert (found.hard, found.numeric) == ((), ())
        assert found.soft == (Difference("position.price.value", before, "63000"),)


def test_steps_are_counted_and_compared_by_their_positions(ours):
    turned = changed(ours, "take_profit.steps", ours["take_profit"]["steps"][::-1])
    assert beside(FULL, turned).numeric == ()
    for step in turned["take_profit"]["steps"]:
        step["position"] = None
    assert len(beside(FULL, turned).numeric) == 4
    fewer = changed(ours, "take_profit.steps", ours["take_profit"]["steps"][:1])
    expected = (Difference("take_profit.steps", "2", "1"),)
    assert beside(FULL, fewer).numeric == expected
    none = (Difference("take_profit.steps", "2", "0"),)
    for gone in ({"0": {}}, None, "steps", []):
        entity = changed(ours, "take_profit.steps", gone)
        assert beside(FULL, entity).numeric == none


def test_a_percentage_that_3commas_works_out_is_no_difference(ours):
    for path in (f"{STEP}.price.percent", "stop_loss.conditional.price.percent"):
        assert beside(FULL, changed(ours, path, "5.0")).numeric == ()
    body = changed(FULL, f"{STEP}.price", {"percent": "5", "type": "bid"})
    entity = changed(ours, f"{STEP}.price.percent", "5.0")
    assert beside(body, entity).numeric == ()
    entity = changed(ours, f"{STEP}.price.percent", "6.0")
    assert beside(body, entity).numeric == (
        Difference(f"{STEP}.price.percent", "5", "6.0"),
    )


def test_a_stop_that_nobody_sent_is_shown(ours):
    body = changed(FULL, "stop_loss", {"enabled": False})
    found = beside(body, ours)
    assert paths(found.numeric) == ["stop_loss.conditional.price.value"]
    assert paths(found.soft)[0] == "stop_loss.enabled"


@pytest.mark.parametrize(
    ("path", "theirs", "before"),
    [
        ("leverage", {"enabled": True}, "false"),
        ("take_profit.enabled", False, "true"),
        ("stop_loss.enabled", False, "true"),
        ("stop_loss.enabled", "?", "true"),
        (f"{STEP}.trailing.enabled", True, ""),
        ("stop_loss.timeout.value", 0, ""),
        ("stop_loss.conditional.price.type", "ask", "bid"),
    ],
)
def test_soft_fields_are_shown_and_decide_nothing(path, theirs, before, ours):
    found = beside(FULL, changed(ours, path, theirs))
    (soft,) = found.soft
    assert (soft.path.startswith(path), soft.before) == (True, before)
    assert (found.is_candidate, found.numeric) == (True, ())


def test_absent_null_empty_and_off_are_the_same_for_optional_groups(ours):
    for path in (
        "leverage",
        "leverage.enabled",
        f"{STEP}.trailing",
        "stop_loss.timeout",
    ):
        for value in (None, "", GONE):
            found = beside(FULL, changed(ours, path, value))
            assert (found.soft, found.numeric) == ((), ()), (path, value)


AT_A_LIMIT = changed(
    changed(FULL, "position.order_type", "limit"), "position.conditional", GONE
)
AT_MARKET = changed(
    changed(AT_A_LIMIT, "position.order_type", "market"), "position.price", GONE
)


@pytest.mark.parametrize(
    ("body", "numeric", "soft"),
    [
        (FULL, ["position.price.value"], []),
        (AT_A_LIMIT, ["position.price.value"], []),
        (AT_MARKET, [], ["position.price.value"]),
    ],
)
def test_the_price_weighs_where_the_order_names_one(body, numeric, soft):
    other = changed(listed(body), "position.price.value", "60001")
    other = changed(other, "position.price.value_without_commission", "60001")
    found = beside(body, other)
    assert (paths(found.numeric), paths(found.soft)) == (numeric, soft)


def test_a_number_that_no_page_can_show_is_not_written_out(ours):
    for number, shown in ((2**256 - 1, str(2**256 - 1)), (2**256, "…")):
        other = changed(ours, "position.units.value", number)
        (difference,) = beside(FULL, other).numeric
        assert difference.after == shown


@pytest.mark.parametrize(("text", "agrees"), [("false", True), ("true", False)])
def test_a_switch_may_be_written_out(text, agrees, ours):
    found = beside(FULL, changed(ours, "instant", text))
    assert (found.hard == ()) is agrees
    on = beside(changed(FULL, "instant", True), changed(ours, "instant", text))
    assert (on.hard == ()) is not agrees
