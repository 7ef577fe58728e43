"""The history: what a reviewer looks for is found, page by page, and nothing else."""

from __future__ import annotations

import pytest

from tests.rewriting import rewrite
from tests.web.desk import DESK, ask
from tests.web.pages import text_of
from trades.domain.lifecycle import State
from trades.models import Submission, Verdict
from trades.services import reviewing, searching

pytestmark = pytest.mark.django_db

ACCEPTED = [State.CLAIMED, State.SENDING, State.ACCEPTED]
REJECTED = [State.CLAIMED, State.SENDING, State.REJECTED]


@pytest.fixture
def pair_of(put, make_account, stranger, reviewer):
    """Two submissions that differ in everything that can be filtered by."""

    def pair_of():
        one = put(
            *REJECTED,
            changes={"note": "the swan's plan"},
            refusal="position.units.value: is too small",
            words="usdt_btc the swan's plan is too small",
            duration_ms=900,
        )
        other = put(
            *ACCEPTED,
            changes={"pair": "USDT_ETH", "trade_type": "smart_sell"},
            remote_id=30350494,
            duration_ms=100,
        )
        rewrite(
            Submission.objects.filter(pk=other.pk),
            trader=stranger,
            account=make_account(1429),
            mode="paper",
            side="sell",
            size="5",
            is_overridden=True,
            confirmed_at="2026-05-06T00:00:00Z",
        )
        reviewing.review(
            other, by=reviewer, verdict=Verdict.Value.FLAGGED, assigns=reviewer
        )
        other.refresh_from_db()
        one.refresh_from_db()
        return one, other

    return pair_of


@pytest.mark.parametrize(
    "filters",
    [
        lambda one: {"state": one.state},
        lambda one: {"mode": one.mode},
        lambda one: {"type": one.trade_type},
        lambda one: {"account": str(one.account.public_id)},
        lambda one: {"trader": one.trader.username},
        lambda one: {"pair": one.pair},
        lambda one: {"side": one.side},
        lambda one: {"size_from": str(one.size), "size_to": str(one.size)},
        lambda one: {"overridden": "yes" if one.is_overridden else "no"},
        lambda one: {"verdict": one.verdict.value},
        lambda one: {"slower": one.duration_ms, "quicker": one.duration_ms},
        lambda one: (
            {"since": f"{one.confirmed_at:%Y-%m-%d}"} | {"until": "2100-01-01"}
            if one.confirmed_at.month != 5
            else {"until": f"{one.confirmed_at:%Y-%m-%d}"}
        ),
        lambda one: {"q": one.pair, "mode": one.mode},
    ],
    ids=[
        "state",
        "mode",
        "type",
        "account",
        "trader",
        "pair",
        "side",
        "size",
        "overridden",
        "verdict",
        "took",
        "days",
        "two",
    ],
)
def test_a_filter_finds_and_leaves_out(reviewing_client, pair_of, filters):
    one, other = pair_of()
    assert ask(reviewing_client) == [other.pk, one.pk]
    assert ask(reviewing_client, **filters(one)) == [one.pk]
    assert ask(reviewing_client, **filters(other)) == [other.pk]


def test_who_it_is_assigned_to_and_the_vendors_error_filter_too(
    reviewing_client, pair_of, reviewer
):
    one, other = pair_of()
    assert ask(reviewing_client, assigned=reviewer.username) == [other.pk]
    assert ask(reviewing_client, error="TOO small") == [one.pk]
    assert ask(reviewing_client, error="too large") == []


def test_a_note_is_no_vendors_error(reviewing_client, confirmed):
    submission = confirmed({"note": "too small"})
    assert ask(reviewing_client, q="too small") == [submission.pk]
    assert ask(reviewing_client, error="too small") == []


def test_a_row_tells_everything_a_filter_asks_for(reviewing_client, pair_of):
    pair_of()
    text = text_of(reviewing_client.get(DESK))
    assert "Accepted Flagged reviewer stranger" in text
    assert "USDT_ETH Smart Sell sell 5" in text
    assert "position.units.value: is too small 900 ms" in text


