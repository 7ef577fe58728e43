"""What is known of a market, how old it may be, and when somebody wishes for more."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from trades.models import Connection, Fact
from trades.services import drafts, facts

Kind = Fact.Kind
RATES = {"bid": "59999.99", "ask": "60000", "lotStep": "0.00001", "minTotal": "5.0"}
PAIRS = ["USDT_BTC", "USDT_ETH"]


def ago(seconds: float):
    return timezone.now() - timedelta(seconds=seconds)


@pytest.fixture
def put(account):
    """Keep an answer of so many seconds ago."""

    def put(kind: Kind, answer: object, age_s: float = 1, pair: str = "", **fields):
        fields |= {"answer": answer, "answered_at": ago(age_s)}
        row = {"account": account, "kind": kind, "pair": pair}
        return Fact.objects.update_or_create(**row, defaults=fields)[0]

    return put


@pytest.fixture
def listed(put):
    return put(Kind.PAIRS, PAIRS)


def wishes() -> set[str]:
    wanted = Fact.objects.exclude(wanted_at=None)
    return {f"{row.kind} {row.pair}".strip() for row in wanted}


def fetched(account, **fields) -> None:
    """The sender has been: there is no wish any more."""
    Fact.objects.filter(account=account).update(wanted_at=None, **fields)


def test_before_the_list_is_there_only_the_list_is_wished_for(account):
    facts.want(account, "USDT_BTC")
    assert wishes() == {"pairs"}


def test_of_a_listed_pair_prices_and_leverage_are_wished_for(account, listed):
    facts.want(account, "USDT_BTC")
    assert wishes() == {"rates USDT_BTC", "leverage USDT_BTC"}


def test_of_a_spot_account_no_leverage_is_wished_for(make_account):
    account = make_account(1001, supported_market_types=["spot"])
    Fact.objects.create(
        account=account, kind=Kind.PAIRS, answer=PAIRS, answered_at=ago(1)
    )
    facts.want(account, "USDT_BTC")
    assert wishes() == {"rates USDT_BTC"}


@pytest.mark.parametrize("pair", ["USDT_XYZ", "usdt_btc", "", "x" * 200, "USDT\0BTC"])
def test_of_a_pair_that_is_not_listed_nothing_is_asked(account, listed, pair):
    facts.want(account, pair)
    assert wishes() == set()
    assert Fact.objects.count() == 1


@pytest.mark.parametrize(("pair", "asked"), [("USDT_BTC", True), ("USDT\0_B", False)])
def test_where_the_list_cannot_be_had_whatever_is_a_name_is_asked(account, pair, asked):
    Fact.objects.create(account=account, kind=Kind.PAIRS, failed_at=ago(1))
    facts.want(account, pair)
    assert (f"rates {pair}" in wishes()) == asked


@pytest.mark.parametrize(
    ("kind", "answer", "pair", "stale_s"),
    [
        (Kind.PAIRS, PAIRS, "", 3600),
        (Kind.RATES, RATES, "USDT_BTC", 15),
        (Kind.LEVERAGE, [], "USDT_BTC", 300),
    ],
)
def test_only_what_is_stale_is_wished_for_again(
    account, put, kind, answer, pair, stale_s
):
    for other in (Kind.PAIRS, Kind.RATES, Kind.LEVERAGE):
        own = "" if other is Kind.PAIRS else "USDT_BTC"
        put(other, PAIRS if other is Kind.PAIRS else None, pair=own)
    put(kind, answer, stale_s - 5, pair)
    facts.want(account, "USDT_BTC")
    assert wishes() == set()
    put(kind, answer, stale_s + 5, pair)
    facts.want(account, "USDT_BTC")
    assert wishes() == {f"{kind} {pair}".strip()}


def test_a_wish_is_left_once_until_it_is_forgotten(account):
    facts.want(account, "USDT_BTC")
    first = Fact.objects.get().wanted_at
    facts.want(account, "USDT_BTC", at_once=True)
    assert Fact.objects.get().wanted_at == first
    Fact.objects.update(wanted_at=ago(facts.FORGOTTEN_S + 1), tries=2)
    facts.want(account, "USDT_BTC")
    assert Fact.objects.get().wanted_at > first
    assert Fact.objects.get().tries == 0


def test_a_wish_that_another_page_left_just_now_is_waited_for_too(account):
    """Between this page's look and its own wish; it would else wait for nothing."""
    came: list[Fact] = []

    def another_page(execute, sql, params, many, context):
        answer = execute(sql, params, many, context)
        if not came and sql.startswith('SELECT "trades_fact"'):
            came.append(Fact(account=account, kind=Kind.PAIRS, wanted_at=ago(0)))
            came[0].save()
        return answer

    with connection.execute_wrapper(another_page):
        assert facts.want(account, "").is_pending


