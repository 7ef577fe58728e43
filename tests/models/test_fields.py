"""Decimals in a database that knows none: exact, and in the order of numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.rewriting import rewrite
from trades.domain.numbers import sortable
from trades.models import Submission

pytestmark = pytest.mark.django_db

IN_ORDER = [
    *("0", "0.000000000000000001", "0.1", "0.100000000000000001", "0.11", "1"),
    *("2", "10", "99.99", "100", "999999999999999.999999999999999999"),
    "999999999999999999999999999999.999999999999999999",
]


@pytest.mark.parametrize("text", IN_ORDER)
def test_every_digit_comes_back(confirmed, text):
    rewrite(Submission.objects.filter(pk=confirmed().pk), size=Decimal(text))
    assert Submission.objects.get().size == Decimal(text)
    assert Submission.objects.filter(size=text).exists()


def test_rows_are_sorted_and_compared_as_numbers_are(confirmed):
    for text in IN_ORDER[::-1]:
        rewrite(Submission.objects.filter(pk=confirmed().pk), size=text)
    found = Submission.objects.order_by("size").values_list("size", flat=True)
    assert list(found) == [Decimal(text) for text in IN_ORDER]
    for place, text in enumerate(IN_ORDER):
        assert Submission.objects.filter(size__lt=text).count() == place


def test_what_is_finer_is_rounded_up():
    assert sortable(Decimal("1E-30")) == sortable(Decimal("1E-18"))
    assert sortable(Decimal("0.1000000000000000001")) > sortable(Decimal("0.1"))


@pytest.mark.parametrize("text", ["-1", "-1E-30", "1E30", "1E99"])
def test_what_can_not_be_sorted_is_refused(text):
    with pytest.raises(ValueError, match="sorted as text"):
        sortable(Decimal(text))


def test_nothing_known_stays_nothing(confirmed):
    rewrite(Submission.objects.filter(pk=confirmed().pk), planned_r=None)
    assert Submission.objects.get().planned_r is None
