"""Past orders by today's rules: named where they would be stopped, and only there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.rewriting import rewrite
from tests.services.steps import put
from tests.web.known import keep, know
from trades.domain import payload
from trades.domain.lifecycle import State
from trades.models import Draft, Event, Fact, Submission
from trades.services import replaying
from trades.services.replaying import confirmed_in, listed, replay

pytestmark = pytest.mark.django_db

LATER = {"position.units.value": "0.02"}
FUTURES = {
    "leverage.enabled": "true",
    "leverage.type": "cross",
    "leverage.value": "3",
}


def all_of_them():
    return Submission.objects.all()


def rules_of(result) -> list[list[str]]:
    return [[reason.rule for reason in one.reasons] for one in result.stopped]


def test_an_order_is_named_with_the_rule_that_would_stop_it_now(confirmed, account):
    small, large = confirmed(), confirmed(LATER)
    know(account, minLotSize="0.015")
    result = replay(all_of_them())
    assert (result.judged, result.count, result.unlimited) == (2, 1, 0)
    assert [one.submission for one in result.stopped] == [small]
    (reason,) = result.stopped[0].reasons
    assert (reason.rule, reason.label) == ("units-min", "Entry: Amount")
    assert reason.message == "The smallest amount for this pair is 0.015."
    assert result.by_rule == [("units-min", 1)]
    assert large not in [one.submission for one in result.stopped]


def test_the_accounts_flags_are_those_of_today(confirmed, account):
    confirmed()
    assert replay(all_of_them()).count == 0
    account.flags = account.flags | {"smart_trading_supported": False}
    account.save()
    assert rules_of(replay(all_of_them())) == [["account-smart-trading"]]


def test_each_order_counts_once_for_each_rule(confirmed, account):
    confirmed(), confirmed(LATER)
    know(account, priceStep="7", lotStep="0.02")
    result = replay(all_of_them())
    assert result.by_rule == [("price-step", 2), ("units-step", 1)]
    newest, oldest = result.stopped
    assert newest.submission.pk > oldest.submission.pk
    assert {reason.rule for reason in newest.reasons} == {"price-step"}


def test_an_order_is_judged_without_the_reference_in_its_note(confirmed):
    submission = confirmed({"note": "n" * 285})
    assert len(payload.decode(submission.body)["note"]) == 300
    assert replay(all_of_them()).count == 0


def test_prices_of_today_say_nothing_of_an_order_of_then(confirmed, account):
    """Far from the market, and its stop on the wrong side: of today's market."""
    market = {"position.order_type": "market", "position.price.value": ""}
    confirmed(), confirmed(market)
    know(account, bid="1", ask="1", last="1")
    result = replay(all_of_them())
    assert (result.judged, result.count, result.warned) == (2, 0, 0)


def test_what_nobody_knows_today_stops_nothing(confirmed, account):
    """These had errors only if the market's tick, list and leverage were unknown."""
    know(account, priceStep="0.000000001", instrumentKind="linear_futures")
    fixed = {"code": "isolated", "can_set_leverage_value": False, "valid": {}}
    keep(account, "leverage", [fixed])
    odd = ["BTCUSDT", "BTC_USDT", "usdt_btc"]  # no name, the wrong way round, small
    keep(account, "pairs", ["USDT_BTC", *odd])
    confirmed({"take_profit.steps.0.price.value": "66000.000000001"})
    confirmed({**FUTURES, "leverage.type": "isolated", "leverage.value": ""})
    for pair in odd:
        confirmed({"pair": pair})
    assert rules_of(replay(all_of_them())) == []
    Fact.objects.all().delete()
    result = replay(all_of_them())
    assert rules_of(result) == []
    assert (result.judged, result.warned, result.unlimited) == (5, 0, 5)


def test_a_rule_that_needs_no_fact_holds_without_any(confirmed):
    submission = confirmed()
    body = payload.decode(submission.body)
    body["stop_loss"]["breakeven"] = True
    rewrite(Submission.objects.all(), body=payload.encode(body))
    assert rules_of(replay(all_of_them())) == [["sl-breakeven-steps"]]


