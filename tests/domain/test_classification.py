"""The table of what an exchange came to, against a second copy of the contract's."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trades.domain.classification import (
    Failure,
    Phase,
    is_id,
    is_trade,
    of_answer,
    of_failure,
    why_refused,
)
from trades.domain.lifecycle import State

REFUSED = {
    **{400: "refused", 401: "key", 402: "refused", 403: "key", 404: "refused"},
    **{405: "refused", 406: "refused", 410: "refused", 411: "refused"},
    **{413: "refused", 414: "refused", 415: "refused", 418: "ban", 422: "refused"},
    **{429: "rate", 431: "refused", 451: "refused"},
}
PLAN = "The request type 'write' is not available with your current subscription plan."
ANSWERS = {
    "a trade": {"id": 30350494},
    "nothing": {},
    "an error": {"error": "record_invalid"},
    "an error with an id": {"error": None, "id": 7},
    "an id that is true": {"id": True},
    "an id that is text": {"id": "30350494"},
}
STATUSES = [*range(-1, 1100), 9999, 2**31]


def expected(status: int, *, a_trade: bool) -> tuple[State, str]:
    if status in REFUSED:
        return State.REJECTED, REFUSED[status]
    if status in (200, 201) and a_trade:
        return State.ACCEPTED, ""
    return State.UNKNOWN, "unclear"


@pytest.mark.parametrize("name", ANSWERS)
def test_each_status_means_what_the_contract_says(name):
    for status in STATUSES:
        came_to = of_answer(status, ANSWERS[name], "")
        assert came_to == expected(status, a_trade=name == "a trade"), status


def test_a_plan_is_the_reason_of_a_429_alone():
    for status in STATUSES:
        state, reason = of_answer(status, {"id": 7}, PLAN)
        plain = expected(status, a_trade=True)
        assert (state, reason) == ((State.REJECTED, "plan") if status == 429 else plain)


@pytest.mark.parametrize("text", ["", "Too many requests", "plan", "Your subscription"])
def test_a_429_that_does_not_speak_of_the_plan_is_a_matter_of_speed(text):
    assert of_answer(429, {}, text) == (State.REJECTED, "rate")


@pytest.mark.parametrize("failure", Failure)
def test_before_c3_nothing_has_left_whatever_failed(failure):
    came_to = of_failure(failure, Phase.BEFORE_C3)
    assert came_to == (State.NOT_SENT, failure.value)


@pytest.mark.parametrize("failure", Failure)
def test_after_c3_nobody_knows_whatever_failed(failure):
    assert of_failure(failure, Phase.AFTER_C3) == (State.UNKNOWN, "broken")


@pytest.mark.parametrize("failure", Failure)
def test_a_complete_answer_is_never_judged_by_a_failure(failure):
    with pytest.raises(KeyError):
        of_failure(failure, Phase.ANSWERED)


def test_a_question_is_refused_by_the_same_statuses():
    for status in STATUSES:
        assert why_refused(status, "") == REFUSED.get(status, "")
    assert why_refused(429, PLAN) == "plan"


@pytest.mark.parametrize("made", [1, 30350494, 2**31, 2**63 - 1])
def test_a_whole_number_above_0_is_an_id(made):
    assert is_id(made)
    assert is_trade({"id": made})


@pytest.mark.parametrize(
    "made",
    [0, -1, 2**63, True, False, None, "7", "", 7.0, Decimal(7), [7], {}, {"id": 7}],
    ids=repr,
)
def test_nothing_else_is_one(made):
    assert not is_id(made)
    assert not is_trade({"id": made})


@pytest.mark.parametrize("error", [None, "", "x", {}, [], False])
def test_what_names_an_error_is_no_trade(error):
    assert not is_trade({"id": 7, "error": error})


@given(st.integers(), st.dictionaries(st.text(), st.integers()), st.text())
def test_only_a_trade_under_200_or_201_is_accepted(status, answer, text):
    state, _ = of_answer(status, answer, text)
    may_be = status in (200, 201) and is_trade(answer)
    assert (state is State.ACCEPTED) == may_be
    assert (state is State.REJECTED) == (status in REFUSED)
