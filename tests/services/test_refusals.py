"""Refusals in clusters: what says the same of the same field is one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.rewriting import rewrite
from tests.services.steps import put
from tests.web.known import know
from trades.domain import words
from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services import refusals as module
from trades.services.refusals import refusals

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 1, tzinfo=UTC)
BEGIN, END = DAY, DAY + timedelta(days=30)
UNITS = "position.units.value"


@pytest.fixture
def refused(confirmed):
    """A submission that was refused on a day of May, counted from 0."""

    def refused(day: int = 0, *, changes=None, trader=None, account=None, **said):
        submission = confirmed(
            {"note": f"{Submission.objects.count()}"} | (changes or {})
        )
        put(submission, State.REJECTED, **{"reason": "refused"} | said)
        past = {"confirmed_at": DAY + timedelta(days=day)}
        past |= {"trader": trader} if trader else {}
        past |= {"account": account} if account else {}
        rewrite(Submission.objects.filter(pk=submission.pk), **past)
        return submission

    return refused


def said(units: str = "", note: str = "") -> dict[str, list[str]]:
    told = {UNITS: units, "note": note}
    return {path: [text] for path, text in told.items() if text}


def found(**how):
    return refusals(BEGIN, END, **how).shown


def test_numbers_do_not_split_a_cluster_and_the_newest_is_the_example(refused, trader):
    refused(1, vendor_errors=said(units="must be greater than 5.0"))
    newest = refused(9, vendor_errors=said(units="must be greater than 12,500.75"))
    refused(4, vendor_errors=said(units="must be greater than 7"))
    (one,) = found()
    assert one.message == "must be greater than 7"  # the row that came last
    assert one.label == "Entry: Amount"
    assert one.cluster.count == 3
    assert (one.cluster.first, one.cluster.last) == (
        DAY + timedelta(days=1),
        DAY + timedelta(days=9),
    )
    assert one.people == "1: trader"
    assert one.market == "binance"
    assert newest.pk < one.newest.pk


@pytest.mark.parametrize(
    "other",
    [
        {"vendor_errors": said(units="must be less than 5.0")},
        {"vendor_errors": said(note="must be greater than 5.0")},
        {"vendor_errors": said(units="must be greater than 5.0"), "reason": "plan"},
        {"vendor_text": "must be greater than 5.0"},
    ],
    ids=["message", "field", "reason", "no field"],
)
def test_anything_else_does(refused, other):
    refused(vendor_errors=said(units="must be greater than 5.0"))
    refused(**other)
    assert [one.cluster.count for one in found()] == [1, 1]


def test_so_does_the_market(refused, make_account):
    refused(vendor_errors=said(units="too small"))
    bybit = make_account(1002, market="bybit")
    refused(1, vendor_errors=said(units="too small"), account=bybit)
    assert [one.market for one in found()] == ["bybit", "binance"]


def test_people_are_counted_once_each(refused, make_user):
    for name in ("ann", "ben", "carl", "dora"):
        person = make_user(name)
        for number in (1, 2):
            refused(trader=person, vendor_errors=said(units=f"less than {number}"))
    (one,) = found()
    assert one.cluster.count == 8
    assert one.people == "4: ann, ben, carl and 1 more"


def test_an_order_that_was_refused_for_two_things_is_in_two_clusters(refused):
    errors = {UNITS: ["below 5", "below 6", "odd"], "note": ["odd"]}
    refused(vendor_errors=errors)
    clusters = {(o.cluster.path, o.cluster.message): o.cluster.count for o in found()}
    assert clusters == {(UNITS, "below 6"): 1, (UNITS, "odd"): 1, ("note", "odd"): 1}


def test_without_messages_by_field_the_text_is_the_message(refused):
    refused(vendor_errors={"note": []}, vendor_text="Invalid\u202e parameters")
    refused(1)
    nothing, text = found()
    assert (text.label, text.message) == (
        "The order as a whole",
        "Invalid[U+202E] parameters",
    )
    assert nothing.message == "3Commas gave no words"


def test_only_refusals_of_the_period_count(refused, confirmed):
    refused(-1, vendor_text="before")
    refused(30, vendor_text="after")
    refused(29, vendor_text="within")
    other = confirmed({UNITS: "0.03"})
    put(other, State.NOT_SENT, vendor_text="not sent")
    rewrite(Submission.objects.filter(pk=other.pk), confirmed_at=DAY)
    assert [one.message for one in found()] == ["within"]


def test_they_are_sorted_by_what_was_seen_last_or_by_how_many(refused):
    refused(1, vendor_text="often"), refused(2, vendor_text="often")
    refused(3, vendor_text="late")
    assert [one.message for one in found()] == ["late", "often"]
    assert [one.message for one in found(by_count=True)] == ["often", "late"]


def test_the_rule_that_would_have_caught_it_is_named(refused, account):
    refused(vendor_errors=said(units="is too small"))
    (one,) = found()
    assert one.rules == ()
    know(account, minLotSize="1")
    (one,) = found()
    assert (one.rules, one.on_its_field) == (("units-min",), True)


def test_a_rule_of_another_field_is_second_best(refused, account):
    refused(vendor_errors=said(note="is too long", units="is too small"))
    know(account, minLotSize="1", priceStep="7")
    by_path = {one.cluster.path: one for one in found()}
    assert (by_path[UNITS].rules, by_path[UNITS].on_its_field) == (("units-min",), True)
    assert set(by_path["note"].rules) == {"units-min", "price-step"}
    assert not by_path["note"].on_its_field


def test_the_newest_of_a_cluster_is_the_one_that_is_judged(refused, account):
    refused(1, vendor_text="no")
    refused(2, changes={UNITS: "0.02"}, vendor_text="no")
    know(account, minLotSize="0.05")
    assert found()[0].rules == ("units-min",)
    know(account, minLotSize="0.02")
    assert found()[0].rules == ()


@pytest.mark.parametrize(
    ("message", "searched"),
    [
        ("must be greater than 5.0", "must be greater than"),
        ("Order size 0.0001 is too small for x3 pairs", "is too small for"),
        ("500", "500"),
        ("a b c d e f g h i j", "a b c d e f g h"),
    ],
)
def test_its_words_find_it_in_the_history(refused, message, searched):
    errors = said(units=message)
    refused(vendor_errors=errors)
    (one,) = found()
    assert one.searched == searched
    assert one.searched in words.refusal(errors, "")


def test_beyond_a_limit_the_oldest_are_left_out_and_said_to_be(refused, monkeypatch):
    refused(1, vendor_text="a")
    refused(2, vendor_text="b")
    assert not refusals(BEGIN, END).is_cut
    monkeypatch.setattr(module, "GROUPS_MAX", 1)
    result = refusals(BEGIN, END)
    assert ([one.message for one in result.shown], result.is_cut) == (["b"], True)
    monkeypatch.setattr(module, "GROUPS_MAX", 2)
    monkeypatch.setattr(module, "SHOWN_MAX", 1)
    result = refusals(BEGIN, END)
    assert (len(result.shown), result.count, result.is_cut) == (1, 2, False)
