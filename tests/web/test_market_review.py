"""The review page: what the order was checked against, and what it was not."""

from __future__ import annotations

import html
import re

import pytest

from tests.known import LEVERAGE, PAIRS, RATES
from tests.web.known import Kind, fail, keep, know, wishes
from tests.web.pages import text_of, url
from trades.models import Account, Connection, Fact

MARKET = {
    "position.order_type": "market",
    "stop_loss.conditional.price.value": "58000",
    "take_profit.steps.0.price.value": "70000",
}
LEVERED = {
    "leverage.enabled": "true",
    "leverage.type": "isolated",
    "leverage.value": "3",
}
FUTURES = {"instrumentKind": "linear_futures"}


@pytest.fixture
def review(signed_in, make_draft):
    """The review page of a ticket with some lines changed."""

    def review(changes: dict[str, str] | None = None):
        return signed_in.get(url("review", make_draft(changes)))

    return review


def button(response) -> str:
    found = re.search(r">(Send [^<]*)</button>", response.content.decode())
    return html.unescape(found[1])


def doubts(response) -> list[str]:
    """What stands under "Not checked here"."""
    _, _, after = response.content.decode().partition("Not checked here")
    items = re.findall("<li>(.*?)</li>", after.partition("</ul>")[0], re.S)
    return [html.unescape(re.sub("<[^>]+>", "", item)) for item in items]


def test_each_fact_says_how_old_it_is(review, account):
    know(account, age_s=8)
    text = text_of(review())
    assert "prices 8 s ago, limits 8 s ago, list of pairs 8 s ago, account " in text
    assert "leverage 8 s ago" not in text
    assert "Not checked here" not in text


def test_leverage_counts_where_it_is_on(review, account):
    know(account, age_s=8, **FUTURES)
    keep(account, Kind.LEVERAGE, LEVERAGE, age_s=125)
    assert "limits 8 s ago, leverage 2 min ago," in text_of(review(LEVERED))
    Fact.objects.filter(kind=Kind.LEVERAGE).delete()
    assert doubts(review(LEVERED)) == [
        "which leverage and margin this pair takes (asked for, no answer yet)"
    ]


def test_old_prices_are_not_compared_with_but_limits_are(review, account):
    Account.objects.update(flags=account.flags | {"market_buy_supported": True})
    know(account, age_s=8)
    keep(account, Kind.RATES, RATES, age_s=300)
    response = review(MARKET)
    assert "Checked against: limits 5 min ago" in text_of(response)
    assert doubts(response) == [
        "the total and the exits at the market's price (the last answer is 5 min old)"
    ]


def test_what_was_never_had_says_why(review):
    assert doubts(review()) == [
        "whether the market lists this pair (asked for, no answer yet)",
        "price steps, amount steps, the smallest and largest amounts and totals, how "
        "far the order price is from the market (not asked for yet)",
    ]
    assert wishes() == {"pairs"}


def test_a_failure_is_told_in_3commas_words(review, account):
    keep(account, Kind.PAIRS, PAIRS)
    fail(account, Kind.RATES, reason="refused", text="Unknown pair", status=400)
    assert "(3Commas said no (“Unknown pair”))" in doubts(review())[-1]


def test_an_answer_that_leaves_something_out_is_told(review, account):
    know(account, lotStep=None)
    assert doubts(review()) == ["amount steps (3Commas states none for this pair)"]


def test_opening_the_page_wishes_for_what_is_stale(review, account):
    know(account, age_s=60)
    review()
    assert wishes() == {"rates USDT_BTC"}


@pytest.mark.parametrize(
    ("changes", "facts", "words"),
    [
        ({}, {}, "Worth 600 USDT."),
        (MARKET, {}, "Worth about 638.02 USDT by the prices of 8 s ago."),
        ({}, FUTURES | {"quanto_multiplier": "0.0001"}, "Worth 0.06 USDT."),
    ],
)
def test_the_total_stands_beside_the_sentence(review, account, changes, facts, words):
    know(account, minTotal=None, minMarketTotal=None, **facts)
    assert words in text_of(review(changes))


def test_no_total_is_made_up(review, account):
    assert "Worth" not in text_of(review())
    know(account, instrumentKind="inverse_futures")
    assert "Worth" not in text_of(review())


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({}, "buy 0.01 BTC"),
        (FUTURES, "buy 0.01 on USDT_BTC"),
        (
            FUTURES | {"quanto_multiplier": "0.0001", "minTotal": None},
            "buy 0.01 contracts on USDT_BTC",
        ),
    ],
)
def test_the_button_counts_in_what_is_sure(review, account, facts, words):
    know(account, **facts)
    assert button(review()) == f"Send sandbox order: {words}"


@pytest.mark.parametrize(
    ("mode", "market", "words", "stake"),
    [
        ("real", "binance", "Send live order: buy 0.01 BTC", "with real money"),
        (
            "paper",
            Account.PAPER_MARKET,
            "Send paper order: buy 0.01 BTC",
            "No real money is at stake",
        ),
    ],
)
def test_the_mode_is_said_on_button_and_page(
    review, account, settings, mode, market, words, stake
):
    settings.REAL_TRADING = True
    Connection.objects.update(mode=mode)
    Account.objects.update(market=market)
    know(account)
    response = review()
    assert button(response) == words
    assert f'class="button primary send-{mode}"' in response.content.decode()
    assert f'class="muted goes-{mode}"' in response.content.decode()
    assert stake in text_of(response)
