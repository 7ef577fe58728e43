"""What is usual for a trader, and from where on an order is not."""

from __future__ import annotations

import pytest

from tests.rewriting import rewrite
from tests.services.steps import put
from trades.domain.lifecycle import State
from trades.models import Submission
from trades.services import drafts, usual

pytestmark = pytest.mark.django_db

AMOUNT = "position.units.value"


@pytest.fixture
def made(confirmed):
    """Orders of these amounts that were accepted, one after the other."""
    model = confirmed()
    put(model, State.REJECTED)
    kept = {
        name: getattr(model, name)
        for name in ("draft", "trader", "account", "mode", "pair", "send_by")
    }

    def made(*amounts: str) -> None:
        first = Submission.objects.count()
        Submission.objects.bulk_create(
            Submission(
                **kept,
                body=model.body.replace('"0.01"', f'"{amount}"'),
                state=State.ACCEPTED.value,
                token=f"made{number}",
                remote_id=number,
            )
            for number, amount in enumerate(amounts, start=first)
        )

    return made


@pytest.fixture
def asked(trader, typed):
    """What is to be typed for an order of that amount, and the usual one."""

    def asked(amount: str, **changes: str) -> tuple[str, str] | None:
        examined = drafts.examine(typed | {AMOUNT: amount} | changes, owner=trader)
        order = usual.unusual(examined, trader)
        return order and (order.amount, order.usual)

    return asked


def test_five_times_the_middle_amount_is_unusual(made, asked):
    made("0.001", "0.01", "8")
    assert asked("0.0499") is None
    assert asked("0.0500") == ("0.05", "0.01")


def test_the_comparison_is_exact_to_the_last_of_33_digits(made, asked):
    made(*["100000000000000.000000000000000001"] * 3)
    assert asked("500000000000000.000000000000000004") is None
    assert asked("500000000000000.000000000000000005") is not None


def test_the_latest_twenty_count(made, asked):
    made(*["1"] * 30, *["0.01"] * 10)
    assert asked("0.05") == ("0.05", "0.01")
    made(*["1"] * 9)
    assert asked("0.05") == ("0.05", "0.01")
    made("1", "1")
    assert asked("0.05") is None


def test_two_orders_make_nothing_usual(made, asked):
    made("0.01", "0.01")
    assert asked("100") is None


@pytest.mark.parametrize(
    "fields",
    [{"pair": "USDT_ETH"}, {"mode": "paper"}, {"state": "rejected"}],
    ids=str,
)
def test_other_pairs_modes_and_refused_orders_do_not_count(made, asked, fields):
    made("0.01", "0.01", "0.01")
    assert asked("1") is not None
    rewrite(Submission.objects.filter(token="made1"), **fields)
    assert asked("1") is None


def test_the_orders_of_others_do_not_count(made, asked, stranger):
    made("0.01", "0.01", "0.01")
    assert asked("1") is not None
    rewrite(Submission.objects.all(), trader=stranger)
    assert asked("1") is None


def test_one_bounded_question_is_put_to_the_database(
    made, typed, trader, django_assert_num_queries
):
    made("0.01", "0.01", "0.01")
    examined = drafts.examine(typed, owner=trader)
    with django_assert_num_queries(1) as asked:
        usual.unusual(examined, trader)
    assert "LIMIT 20" in asked[0]["sql"]
