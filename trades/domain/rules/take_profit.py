"""Take-profit steps, when take profit is switched on."""

from __future__ import annotations

from decimal import Decimal

from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR, WARNING, Skip
from trades.domain.numbers import plain
from trades.domain.parameters import STEPS_MAX
from trades.domain.reference import (
    TARGET_PERCENT,
    TARGET_PRICE,
    entry_price,
    target_price,
)
from trades.domain.rules.registry import rule, step_rule
from trades.domain.ticket import OrderTicket, at_step

_STEPS = "take_profit.steps"
_ORDER_TYPE = "take_profit.steps.N.order_type"
_VOLUME = "take_profit.steps.N.volume"
_TRAILING = "take_profit.steps.N.trailing.enabled"
_HUNDREDTH = Decimal("0.01")


@rule("tp-steps-required", ERROR, "S O", _STEPS)
def steps_required(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Take profit is on and has no step."""
    if not ticket["take_profit.enabled"] or ticket.step_count:
        return None
    return "Add at least one target."


@rule("tp-steps-max", ERROR, "O H", _STEPS)
def steps_max(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """There are more than 8 steps."""
    if ticket.step_count <= STEPS_MAX:
        return None
    return f"At most {STEPS_MAX} targets."


@rule("tp-volume-total", ERROR, "O H", _STEPS)
def volume_total(ticket: OrderTicket, facts: MarketFacts) -> str | None:
    """Every share is good, and together they are not exactly 100."""
    numbers = ticket.steps()
    if not numbers or len(numbers) < ticket.step_count:
        return None
    total = sum((ticket.number(at_step(_VOLUME, n)) for n in numbers), Decimal(0))
    if total == 100:
        return None
    return f"The shares add up to {plain(total)} percent; they must make 100."


@step_rule("tp-price-required", ERROR, "I19 I132", TARGET_PRICE)
def price_required(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The entry does not trail, and neither price nor percentage is given."""
    price, percent = _given(ticket, n)
    if ticket.entry_trails or price is not None or percent is not None:
        return None
    return "Enter the target price."


@step_rule("tp-price-both", ERROR, "E I132", TARGET_PERCENT)
def price_both(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The entry does not trail, and both price and percentage are given."""
    price, percent = _given(ticket, n)
    if ticket.entry_trails or price is None or percent is None:
        return None
    return "Give a price or a percentage, not both."


@step_rule("tp-price-value-trailing", ERROR, "S O", TARGET_PRICE)
def price_value_trailing(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The entry trails, and a price is given."""
    if not ticket.entry_trails or ticket[at_step(TARGET_PRICE, n)] is None:
        return None
    return "The entry trails, so its price is unknown: use a percentage."


@step_rule("tp-price-percent-required", ERROR, "O I17", TARGET_PERCENT)
def percent_required(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The entry trails, and no percentage is given."""
    if not ticket.entry_trails or ticket[at_step(TARGET_PERCENT, n)] is not None:
        return None
    return "Enter the target as a percentage."


@step_rule("tp-percent-positive", ERROR, "A", TARGET_PERCENT)
def percent_positive(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The percentage is 0 or less."""
    percent = ticket[at_step(TARGET_PERCENT, n)]
    if percent is None or percent > 0:
        return None
    return "The percentage must be more than 0."


@step_rule("tp-percent-short", ERROR, "A", TARGET_PERCENT)
def percent_short(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The trade is short, and the percentage is 100 or more."""
    if ticket.is_long or ticket.number(at_step(TARGET_PERCENT, n)) < 100:
        return None
    return "A short cannot gain 100 percent or more."


@step_rule("tp-percent-plain", WARNING, "I17 O", TARGET_PERCENT)
def percent_plain(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """A percentage is given without a trailing entry."""
    if ticket.entry_trails or ticket[at_step(TARGET_PERCENT, n)] is None:
        return None
    return (
        "3Commas may accept percentages only with a trailing entry; a price is safer."
    )


@step_rule("tp-trailing-last", ERROR, "S", _TRAILING)
def trailing_last(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """Trailing is on before the last step. Its percentage is then not checked."""
    if not ticket[at_step(_TRAILING, n)] or n == ticket.step_count - 1:
        return None
    return "Only the last target can trail."


@step_rule("tp-trailing-market", WARNING, "O H", _TRAILING)
def trailing_market(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """Trailing is on, and the step is a limit order."""
    trails = ticket[at_step(_TRAILING, n)]
    if not trails or ticket[at_step(_ORDER_TYPE, n)] != "limit":
        return None
    return "A trailing target closes at market; choose market."


@step_rule("tp-direction", WARNING, "H", TARGET_PRICE)
def direction(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The target price is not beyond the reference entry."""
    price = ticket.number(at_step(TARGET_PRICE, n))
    if _beyond(ticket, price, entry_price(ticket, facts)):
        return None
    return "This target is on the losing side of the entry and would close at once."


def _given_field(ticket: OrderTicket, n: int) -> str:
    has_price = ticket[at_step(TARGET_PRICE, n)] is not None
    return TARGET_PRICE if has_price else TARGET_PERCENT


@step_rule("tp-order", WARNING, "O", _given_field, "the step's price or percentage")
def order(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The target is not beyond the one before; both in price, else both in percent."""
    if n == 0 or _follows(ticket, facts, n):
        return None
    return "Targets should move away from the entry step by step."


@step_rule("tp-step-small", WARNING, "H R", _VOLUME)
def step_small(ticket: OrderTicket, facts: MarketFacts, n: int) -> str | None:
    """The step's amount is below minLotSize, or its worth below minTotal."""
    share = ticket.number(at_step(_VOLUME, n)) * _HUNDREDTH
    units = ticket.number("position.units.value") * share
    if not _below_lot(facts, units) and not _below_total(ticket, facts, n, units):
        return None
    return "This target is too small for the exchange."


def _given(ticket: OrderTicket, n: int) -> tuple[object, object]:
    return ticket[at_step(TARGET_PRICE, n)], ticket[at_step(TARGET_PERCENT, n)]


def _beyond(ticket: OrderTicket, price: Decimal, other: Decimal) -> bool:
    return price > other if ticket.is_long else price < other


def _follows(ticket: OrderTicket, facts: MarketFacts, n: int) -> bool:
    try:
        before = target_price(ticket, facts, n - 1)
        this = target_price(ticket, facts, n)
    except Skip:
        before, this = (
            ticket.number(at_step(TARGET_PERCENT, step)) for step in (n - 1, n)
        )
        return this > before
    return _beyond(ticket, this, before)


def _below_lot(facts: MarketFacts, units: Decimal) -> bool:
    smallest = facts.number_or_none("minLotSize")
    return smallest is not None and units < smallest


def _below_total(
    ticket: OrderTicket, facts: MarketFacts, n: int, units: Decimal
) -> bool:
    worth = units * target_price(ticket, facts, n) * facts.base_per_unit
    return worth < facts.number("minTotal")
