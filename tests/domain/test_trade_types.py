"""The six trade types and what they set on the wire."""

from __future__ import annotations

import pytest

from trades.domain.groups import conditions
from trades.domain.trade_types import TradeType, candidates


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        (TradeType.SMART_TRADE, "instant false · skip_enter_step false · buy"),
        (TradeType.SMART_COVER, "instant false · skip_enter_step false · sell"),
        (TradeType.SMART_SELL, "instant false · skip_enter_step true · buy"),
        (TradeType.SMART_BUY, "instant false · skip_enter_step true · sell"),
        (TradeType.SIMPLE_BUY, "instant true · skip_enter_step false · buy"),
        (TradeType.SIMPLE_SELL, "instant true · skip_enter_step false · sell"),
    ],
)
def test_each_type_shows_its_flags(kind, line):
    assert kind.flags == line


@pytest.mark.parametrize(
    ("flags", "found"),
    [
        ((False, False, "buy"), {TradeType.SMART_TRADE}),
        ((False, False, None), {TradeType.SMART_TRADE, TradeType.SMART_COVER}),
        ((False, True, "sell"), {TradeType.SMART_BUY}),
        ((True, True, "buy"), {TradeType.SIMPLE_BUY}),
        ((True, False, "sell"), {TradeType.SIMPLE_SELL}),
        ((True, False, "hold"), set()),
    ],
)
def test_flags_name_one_type_or_two(flags, found):
    assert candidates(*flags) == found


def told(path: str) -> list[list[tuple[str, int]]]:
    """The path of each condition and how many values fulfil it."""
    return [[(c.path, len(c.values)) for c in clause] for clause in conditions(path)]


def test_a_parameter_counts_while_every_group_around_it_does():
    assert told("note") == told("take_profit.enabled") == []
    assert told("leverage.value") == [[("leverage.enabled", 1)]]
    assert told("stop_loss.timeout.value") == [
        [("stop_loss.enabled", 1)],
        [("trade_type", 4)],
        [("stop_loss.timeout.enabled", 1)],
    ]
    entry = [[("trade_type", 4)], [("position.order_type", 1)]]
    assert told("position.conditional.trailing.enabled") == entry
    assert told("position.conditional.trailing.percent") == [
        *entry,
        [("position.conditional.trailing.enabled", 1)],
    ]
