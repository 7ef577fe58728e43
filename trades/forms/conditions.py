"""When an input means something, written into the page for ``ticket.js`` to obey.

The conditions come from the tables of the domain. As JSON they are a list of clauses
that must all hold; a clause is a list of ``[input, values]`` of which one must hold.
"""

from __future__ import annotations

import json

from trades.domain.aids import RISK
from trades.domain.groups import conditions
from trades.domain.schema import (
    PLACES_ENTRY,
    SKIPS_ENTRY,
    SMART,
    Is,
    When,
    on,
)
from trades.domain.trade_types import candidates
from trades.forms.names import input_name

_TRAILS = "position.conditional.trailing.enabled"
_NOT_AT_TRIGGER = on("position.order_type", "", "market", "limit")
_UNLESS_TRAILING = ((*SKIPS_ENTRY, *_NOT_AT_TRIGGER, Is(_TRAILS, (False,))),)

# Where an input is worth showing, beyond where the API looks at it. What was typed
# before it was hidden is refused by a rule, and that brings it back into sight.
_WORTH_SHOWING: dict[str, When] = {
    "position.order_type": (PLACES_ENTRY,),
    "take_profit.steps.N.price.value": _UNLESS_TRAILING,
    "stop_loss.conditional.price.value": _UNLESS_TRAILING,
    RISK: (SMART,),
}
# An exit that a Simple trade can't have stays in sight for as long as it is on.
SECTIONS: dict[str, When] = {
    "take_profit": ((*SMART, *on("take_profit.enabled")),),
    "stop_loss": ((*SMART, *on("stop_loss.enabled")),),
}
_IF_NO_TYPE = {t.value for t in candidates(False, False, None)}


def shown_when(path: str) -> When:
    return (*conditions(path), *_WORTH_SHOWING.get(path, ()))


def as_json(when: When) -> str:
    """The attribute's text; "" where there is nothing to obey."""
    clauses = [[_pair(member) for member in clause] for clause in when]
    return json.dumps(clauses) if clauses else ""


def _pair(member: Is) -> tuple[str, list[str | bool]]:
    """With no type chosen the page shows what the reading would look at."""
    values = list(member.values)
    if member.path == "trade_type" and set(values) >= _IF_NO_TYPE:
        values.append("")
    return input_name(member.path), values


# A label that depends on what is chosen.
LABELS = {
    "position.price.value": [
        ("Order price", as_json((PLACES_ENTRY,))),
        ("Price you opened at", as_json((SKIPS_ENTRY,))),
    ]
}