@pytest.mark.parametrize(
    ("moment", "is_in"),
    [
        ("2026-05-05T23:59:59.999999Z", False),
        ("2026-05-06T00:00:00Z", True),
        ("2026-05-06T23:59:59.999999Z", True),
        ("2026-05-07T00:00:00Z", False),
    ],
)
def test_a_day_is_exactly_one_day_by_utc(reviewing_client, put, moment, is_in):
    submission = put()
    rewrite(Submission.objects.all(), confirmed_at=moment)
    days = {"since": "2026-05-06", "until": "2026-05-06"}
    assert ask(reviewing_client, **days) == [submission.pk] * is_in


def test_a_row_that_was_numbered_out_of_the_order_of_time_is_found(
    reviewing_client, put
):
    rows = [put(), put(changes={"pair": "USDT_ETH"}), put()]
    late, early = "2026-05-09T00:00:00Z", "2026-05-06T12:00:00Z"
    rewrite(
        Submission.objects.filter(pk__in=[r.pk for r in rows[::2]]), confirmed_at=early
    )
    rewrite(Submission.objects.filter(pk=rows[1].pk), confirmed_at=late)
    days = {"since": "2026-05-06", "until": "2026-05-06"}
    assert ask(reviewing_client, **days) == [rows[2].pk, rows[0].pk]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("since", "x"),
        ("until", "2026-02-30"),
        ("until", "9999-12-31"),
        ("since", "\0"),
        ("size_from", "1e5"),
        ("size_to", "-1"),
        ("slower", "soon"),
        ("quicker", "9" * 30),
        ("state", "lost"),
        ("span", "aeon"),
        ("trader", "nobody"),
        ("q", "word " * 21),
    ],
)
def test_a_filter_that_can_not_be_read_comes_back_as_typed(
    reviewing_client, put, name, text
):
    put()
    page = reviewing_client.get(DESK, {name: text})
    assert page.status_code == 422
    assert page.context["page"].rows == []
    assert "Nothing is shown, because a filter can't be read" in text_of(page)
    assert page.context["form"].errors.keys() == {name}
    assert page.context["form"][name].value() == text.replace("\0", "�")


@pytest.mark.parametrize("day", ["2000-01-01", "2999-12-31"])
def test_a_day_far_away_is_a_day(reviewing_client, put, day):
    put()
    assert ask(reviewing_client, since=day, until=day) == []


@pytest.mark.parametrize(
    "term",
    [
        lambda one: str(one.public_id),
        lambda one: one.token,
        lambda one: "SWAN",
        lambda one: "the swan's plan",
        lambda one: "plan swan",
        lambda one: "wa",
        lambda one: "too small",
    ],
    ids=["public id", "token", "word", "note", "any order", "short", "error"],
)
def test_a_search_finds_and_leaves_out(reviewing_client, pair_of, term):
    one, _ = pair_of()
    Submission.objects.filter(pk=one.pk).update(
        words=f"usdt_btc the swan's plan {one.token} is too small"
    )
    assert ask(reviewing_client, q=term(one)) == [one.pk]


def test_a_trade_is_found_by_its_whole_number_alone(reviewing_client, pair_of):
    _, other = pair_of()
    assert ask(reviewing_client, q="30350494") == [other.pk]
    assert ask(reviewing_client, q="3035049") == []


@pytest.mark.parametrize(
    "term",
    ["nothing such", "%", "\\", '"', "' OR 1=1 --", "swan AND plan", "9" * 90, "-*^:("],
)
def test_a_search_for_something_else_finds_nothing(reviewing_client, pair_of, term):
    pair_of()
    assert ask(reviewing_client, q=term) == []


def test_letters_beyond_ascii_are_found_in_either_case(reviewing_client, confirmed):
    submission = confirmed({"note": "Über die Straße"})
    for term in ("ÜBER", "über", "STRASSE"):
        assert ask(reviewing_client, q=term) == [submission.pk]


def test_words_that_many_rows_have_are_found_as_well(
    reviewing_client, confirmed, monkeypatch
):
    rows = [confirmed({"note": f"plan {n}"}) for n in range(4)]
    monkeypatch.setattr(searching, "_RARE", 2)
    assert ask(reviewing_client, q="plan") == [row.pk for row in rows[::-1]]


def test_what_was_refused_is_found_as_soon_as_it_is_known(reviewing_client, put):
    submission = put(*REJECTED, words="insufficient balance")
    assert ask(reviewing_client, q="insufficient") == [submission.pk]
