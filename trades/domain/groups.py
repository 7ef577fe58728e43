"""The JSON objects around the parameters, and when each of them is looked at."""

from __future__ import annotations

from trades.domain.schema import PLACES_ENTRY, SKIPS_ENTRY, SMART, Group, When, on

GROUPS = (
    Group("leverage", switched=True),
    Group("position"),
    Group("position.units"),
    Group(
        "position.price",
        when=((*SKIPS_ENTRY, *on("position.order_type", "limit", "conditional")),),
    ),
    Group(
        "position.conditional",
        when=(PLACES_ENTRY, on("position.order_type", "conditional")),
    ),
    Group("position.conditional.price"),
    Group("position.conditional.trailing", switched=True),
    Group("take_profit", switched=True, inside=(SMART,)),
    Group("take_profit.steps", listed=True),
    Group("take_profit.steps.N"),
    Group("take_profit.steps.N.price"),
    Group("take_profit.steps.N.trailing", switched=True),
    Group("stop_loss", switched=True, inside=(SMART,)),
    Group("stop_loss.price", when=(on("stop_loss.order_type", "limit"),)),
    Group("stop_loss.conditional"),
    Group("stop_loss.conditional.price"),
    Group("stop_loss.conditional.trailing", switched=True),
    Group("stop_loss.timeout", switched=True),
)


def conditions(path: str) -> When:
    """All that must hold before a parameter means something, outermost group first.

    A switch stands outside what it switches.
    """
    clauses: list = []
    for group in GROUPS:
        if path.startswith(f"{group.path}."):
            clauses += group.when
            if group.switched and path != f"{group.path}.enabled":
                clauses += [on(f"{group.path}.enabled"), *group.inside]
    return tuple(clauses)