def test_a_tick_that_the_market_does_not_state_is_asked_for_again(confirmed, account):
    know(account, priceStep="0.000000001")
    confirmed({"take_profit.steps.0.price.value": "66000.000000001"})
    know(account, priceStep=None)
    assert rules_of(replay(all_of_them())) == [["price-decimals"]]


def test_those_with_a_warning_are_counted(confirmed):
    confirmed({"stop_loss.conditional.price.value": "61000"})
    confirmed()
    result = replay(all_of_them())
    assert (result.judged, result.count, result.warned) == (2, 0, 1)


def test_facts_are_looked_up_once_and_batches_are_few(
    confirmed, account, monkeypatch, django_assert_num_queries
):
    for number in range(1, 6):
        confirmed({"position.units.value": f"0.0{number}"})
    confirmed({"pair": "USDT_ETH"})
    know(account)
    monkeypatch.setattr(replaying, "_BATCH", 4)
    with django_assert_num_queries(1 + 2 + 2):  # keys, 4 and 2 submissions, two pairs
        assert replay(all_of_them()).judged == 6


def test_only_the_newest_are_judged_and_the_page_may_say_so(confirmed, monkeypatch):
    submissions = [confirmed(), confirmed(LATER), confirmed({"pair": "USDT_ETH"})]
    monkeypatch.setattr(replaying, "JUDGED_MAX", 2)
    account = submissions[0].account
    account.flags = {"smart_trading_supported": False}
    account.save()
    result = replay(all_of_them())
    assert (result.judged, result.has_more) == (2, True)
    newest = [one.submission for one in result.stopped]
    assert newest == [submissions[2], submissions[1]]
    monkeypatch.setattr(replaying, "JUDGED_MAX", 3)
    assert not replay(all_of_them()).has_more


def test_all_are_counted_and_the_newest_shown(confirmed, account, monkeypatch):
    confirmed(), confirmed(LATER)
    know(account, minLotSize="1")
    monkeypatch.setattr(replaying, "SHOWN_MAX", 1)
    result = replay(all_of_them())
    assert (result.count, len(result.stopped)) == (2, 1)
    assert result.by_rule == [("units-min", 2)]


def test_nothing_is_written_while_judging(confirmed, account):
    confirmed()
    know(account, age_s=3600, minLotSize="1")  # old enough to be wished for elsewhere
    before = [list(m.objects.values()) for m in (Submission, Draft, Event, Fact)]
    with CaptureQueriesContext(connection) as asked:
        assert replay(all_of_them()).count == 1
    assert {query["sql"].split()[0] for query in asked} <= {"SELECT", "DECLARE"}
    after = [list(m.objects.values()) for m in (Submission, Draft, Event, Fact)]
    assert after == before


def test_any_set_can_be_chosen(confirmed, trader, account, make_account, stranger):
    other = make_account(1002)
    one, two = confirmed(), confirmed({"account_id": str(other.public_id)})
    three = confirmed({"pair": "USDT_ETH"})
    put(one, State.NOT_SENT)
    now = timezone.now()
    period = (now - timedelta(days=1), now + timedelta(days=1))

    def chosen(**filters: str) -> set[Submission]:
        return set(confirmed_in(*period, **filters))

    assert chosen() == {one, two, three}
    assert chosen(state="not_sent") == {one}
    assert chosen(pair="usdt_eth") == {three}
    assert chosen(account="1002") == {two}
    assert chosen(trader="trader") == {one, two, three}
    assert chosen(trader="stranger") == chosen(account="9" * 18) == set()
    assert set(listed([two.public_id, three.public_id])) == {two, three}


def test_a_period_holds_its_first_moment_and_not_the_one_after_its_last(confirmed):
    first, after = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 5, 2, tzinfo=UTC)
    one, two = confirmed(), confirmed(LATER)
    rewrite(Submission.objects.filter(pk=one.pk), confirmed_at=first)
    rewrite(Submission.objects.filter(pk=two.pk), confirmed_at=after)
    assert list(confirmed_in(first, after)) == [one]
