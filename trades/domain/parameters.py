"""The table of the API's 35 parameters: one row each.

Inputs, relevance, shape, what is required, bounds, the request body and the README's
table all come from here. Paths are the API's own, with dots for brackets and ``N``
for the number of a take-profit step.

Source: 3Commas API, "Create SmartTrade".
"""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from trades.domain.schema import Bounds, Kind, Needed, Parameter

WHOLE_MAX = 2147483647
STEPS_MAX = 8
NOTE_MAX = 300

_AT_ONCE = ("market", "limit")
_PRICE_TYPES = ("bid", "ask", "last")
_ENTRY_SIDE = MappingProxyType({"buy": "ask", "sell": "bid"})
_EXIT_SIDE = MappingProxyType({"buy": "bid", "sell": "ask"})


def _from_one(rule: str, source: str, message: str) -> Bounds:
    """The whole numbers that 3Commas takes."""
    return Bounds(rule, source, message, at_least=1, at_most=WHOLE_MAX)


PARAMETERS = (
    Parameter(
        "account_id",
        Kind.WHOLE,
        "Account",
        needed=Needed("account-required", "S", "Choose an exchange account."),
        bounds=_from_one("account-id-range", "W", "That account number is not valid."),
    ),
    Parameter(
        "pair",
        Kind.TEXT,
        "Pair",
        needed=Needed("pair-required", "S", "Choose a trading pair."),
        help="The quote currency comes first: USDT_BTC buys BTC with USDT.",
    ),
    Parameter("instant", Kind.SWITCH, "Simple trade", default=False),
    Parameter("skip_enter_step", Kind.SWITCH, "Skip the entry", default=False),
    Parameter(
        "leverage.enabled",
        Kind.SWITCH,
        "Leverage",
        default=False,
        help="For futures accounts.",
    ),
    Parameter(
        "leverage.type",
        Kind.CHOICE,
        "Margin",
        choices=("cross", "isolated"),
        needed=Needed(
            "leverage-type-required", "O", "Choose cross or isolated margin."
        ),
    ),
    Parameter(
        "leverage.value",
        Kind.WHOLE,
        "Leverage",
        unit="x",
        bounds=_from_one("leverage-value-range", "R", "Leverage must be 1 or more."),
    ),
    Parameter(
        "position.type",
        Kind.CHOICE,
        "Side",
        choices=("buy", "sell"),
        needed=Needed("position-side-required", "S", "Choose buy or sell."),
    ),
    Parameter(
        "position.order_type",
        Kind.CHOICE,
        "Order type",
        choices=("market", "limit", "conditional"),
        needed=Needed(
            "position-order-type-required", "S", "Choose market, limit or conditional."
        ),
    ),
    Parameter(
        "position.units.value",
        Kind.AMOUNT,
        "Amount",
        unit="base",
        needed=Needed("units-required", "S", "Enter the amount."),
        bounds=Bounds(
            "units-positive", "R", "The amount must be more than 0.", above=0
        ),
        help="In the base currency, or in contracts where the market trades those.",
    ),
    Parameter(
        "position.price.value",
        Kind.PRICE,
        "Order price",
        unit="quote",
        needed=Needed(
            "position-price-required",
            "S O",
            "Enter the order price.",
            if_skipping="Enter the price you opened at.",
        ),
    ),
    Parameter(
        "position.conditional.price.value",
        Kind.PRICE,
        "Trigger price",
        unit="quote",
        needed=Needed("conditional-trigger-required", "S", "Enter the trigger price."),
        help="When the market reaches it, the order is placed.",
    ),
    Parameter(
        "position.conditional.price.type",
        Kind.CHOICE,
        "Trigger on",
        choices=_PRICE_TYPES,
        default=_ENTRY_SIDE,
        help="Left open: ask for a long, bid for a short.",
    ),
    Parameter(
        "position.conditional.order_type",
        Kind.CHOICE,
        "Placed at the trigger",
        choices=_AT_ONCE,
        needed=Needed(
            "conditional-order-type-required",
            "S",
            "Choose what is placed at the trigger: market or limit.",
        ),
    ),
    Parameter(
        "position.conditional.trailing.enabled",
        Kind.SWITCH,
        "Trailing entry",
        default=False,
        help="Follows the price by a percentage. Exits are then percentages too.",
    ),
    Parameter(
        "position.conditional.trailing.percent",
        Kind.PERCENT,
        "Entry trails by",
        unit="%",
        needed=Needed(
            "conditional-trailing-percent-required",
            "S O",
            "Enter the trailing percentage.",
        ),
        bounds=Bounds(
            "conditional-trailing-percent-range",
            "S",
            "Trailing must be between 0 and 99 percent.",
            at_least=0,
            at_most=99,
        ),
    ),
    Parameter("take_profit.enabled", Kind.SWITCH, "Take profit", default=False),
    Parameter(
        "take_profit.steps.N.order_type",
        Kind.CHOICE,
        "Order type",
        choices=_AT_ONCE,
        needed=Needed("tp-order-type-required", "S", "Choose market or limit."),
    ),
    Parameter(
        "take_profit.steps.N.volume",
        Kind.PERCENT,
        "Share",
        unit="%",
        needed=Needed(
            "tp-volume-required", "S", "Enter the share to close, in percent."
        ),
        bounds=Bounds(
            "tp-volume-range",
            "O",
            "The share must be above 0 and at most 100 percent.",
            above=0,
            at_most=100,
        ),
    ),
    Parameter(
        "take_profit.steps.N.price.type",
        Kind.CHOICE,
        "Price type",
        choices=_PRICE_TYPES,
        default=_EXIT_SIDE,
    ),
    Parameter(
        "take_profit.steps.N.price.value", Kind.PRICE, "Target price", unit="quote"
    ),
    Parameter(
        "take_profit.steps.N.price.percent", Kind.PERCENT, "Target percent", unit="%"
    ),
    Parameter(
        "take_profit.steps.N.trailing.enabled",
        Kind.SWITCH,
        "Trailing",
        default=False,
        help="The last target only.",
    ),
    Parameter(
        "take_profit.steps.N.trailing.percent",
        Kind.PERCENT,
        "Trails by",
        unit="%",
        needed=Needed(
            "tp-trailing-percent-required", "S", "Enter the trailing percentage."
        ),
        bounds=Bounds(
            "tp-trailing-percent-range",
            "S",
            "Trailing must be between 0.01 and 100 percent.",
            at_least=Decimal("0.01"),
            at_most=100,
        ),
    ),
    Parameter("stop_loss.enabled", Kind.SWITCH, "Stop loss", default=False),
    Parameter(
        "stop_loss.breakeven",
        Kind.SWITCH,
        "Move to breakeven",
        default=False,
        help="After the first target the stop moves to the entry price.",
    ),
    Parameter(
        "stop_loss.order_type",
        Kind.CHOICE,
        "Order type",
        choices=_AT_ONCE,
        needed=Needed("sl-order-type-required", "S E", "Choose market or limit."),
    ),
    Parameter(
        "stop_loss.price.value",
        Kind.PRICE,
        "Limit price",
        unit="quote",
        needed=Needed("sl-price-required", "O", "Enter the stop order's limit price."),
    ),
    Parameter(
        "stop_loss.conditional.price.type",
        Kind.CHOICE,
        "Price type",
        choices=_PRICE_TYPES,
        needed=Needed("sl-price-type-required", "S", "Choose bid, ask or last."),
    ),
    Parameter(
        "stop_loss.conditional.price.value", Kind.PRICE, "Stop price", unit="quote"
    ),
    Parameter(
        "stop_loss.conditional.price.percent",
        Kind.PERCENT,
        "Stop percent",
        unit="%",
        help="Sent with a trailing entry only; else it makes a price.",
    ),
    Parameter(
        "stop_loss.conditional.trailing.enabled",
        Kind.SWITCH,
        "Trailing stop",
        default=False,
    ),
    Parameter("stop_loss.timeout.enabled", Kind.SWITCH, "Timeout", default=False),
    Parameter(
        "stop_loss.timeout.value",
        Kind.WHOLE,
        "Timeout",
        unit="s",
        needed=Needed("sl-timeout-required", "S", "Enter the timeout in seconds."),
        bounds=_from_one(
            "sl-timeout-range", "W A", "The timeout must be at least 1 second."
        ),
        help="So long the price must stay beyond the stop: 90, or 1m30s.",
    ),
    Parameter("note", Kind.TEXT, "Note", help="Shown at 3Commas beside the trade."),
)

_ROWS = {row.path: row for row in PARAMETERS}


@lru_cache(1000)
def row_path(path: str) -> str:
    """The path as the table has it.

    >>> row_path("take_profit.steps.2.volume")
    'take_profit.steps.N.volume'
    """
    return ".".join("N" if part.isdigit() else part for part in path.split("."))


@lru_cache(1000)
def row_of(path: str) -> Parameter | None:
    """The row of a parameter, of whichever step; None for what is no parameter."""
    return _ROWS.get(row_path(path))
