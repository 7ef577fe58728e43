"""Inputs out of kept shapes are what the templates alone would make of them."""

from __future__ import annotations

import html

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trades.domain.findings import ERROR, WARNING, Finding
from trades.forms import TicketForm, kept
from trades.forms.accounts import Offer
from trades.forms.saying import Button, Note

OFFERS = [Offer("a-1", "1001 <Spot>", "Sandbox"), Offer("a-2", "Two", "Sandbox", "no")]
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def fresh(bound) -> str:
    """As it is without anything kept."""
    kept._shapes.clear()
    return kept.html(bound)


def form(**typed: str) -> TicketForm:
    named = {name.replace("__", "."): text for name, text in typed.items()}
    return TicketForm.stored(named, OFFERS)


@settings(deadline=None)
@given(first=TEXT, second=TEXT)
def test_each_value_stands_in_its_input_whatever_was_kept_before(first, second):
    for name in ("position__units__value", "note", "pair"):
        kept.html(form(**{name: first})[name])
        bound = form(**{name: second})[name]
        assert kept.html(bound) == fresh(bound)
        if second.strip():
            assert html.escape(second) in kept.html(bound)


@pytest.mark.parametrize("name", list(form().fields))
@pytest.mark.parametrize("typed", ["", "true", "limit", "a-2", "smart_sell", "<b>"])
def test_every_input_is_the_same_kept_and_fresh(name, typed):
    for text in ("", "market", "false", "a-1", "smart_trade", "9"):
        kept.html(form(**{name: text})[name])
    bound = form(**{name: typed})[name]
    assert kept.html(bound) == fresh(bound)


def test_what_is_said_of_one_ticket_is_not_said_of_the_next():
    path = "position.units.value"
    first, second = form(), form()
    first.show(
        [Finding(path, "units-step", ERROR, "Wrong <i>.")],
        {(path, "units-step"): Button.setting("Use 1", {path: "1"})},
    )
    first.note({path: [Note("= 5")]})
    name = "position__units__value"
    said = kept.html(first[name])
    assert "Wrong &lt;i&gt;." in said
    assert 'aria-invalid="true"' in said
    assert 'value="set:position__units__value=1"' in said
    assert "= 5" in said
    plain = kept.html(second[name])
    assert not {"Wrong", "aria-invalid", "set:", "= 5"} & set(plain.split())
    assert plain == fresh(form()[name])
    second.show([Finding(path, "x", WARNING, "Hm.")])
    assert "aria-invalid" not in kept.html(second[name])


def test_units_accounts_and_helps_make_shapes_of_their_own():
    one, other = form(), TicketForm.stored({}, [])
    one.hint({"base": "BTC"}, {"position.units.value": "In BTC."})
    assert "In BTC." in kept.html(one["position__units__value"])
    assert "In BTC." not in kept.html(other["position__units__value"])
    assert "1001 &lt;Spot&gt;" in kept.html(one["account_id"])
    assert "1001" not in kept.html(other["account_id"])


def test_what_nobody_offered_is_not_kept():
    """Else somebody could fill the memory with odd choices."""
    kept._shapes.clear()
    for number in range(50):
        kept.html(form(leverage__type=f"odd {number}")["leverage__type"])
    assert len(kept._shapes) == 0
