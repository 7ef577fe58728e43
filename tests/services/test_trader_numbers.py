"""What each trader and account sent, and what came of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tests.rewriting import rewrite
from tests.services.steps import put
from trades.domain.lifecycle import State
from trades.models import Draft, Submission
from trades.services import tallies
from trades.services.tallies import by_account, by_trader

pytestmark = pytest.mark.django_db

DAY = datetime(2026, 5, 1, tzinfo=UTC)
PERIOD = (DAY, DAY + timedelta(days=30))


@pytest.fixture
def made(confirmed):
    """A submission of a day of May, in a state, with some columns as told."""

    def made(state: State, *, after_s: int | None = None, **columns):
        submission = confirmed({"note": f"{Submission.objects.count()}"})
        remote_id = submission.pk if state is State.ACCEPTED else None
        sent_at = None if after_s is None else DAY + timedelta(seconds=after_s)
        put(submission, state, remote_id=remote_id, sent_at=sent_at)
        Draft.objects.filter(pk=submission.draft_id).update(created_at=DAY)
        past = {"confirmed_at": DAY, "planned_r": None, "is_overridden": False}
        rewrite(Submission.objects.filter(pk=submission.pk), **past | columns)
        return submission

    return made


def counts(found) -> dict[str, list[int]]:
    names = ("sent", "accepted", "refused", "unclear", "not_sent", "overridden")
    return {row.name: [row.counts[name] for name in names] for row in found.rows}


def test_each_trader_has_the_counts_of_the_states(made, stranger):
    for state in State:
        made(state)
    made(State.ACCEPTED, trader=stranger, is_overridden=True)
    made(State.NOT_SENT, trader=stranger, is_overridden=True)
    found = by_trader(*PERIOD)
    assert counts(found) == {
        "trader": [5, 1, 1, 3, 1, 0],
        "stranger": [1, 1, 0, 0, 1, 2],
    }
    assert [row.name for row in found.rows] == ["trader", "stranger"]


def test_each_account_has_them_too(made, make_account):
    paper = make_account(1002)
    made(State.ACCEPTED), made(State.REJECTED)
    made(State.REJECTED, account=paper, mode="paper")
    assert counts(by_account(*PERIOD)) == {
        "1001 Spot (sandbox)": [2, 1, 1, 0, 0, 0],
        "1002 Spot (paper)": [1, 0, 1, 0, 0, 0],
    }
    assert counts(by_account(*PERIOD, mode="paper")) == {
        "1002 Spot (paper)": [1, 0, 1, 0, 0, 0]
    }


def test_only_the_period_counts(made):
    made(State.ACCEPTED, confirmed_at=DAY - timedelta(microseconds=1))
    made(State.ACCEPTED, confirmed_at=PERIOD[1])
    assert by_trader(*PERIOD).rows == []
    assert by_trader(*PERIOD).chart is None


@pytest.mark.parametrize(
    ("times", "told"),
    [
        ([None], ""),
        ([40], "40 seconds"),
        ([1, 1000, 90], "90 seconds"),
        ([60, 300, None, 1, 9000], "3 minutes"),
    ],
    ids=["never sent", "one", "odd", "even"],
)
def test_the_time_from_draft_to_sending_is_a_median(made, times, told):
    for after_s in times:
        made(State.REJECTED, after_s=after_s)
    assert by_trader(*PERIOD).rows[0].measured.time == told


@pytest.mark.parametrize(
    ("planned", "told"),
    [
        ([None], ""),
        (["3"], "3"),
        (["10", "0.5", "2"], "2"),
        (["1.01", "2.02", None, "9", "0"], "1.52"),
    ],
)
def test_planned_r_is_a_median_to_two_decimals(made, planned, told):
    for r in planned:
        made(State.NOT_SENT, planned_r=r and Decimal(r))
    assert by_trader(*PERIOD).rows[0].measured.r == told


def test_medians_are_those_of_the_newest_where_there_are_too_many(made, monkeypatch):
    made(State.REJECTED, planned_r=Decimal(9))
    made(State.REJECTED, planned_r=Decimal(1))
    assert not by_trader(*PERIOD).is_cut
    monkeypatch.setattr(tallies, "MEASURED_MAX", 1)
    found = by_trader(*PERIOD)
    assert (found.is_cut, found.rows[0].measured.r) == (True, "1")
    assert found.rows[0].counts["refused"] == 2


def test_those_who_sent_most_are_shown(made, stranger, monkeypatch):
    made(State.NOT_SENT)
    made(State.REJECTED, trader=stranger)
    monkeypatch.setattr(tallies, "ROWS_MAX", 1)
    found = by_trader(*PERIOD)
    assert (counts(found), found.has_more) == ({"stranger": [1, 0, 1, 0, 0, 0]}, True)
    monkeypatch.setattr(tallies, "ROWS_MAX", 2)
    assert not by_trader(*PERIOD).has_more


def test_the_chart_says_the_same(made, stranger, monkeypatch):
    made(State.ACCEPTED), made(State.UNKNOWN)
    made(State.NOT_SENT, trader=stranger)
    found = by_trader(*PERIOD)
    assert [(bar.name, bar.told) for bar in found.chart.bars] == [
        ("trader", "1 · 0 · 1 · 0"),
        ("stranger", "0 · 0 · 0 · 1"),
    ]
    assert not found.has_more_than_bars
    monkeypatch.setattr(tallies, "BARS_MAX", 1)
    assert len(found.chart.bars) == 1
    assert found.has_more_than_bars
