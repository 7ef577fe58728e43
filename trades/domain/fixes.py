"""The nearest valid value for what a rule refuses: offered, never applied unasked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import localcontext

from trades.domain import fix_values as values
from trades.domain.facts import MarketFacts
from trades.domain.findings import Finding, Skip
from trades.domain.market_words import grouped
from trades.domain.numbers import EXACT
from trades.domain.parameters import row_of
from trades.domain.schema import Kind
from trades.domain.ticket import OrderTicket

# By path, the text as it would be typed; "" empties.
Changes = Mapping[str, str]


@dataclass(frozen=True)
class Fix:
    """What would settle a finding; the label says the value and where it comes from."""

    label: str
    changes: Changes


@dataclass(frozen=True)
class Case:
    """A finding with all that a value for it may be reckoned from."""

    path: str
    ticket: OrderTicket
    facts: MarketFacts
    typed: Mapping[str, str]

    @property
    def text(self) -> str:
        return self.typed.get(self.path, "").strip()

    @property
    def step(self) -> int:
        """The number of the take-profit step that it is about."""
        return int(self.path.split(".")[2])

    def beside(self, name: str) -> str:
        """The path of another field of the same group."""
        return f"{self.path.rpartition('.')[0]}.{name}"


Made = Fix | None
_FIXES: dict[str, Callable[[Case], Made]] = {}


def offer(
    finding: Finding,
    ticket: OrderTicket,
    facts: MarketFacts,
    typed: Mapping[str, str],
) -> Made:
    """A fix for the finding; None where there is no nearest value, or none is known."""
    fix = _FIXES.get(finding.rule)
    if fix is None:
        return None
    try:
        with localcontext(EXACT):
            return fix(Case(finding.path, ticket, facts, typed))
    except Skip:
        return None


def fixable() -> frozenset[str]:
    """The ids of the rules for which a fix may be offered."""
    return frozenset(_FIXES)


def _for(*rules: str):
    def declare(fix: Callable[[Case], Made]) -> Callable[[Case], Made]:
        _FIXES.update(dict.fromkeys(rules, fix))
        return fix

    return declare


def _use(case: Case, text: str, why: str = "") -> Fix:
    return Fix(f"Use {text} ({why})" if why else f"Use {text}", {case.path: text})


@_for("units-step", "units-min", "units-max", "units-market-range")
def _amount(case: Case) -> Made:
    amount = values.amount(case.ticket, case.facts)
    step = case.facts.number_or_none("lotStep")
    return _use(case, amount, f"lot step {values.plain(step)}" if step else "")


@_for("units-total-min", "units-total-max")
def _for_total(case: Case) -> Made:
    amount = values.amount(case.ticket, case.facts)
    worth = values.worth(case.ticket, case.facts, amount)
    return _use(case, amount, f"worth {worth}")


@_for("price-step", "price-bounds", "price-decimals")
def _price(case: Case) -> Made:
    price = values.price(case.ticket.number(case.path), case.facts)
    step = case.facts.number_or_none("priceStep")
    return _use(case, price, f"steps of {values.plain(step)}" if step else "")


@_for("any-number", "any-integer")
def _number(case: Case) -> Made:
    row = row_of(case.path)
    whole = row is not None and row.kind is Kind.WHOLE
    text = values.whole(case.text) if whole else values.number(case.text)
    return _use(case, text) if text else None


@_for("any-choice")
def _choice(case: Case) -> Made:
    row, text = row_of(case.path), case.text.lower()
    return _use(case, text) if row and text in row.choices else None


@_for("pair-reversed")
def _swapped(case: Case) -> Made:
    quote, _, base = case.text.upper().partition("_")
    return _use(case, f"{base}_{quote}")


@_for("pair-case")
def _capitals(case: Case) -> Made:
    return _use(case, case.text.upper())


@_for("pair-listed")
def _listed(case: Case) -> Made:
    quote, _, base = case.text.upper().partition("_")
    listed = case.facts.pairs or ()
    found = [name for name in (f"{quote}_{base}", f"{base}_{quote}") if name in listed]
    return _use(case, found[0]) if found else None


@_for("leverage-value-listed", "leverage-value-range")
def _leverage(case: Case) -> Made:
    return _use(case, f"{values.leverage(case.ticket, case.facts)}", "the nearest")


@_for("leverage-value-fixed")
def _fixed(case: Case) -> Made:
    return Fix("Empty it", {case.path: ""})


@_for("leverage-type-listed")
def _margin(case: Case) -> Made:
    codes = [str(entry.get("code")) for entry in case.facts.leverage_data or ()]
    offered = [code for code in ("cross", "isolated") if code in codes]
    return _use(case, offered[0]) if len(offered) == 1 else None


@_for(
    *("leverage-spot", "type-simple-no-tp", "type-simple-no-sl", "tp-trailing-last"),
    "sl-breakeven-steps",
)
def _switch_off(case: Case) -> Made:
    return Fix("Switch it off", {case.path: "false"})


@_for("conditional-trailing-zero")
def _no_trailing(case: Case) -> Made:
    return Fix("Switch trailing off", {case.beside("enabled"): "false"})


@_for("type-skip-order-type", "conditional-order-type-required")
@_for("tp-order-type-required", "sl-order-type-required")
def _market(case: Case) -> Made:
    return _use(case, "market")


@_for("conditional-trailing-market")
def _market_at_trigger(case: Case) -> Made:
    return Fix("Use market", {"position.conditional.order_type": "market"})


@_for("tp-trailing-market")
def _market_step(case: Case) -> Made:
    path = f"take_profit.steps.{case.step}.order_type"
    return Fix("Use market", {path: "market"})


@_for("sl-trailing-market", "sl-timeout-limit", "sl-limit-trailing-entry")
def _market_stop(case: Case) -> Made:
    return Fix("Use market", {"stop_loss.order_type": "market"})


@_for("position-price-required")
def _trigger(case: Case) -> Made:
    if case.ticket.entry_order != "conditional market":
        return None  # a limit order at its own trigger may stay unfilled
    trigger = case.ticket.number("position.conditional.price.value")
    return _use(case, values.price(trigger, case.facts), "the trigger")


@_for(
    *("conditional-trailing-percent-range", "tp-trailing-percent-range"),
    "sl-timeout-range",
)
def _bound(case: Case) -> Made:
    bound = values.bound(case.ticket, case.path)
    return _use(case, bound, "the nearest") if bound not in ("", "0") else None


@_for("tp-volume-total")
def _last_share(case: Case) -> Made:
    last = case.ticket.step_count - 1
    share = values.rest(case.ticket, last)
    label = f"Put {share} % on step {last + 1}"
    return Fix(label, {f"take_profit.steps.{last}.volume": share})


@_for("tp-volume-required", "tp-volume-range")
def _share(case: Case) -> Made:
    return _use(case, values.rest(case.ticket, case.step), "what is left of 100 %")


@_for("tp-price-both")
def _price_alone(case: Case) -> Made:
    return Fix("Keep the price alone", {case.path: ""})


@_for("tp-percent-plain")
def _target_price(case: Case) -> Made:
    return _instead(case, case.beside("value"), gaining=True)


@_for("sl-percent-plain")
def _stop_price(case: Case) -> Made:
    return _instead(case, case.beside("value"), gaining=False)


def _instead(case: Case, path: str, *, gaining: bool) -> Made:
    """The price that the percentage makes, in its place."""
    if case.typed.get(path, "").strip():
        return Fix("Keep the price alone", {case.path: ""})
    percent = case.ticket.number(case.path)
    price, entry = values.at_percent(case.ticket, case.facts, percent, gaining=gaining)
    side = "above" if case.ticket.is_long == gaining else "below"
    away = f"{values.plain(percent)} % {side} {grouped(entry)}"
    step = case.facts.number_or_none("priceStep")
    steps = f", in steps of {values.plain(step)}" if step else ""
    label = f"Use {grouped(price)} ({away}{steps})"
    return Fix(label, {path: price, case.path: ""})


@_for("tp-price-value-trailing")
def _target_percent(case: Case) -> Made:
    return _in_percent(case, gaining=True)


@_for("sl-value-trailing")
def _stop_percent(case: Case) -> Made:
    return _in_percent(case, gaining=False)


def _in_percent(case: Case, *, gaining: bool) -> Made:
    """The percentage that the price makes beside the trigger, in its place."""
    if case.typed.get(case.beside("percent"), "").strip():
        return Fix("Keep the percentage alone", {case.path: ""})
    percent = values.percent_of_trigger(case.ticket, case.path, gaining=gaining)
    label = f"Use {percent} % (counted from the trigger)"
    return Fix(label, {case.beside("percent"): percent, case.path: ""})


@_for("sl-price-type-required")
def _price_type(case: Case) -> Made:
    return _use(case, "bid" if case.ticket.is_long else "ask")


@_for("sl-limit-side")
def _at_stop(case: Case) -> Made:
    stop = case.ticket.number("stop_loss.conditional.price.value")
    return _use(case, values.plain(stop), "the stop price")
