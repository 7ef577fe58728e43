"""When a parameter means something, by the groups around it."""

from __future__ import annotations

import pytest

from trades.domain.groups import conditions
from trades.domain.schema import SMART, Is

ON = ((Is("leverage.enabled", (True,)),),)


@pytest.mark.parametrize(
    ("path", "when"),
    [
        ("pair", ()),
        ("leverage.enabled", ()),
        ("leverage.value", ON),
    ],
)
def test_a_switch_stands_outside_what_it_switches(path, when):
    assert conditions(path) == when


def test_the_outermost_group_comes_first():
    limit = conditions("stop_loss.price.value")
    assert limit[-1] == (Is("stop_loss.order_type", ("limit",)),)
    assert (Is("stop_loss.enabled", (True,)),) in limit[:-1]
    assert SMART in limit[:-1]
