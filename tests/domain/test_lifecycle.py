"""The states of a submission, and what can follow from which."""

from __future__ import annotations

from itertools import product

import pytest

from trades.domain.lifecycle import HOLDS_DRAFT, MOVES, ImpossibleMove, State, ensure


def reachable_from(state: State) -> set[State]:
    found: set[State] = set()
    ahead = [state]
    while ahead:
        here = ahead.pop()
        new = {to for since, to in MOVES if since is here} - found
        found |= new
        ahead += new
    return found


@pytest.mark.parametrize("may_have_left", [State.SENDING, State.UNKNOWN])
def test_what_may_have_left_is_never_queued_again(may_have_left):
    assert not {State.QUEUED, State.CLAIMED} & reachable_from(may_have_left)


@pytest.mark.parametrize("settled", [State.ACCEPTED, State.REJECTED, State.NOT_SENT])
def test_what_is_settled_stays_so(settled):
    assert reachable_from(settled) == set()


@pytest.mark.parametrize(("old", "new"), list(product(State, State)))
def test_only_the_moves_of_the_table_are_possible(old, new):
    if (old, new) in MOVES:
        ensure(old, new)
    else:
        with pytest.raises(ImpossibleMove, match=f"^{old.value} -> {new.value}$"):
            ensure(old, new)


def test_a_draft_is_free_only_where_surely_no_trade_exists():
    assert set(State) - HOLDS_DRAFT == {State.REJECTED, State.NOT_SENT, State.ABSENT}


def test_every_state_can_be_reached():
    assert reachable_from(State.QUEUED) | {State.QUEUED} == set(State)
