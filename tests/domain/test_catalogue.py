"""The rule book as people read it."""

from __future__ import annotations

import re

import pytest

from trades.domain.findings import ERROR, WARNING
from trades.domain.rules.catalogue import GROUPS, Entry, catalogue, version


def entry(id: str) -> Entry:
    return next(entry for entry in catalogue() if entry.id == id)


@pytest.mark.parametrize(
    ("id", "fields", "fires", "message"),
    [
        ("any-text", "any", "The pair or the note is not text.", "Enter text here."),
        ("pair-required", "pair", "It is needed and absent.", "Choose a trading pair."),
        (
            "units-positive",
            "position.units.value",
            "It is 0 or less.",
            "The amount must be more than 0.",
        ),
        (
            "tp-volume-range",
            "take_profit.steps.N.volume",
            "It is 0 or less or above 100.",
            "The share must be above 0 and at most 100 percent.",
        ),
        (
            "account-id-range",
            "account_id",
            "It is below 1 or above 2147483647.",
            "That account number is not valid.",
        ),
        (
            "tp-steps-required",
            "take_profit.steps",
            "Take profit is on and has no step.",
            "",
        ),
        (
            "sl-liquidation",
            "the stop's price or percentage",
            "Isolated margin: distance in percent times leverage is 100 or more.",
            "",
        ),
        (
            "tp-order",
            "the step's price or percentage",
            "The target is not beyond the one before; both in price, else both in "
            "percent.",
            "",
        ),
        ("price-positive", "any price in use", "The price is 0 or less.", ""),
        (
            "tp-percent-positive",
            "take_profit.steps.N.price.percent",
            "The percentage is 0 or less.",
            "",
        ),
    ],
)
def test_an_error_says_what_it_is_about_and_when_it_comes(id, fields, fires, message):
    found = entry(id)
    assert (found.fields, found.fires, found.message) == (fields, fires, message)


def test_an_unknown_key_is_a_warning():
    assert entry("any-unknown") == Entry(
        "any-unknown", WARNING, "A", "the key", "A key is no parameter."
    )
    assert entry("any-text").severity is ERROR


def test_an_issue_of_the_vendor_is_named_by_its_number():
    told = "3Commas' public documentation repository, issue 132"
    assert told in entry("tp-price-both").sources


def test_the_groups_follow_each_other_as_they_are_named():
    groups = list(dict.fromkeys(entry.group for entry in catalogue()))
    assert groups == list(GROUPS)


def test_a_version_is_twelve_hex_digits():
    assert re.fullmatch("[0-9a-f]{12}", version())