def test_after_a_failure_only_a_person_wishes_again_soon(account, listed):
    facts.want(account, "USDT_BTC")
    fetched(account, failed_at=ago(5))
    facts.want(account, "USDT_BTC")
    assert wishes() == set()
    facts.want(account, "USDT_BTC", at_once=True)
    assert wishes() == {"rates USDT_BTC", "leverage USDT_BTC"}
    fetched(account, failed_at=ago(facts.AFTER_FAILURE_S + 1))
    facts.want(account, "USDT_BTC")
    assert wishes() == {"rates USDT_BTC", "leverage USDT_BTC"}


def test_at_once_is_for_prices_and_leaves_what_changes_seldom(account, listed, put):
    put(Kind.RATES, RATES, 5, "USDT_BTC")
    put(Kind.LEVERAGE, [], 5, "USDT_BTC")
    facts.want(account, "USDT_BTC")
    assert wishes() == set()
    facts.want(account, "USDT_BTC", at_once=True)
    assert wishes() == {"rates USDT_BTC"}


def test_what_is_on_its_way_is_told(account, listed):
    assert not facts.known(account, "USDT_BTC").is_pending
    assert facts.want(account, "USDT_BTC").is_pending
    Fact.objects.update(wanted_at=ago(facts.FORGOTTEN_S + 1))
    assert not facts.known(account, "USDT_BTC").is_pending


def test_prices_are_compared_with_for_two_minutes_and_limits_for_a_day(account, put):
    put(Kind.RATES, RATES, facts.PRICES_VALID_S - 5, "USDT_BTC")
    assert facts.known(account, "USDT_BTC").rates == RATES
    put(Kind.RATES, RATES, facts.PRICES_VALID_S + 5, "USDT_BTC")
    limits = {"lotStep": "0.00001", "minTotal": "5.0"}
    assert facts.known(account, "USDT_BTC").rates == limits
    put(Kind.RATES, RATES, facts.VALID_S + 5, "USDT_BTC")
    assert facts.known(account, "USDT_BTC").rates is None


def test_ages_are_whole_seconds(account, put):
    put(Kind.RATES, RATES, 12.4, "USDT_BTC")
    there = facts.known(account, "USDT_BTC")
    assert there.age_s(Kind.RATES) == 12
    assert there.age_s(Kind.LEVERAGE) is None


def test_a_clock_that_was_set_back_makes_no_negative_age(account, put):
    put(Kind.RATES, RATES, -30, "USDT_BTC")
    assert facts.known(account, "USDT_BTC").age_s(Kind.RATES) == 0


def test_without_an_account_nothing_is_known(db):
    there = facts.known(None, "USDT_BTC")
    assert (there.pairs, there.rates, there.leverage) == (None, None, None)
    assert there.market_facts(300).account is None


def test_the_facts_of_one_account_say_nothing_about_another(account, make_account, put):
    put(Kind.RATES, RATES, pair="USDT_BTC")
    assert facts.known(make_account(1002), "USDT_BTC").rates is None


def test_accounts_that_are_listed_long_ago_have_their_key_tested(account, connection):
    facts.want(account, "")
    assert Connection.objects.get().test_wanted_at
    Connection.objects.update(test_wanted_at=None, tested_at=ago(60))
    facts.want(account, "")
    assert Connection.objects.get().test_wanted_at is None


def test_a_deleted_connection_is_not_tested(connection):
    Connection.objects.update(deleted_at=timezone.now())
    facts.want_test(connection)
    assert Connection.objects.get().test_wanted_at is None


def test_a_kept_fact_decides_about_a_draft(trader, typed, put):
    put(Kind.PAIRS, PAIRS)
    put(Kind.RATES, RATES, pair="USDT_BTC")
    amount = typed | {"position.units.value": "0.000015"}
    rules = {f.rule for f in drafts.examine(amount, owner=trader).errors}
    assert rules == {"units-step"}
    assert drafts.examine(typed, owner=trader).errors == []
    other = typed | {"pair": "USDT_XRP"}
    said = [f.rule for f in drafts.examine(other, owner=trader).errors]
    assert said == ["pair-listed"]
