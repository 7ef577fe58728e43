"""The ticket's form: names, steps, where findings stand, and nothing lost."""

from __future__ import annotations

import json

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.web.browsing import Page
from trades.domain.findings import ERROR, WARNING, Finding
from trades.domain.parameters import PARAMETERS, STEPS_MAX
from trades.domain.payload import Difference
from trades.domain.schema import Kind
from trades.domain.ticket import at_step
from trades.domain.trade_types import TradeType
from trades.forms import TicketForm
from trades.forms.accounts import Offer
from trades.forms.names import (
    BY_TYPE,
    STEP_ROWS,
    TICKET_ROWS,
    data_of,
    input_name,
    step_field,
    typed_of,
)
from trades.models import Draft

NEW = "/trades/new/"
# Whatever a database can hold.
TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def values(kind: Kind) -> st.SearchStrategy[str]:
    return st.sampled_from(["true", "false"]) if kind is Kind.SWITCH else TEXT


def tickets() -> st.SearchStrategy[dict[str, str]]:
    """Typed text as the form keeps it: every switch, no empty field, no empty step."""
    flat = {row.path: values(row.kind) for row in TICKET_ROWS}
    flat["trade_type"] = st.sampled_from(["", *(t.value for t in TradeType)])
    step = st.fixed_dictionaries({row.path: values(row.kind) for row in STEP_ROWS})
    filled = step.map(lambda s: s | {"take_profit.steps.N.volume": "1"})
    steps = st.lists(filled, max_size=STEPS_MAX)
    return st.builds(_joined, st.fixed_dictionaries(flat), steps)


def _joined(flat: dict[str, str], steps: list[dict[str, str]]) -> dict[str, str]:
    numbered = {
        at_step(p, n): text for n, s in enumerate(steps) for p, text in s.items()
    }
    return {path: text for path, text in (flat | numbered).items() if text}


def forms_of(typed: dict[str, str]) -> TicketForm:
    return TicketForm.stored(typed, [])


def test_a_parameter_has_one_name():
    assert input_name("stop_loss.timeout.value") == "stop_loss__timeout__value"
    assert input_name("take_profit.steps.2.price.value") == "steps-2-price__value"
    assert step_field("take_profit.steps.N.trailing.percent") == "trailing__percent"


def test_every_parameter_has_its_input_but_those_that_the_type_sets(signed_in):
    names = set(Page(signed_in.get(NEW)).described)
    paths = {at_step(row.path, 0) for row in PARAMETERS} - set(BY_TYPE)
    assert {input_name(path) for path in paths} | {"trade_type"} <= names
    assert not {input_name(path) for path in BY_TYPE} & names


@given(tickets())
def test_the_inverse_gives_back_what_was_typed(typed):
    assert typed_of(data_of(typed)) == typed


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(typed=tickets())
def test_text_comes_back_byte_for_byte_from_page_and_draft(signed_in, typed):
    post = QueryDict(mutable=True)
    post.update(data_of(typed))
    body = "application/x-www-form-urlencoded"
    saved = signed_in.generic("POST", NEW, post.urlencode(), body)
    draft = Draft.objects.latest("pk")
    assert draft.typed == typed
    again = Page(signed_in.get(saved.url)).form
    post.update(again)
    assert typed_of(again) == typed


def test_untouched_steps_are_dropped_and_the_rest_renumbered():
    fresh = {"order_type": "market", "volume": "", "trailing__enabled": "false"}
    rows = [fresh, fresh | {"volume": "50"}, fresh, fresh | {"order_type": "limit"}]
    data = {
        f"steps-{n}-{k}": text for n, row in enumerate(rows) for k, text in row.items()
    }
    typed = typed_of(data)
    assert typed["take_profit.steps.0.volume"] == "50"
    assert typed["take_profit.steps.1.order_type"] == "limit"
    assert not any(path.startswith("take_profit.steps.2") for path in typed)


@pytest.mark.parametrize("row", STEP_ROWS, ids=lambda row: row.path)
def test_a_step_in_which_anything_was_typed_is_kept(row):
    text = "true" if row.kind is Kind.SWITCH else " "
    data = {"steps-0-order_type": "market", f"steps-0-{step_field(row.path)}": text}
    assert typed_of(data)[at_step(row.path, 0)] == text


@pytest.mark.parametrize("path", BY_TYPE)
def test_findings_about_the_flags_stand_at_the_trade_type(path):
    form = forms_of({})
    form.show([Finding(path, "some-rule", ERROR, "Choose.")])
    (problem,) = form.errors_shown()
    assert problem.target == "id_trade_type_0"
    assert form["trade_type"].messages[0].rule == "some-rule"


