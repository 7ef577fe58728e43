"""What a reviewer looks for is found, and nothing else."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from tests.rewriting import rewrite
from tests.web.pages import text_of
from trades.domain.lifecycle import State
from trades.models import Submission

pytestmark = pytest.mark.django_db

LIST = reverse("admin:trades_submission_changelist")
ACCEPTED = [State.CLAIMED, State.SENDING, State.ACCEPTED]


def found(page) -> list[int]:
    """The submissions that a list shows."""
    assert page.status_code == 200
    return [submission.pk for submission in page.context["cl"].result_list]


@pytest.fixture
def reviewing(client, reviewer):
    client.force_login(reviewer)
    return client


@pytest.fixture
def pair_of(put, make_account, stranger):
    """Two submissions that differ in everything that can be filtered by."""

    def pair_of():
        one = put(*ACCEPTED, remote_id=30350494, changes={"note": "the swan's plan"})
        other = put(changes={"pair": "USDT_ETH", "trade_type": "smart_sell"})
        rewrite(
            Submission.objects.filter(pk=other.pk),
            trader=stranger,
            account=make_account(1429),
            mode="paper",
            confirmed_at="2026-05-06T00:00:00Z",
        )
        return one, other

    return pair_of


@pytest.mark.parametrize(
    "filters",
    [
        lambda one: {"state__exact": one.state},
        lambda one: {"mode__exact": one.mode},
        lambda one: {"trade_type__exact": one.trade_type},
        lambda one: {"account__id__exact": one.account_id},
        lambda one: {"trader__id__exact": one.trader_id},
        lambda one: {"pair": one.pair},
        lambda one: {"day": f"{one.confirmed_at:%Y-%m-%d}"},
        lambda one: {"day": f"{one.confirmed_at:%Y-%m-%d}", "mode__exact": one.mode},
    ],
    ids=["state", "mode", "type", "account", "trader", "pair", "day", "two"],
)
def test_a_filter_finds_and_leaves_out(reviewing, pair_of, filters):
    one, other = pair_of()
    other.refresh_from_db()
    assert found(reviewing.get(LIST)) == [other.pk, one.pk]
    assert found(reviewing.get(LIST, filters(one))) == [one.pk]
    assert found(reviewing.get(LIST, filters(other))) == [other.pk]


def test_the_filters_are_offered(reviewing, pair_of):
    pair_of()
    text = text_of(reviewing.get(LIST))
    for name in ("state", "mode", "trade type", "trader", "account", "pair"):
        assert f"By {name}" in text
    assert "By day (UTC)" in text


@pytest.mark.parametrize(
    ("moment", "is_in"),
    [
        ("2026-05-05T23:59:59.999999Z", False),
        ("2026-05-06T00:00:00Z", True),
        ("2026-05-06T23:59:59.999999Z", True),
        ("2026-05-07T00:00:00Z", False),
    ],
)
def test_a_day_is_exactly_one_day_by_utc(reviewing, put, moment, is_in):
    submission = put()
    rewrite(Submission.objects.all(), confirmed_at=moment)
    page = reviewing.get(LIST, {"day": "2026-05-06"})
    assert found(page) == [submission.pk] * is_in


@pytest.mark.parametrize("day", ["x", "2026-02-30", "9999-12-31", "\0", "0001-01-01"])
def test_what_is_no_day_finds_nothing(reviewing, put, day):
    put()
    assert found(reviewing.get(LIST, {"day": day})) == []


def test_choosing_a_day_keeps_the_other_filters(reviewing, pair_of):
    pair_of()
    page = reviewing.get(LIST, {"mode__exact": "paper", "q": "USDT", "day": "x"})
    form = re.search(
        r'<form method="get" class="day">(.*?)</form>', page.content.decode(), re.S
    )[1]
    assert '<input type="hidden" name="mode__exact" value="paper">' in form
    assert '<input type="hidden" name="q" value="USDT">' in form
    assert 'type="hidden" name="day"' not in form


@pytest.mark.parametrize(
    "term",
    [
        lambda one: str(one.public_id),
        lambda one: one.token,
        lambda one: "SWAN",
        lambda one: "the swan's plan",
        lambda one: "usdt_btc",
        lambda one: str(one.remote_id),
    ],
    ids=["public id", "token", "word", "note", "pair", "trade"],
)
def test_a_search_finds_and_leaves_out(reviewing, pair_of, term):
    one, _ = pair_of()
    assert found(reviewing.get(LIST, {"q": term(one)})) == [one.pk]


@pytest.mark.parametrize(
    "term", ["3035049", "nothing such", "%", "' OR 1=1 --", "9" * 90]
)
def test_a_search_for_something_else_finds_nothing(reviewing, pair_of, term):
    pair_of()
    assert found(reviewing.get(LIST, {"q": term})) == []