def test_findings_stand_where_they_belong():
    form = forms_of({"take_profit.steps.0.volume": "5"})
    form.show(
        [
            Finding("$", "on-top", ERROR, "Whole."),
            Finding("unknown.path", "unknown", WARNING, "Unknown."),
            Finding("take_profit.steps", "at-steps", ERROR, "Sum."),
            Finding("take_profit.steps.7.volume", "no-such-step", ERROR, "Gone."),
            Finding("take_profit.steps.0.volume", "at-step", ERROR, "Share."),
            Finding("note", "at-note", WARNING, "Note."),
        ]
    )
    targets = {p.message.rule: p.target for p in form.errors_shown()}
    assert targets == {
        "on-top": "",
        "at-step": "id_steps-0-volume",
        "at-steps": "steps",
        "no-such-step": "steps",
    }
    warned = {p.message.rule: p.target for p in form.warnings_shown()}
    assert warned == {"unknown": "", "at-note": "id_note"}


def test_differences_are_told_in_words_and_only_where_they_mean_something():
    form = TicketForm.new([Offer("u-1", "1001 Spot", "Sandbox")])
    changes = form.changes(
        [
            Difference("account_id", "u-1", "u-2"),
            Difference("take_profit.enabled", "true", "false"),
            Difference("stop_loss.timeout.enabled", "", "false"),
            Difference("take_profit.steps.0.volume", "", "5"),
        ]
    )
    assert [(c.label, c.stored, c.typed) for c in changes] == [
        ("Account", "1001 Spot", "u-2"),
        ("Take profit", "on", "off"),
        ("Take-profit step 1: Share", "", "5"),
    ]


EVERYTHING_WRONG = {
    "trade_type": "",
    "account_id": "",
    "pair": "",
    "position.order_type": "",
    "position.units.value": "x",
    "leverage.enabled": "true",
    "take_profit.steps.0.volume": "90",
    "take_profit.steps.0.trailing.enabled": "true",
    "stop_loss.timeout.enabled": "true",
    "note": "n" * 301,
}
STATES = {
    "new": None,
    "good": {},
    "empty steps": {"take_profit.steps.0.volume": ""},
    "wrong": EVERYTHING_WRONG,
    "warned": {"pair": "BTC_USDT", "stop_loss.conditional.price.value": "70000"},
    "simple with exits": {"trade_type": "simple_buy"},
    "no entry": {"trade_type": "smart_sell"},
}


@pytest.mark.parametrize("state", STATES)
def test_whatever_is_pointed_at_is_there_and_only_once(signed_in, make_draft, state):
    changes = STATES[state]
    where = NEW if changes is None else make_draft(changes).get_absolute_url()
    page = Page(signed_in.get(where))
    assert page.references <= set(page.ids)
    assert len(page.ids) == len(set(page.ids))


def test_a_refused_ticket_says_it_at_the_input_and_in_the_summary(
    signed_in, make_draft
):
    draft = make_draft(EVERYTHING_WRONG)
    response = signed_in.get(draft.get_absolute_url())
    page, text = Page(response), response.content.decode()
    assert "units" not in page.message_of("pair")
    assert "pair-required" in page.message_of("pair")
    assert 'href="#id_trade_type_0"' in text
    assert 'aria-invalid="true"' in text
    assert "<title>Error:" not in text
    refused = signed_in.get(draft.get_absolute_url() + "?refused=1")
    assert "<title>Error: Draft" in refused.content.decode()


def test_a_warning_is_shown_and_invalidates_nothing(signed_in, make_draft):
    response = signed_in.get(make_draft({"pair": "BTC_USDT"}).get_absolute_url())
    assert "Warning:" in Page(response).message_of("pair")
    assert "aria-invalid" not in response.content.decode()


def test_conditions_name_inputs_of_the_page(signed_in, draft):
    page = Page(signed_in.get(draft.get_absolute_url()))
    pairs = [
        pair
        for text in page.conditions
        for clause in json.loads(text)
        for pair in clause
    ]
    assert {name for name, _ in pairs} <= set(page.described)
    assert len(page.conditions) > 10


def test_a_new_ticket_decides_no_side_price_type_or_margin(signed_in):
    form = Page(signed_in.get(NEW)).form
    assert "trade_type" not in form
    assert form["stop_loss__conditional__price__type"] == ""
    assert form["leverage__type"] == ""
    assert form["position__order_type"] == "market"


def test_numbers_are_typed_as_text(signed_in):
    text = signed_in.get(NEW).content.decode()
    assert 'type="number"' not in text
    assert 'inputmode="decimal"' in text


def test_pages_load_nothing_inline_and_nothing_from_elsewhere(signed_in, draft):
    for where in (NEW, "/trades/", draft.get_absolute_url()):
        text = signed_in.get(where).content.decode()
        assert "<style" not in text
        assert " style=" not in text
        assert " onclick=" not in text
        assert "://" not in text
        assert text.count("<script") == text.count('<script type="module" src=')
