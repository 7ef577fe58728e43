"""What is known of the account and the market, as plain values, each maybe missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import cached_property, lru_cache

from trades.domain.findings import Skip
from trades.domain.parameters import NOTE_MAX

# No exchange states a limit of more digits, before or after the dot: "1e999999" is
# not a fact.
_DIGITS_MAX = 60
# What of the rates changes all the time; the rest are limits.
PRICES = ("bid", "ask", "last", "orderbook_bid", "orderbook_ask", "orderbook_last")
_HAS_TOTALS = (None, "spot", "linear_futures")


@dataclass(frozen=True)
class MarketFacts:
    """The answers of 3Commas that rules may ask for.

    ``account``: its flags. ``pairs``: the pairs of its market. ``rates``: the object of
    currency_rates. ``leverage_data``: the list of leverage_data. ``note_room``: how
    many characters the token leaves of the note. Reading a fact that is missing or
    makes no sense raises ``Skip``.

    Source: 3Commas API, "Account info", "Currency rates and limits", "Leverage data".
    """

    account: Mapping[str, object] | None = None
    pairs: Sequence[str] | None = None
    rates: Mapping[str, object] | None = None
    leverage_data: Sequence[Mapping[str, object]] | None = None
    note_room: int = NOTE_MAX

    @classmethod
    def read(cls, context: object) -> MarketFacts:
        """Facts out of parsed JSON; what has another shape is not known."""
        known = context if isinstance(context, Mapping) else {}
        data = _listed(known.get("leverage_data"))
        return cls(
            account=_object(known.get("account")),
            pairs=_listed(known.get("pairs")),
            rates=_object(known.get("rates")),
            leverage_data=data and [e for e in data if isinstance(e, Mapping)],
        )

    def flag(self, name: str) -> bool:
        """A yes or no of the account."""
        value = (self.account or {}).get(name)
        if not isinstance(value, bool):
            raise Skip
        return value

    def number(self, name: str) -> Decimal:
        """A number of the rates."""
        value = self.number_or_none(name)
        if value is None:
            raise Skip
        return value

    def number_or_none(self, name: str) -> Decimal | None:
        if name not in self._numbers:
            self._numbers[name] = read_fact((self.rates or {}).get(name))
        return self._numbers[name]

    @cached_property
    def _numbers(self) -> dict[str, Decimal | None]:
        """Those that were asked for; a ticket asks for the same ones many times."""
        return {}

    def step(self, name: str) -> Decimal:
        """A number of the rates that something must be a multiple of."""
        value = self.number_or_none(name)
        if value is None or value <= 0:
            raise Skip
        return value

    @property
    def is_spot(self) -> bool:
        return (self.rates or {}).get("instrumentKind") == "spot"

    @cached_property
    def base_per_unit(self) -> Decimal:
        """How much of the base currency one unit is: 1, or less for contracts.

        Raises ``Skip`` for markets where amount times price is not the total.
        """
        if (self.rates or {}).get("instrumentKind") not in _HAS_TOTALS:
            raise Skip
        multiplier = self.number_or_none("quanto_multiplier")
        return Decimal(1) if multiplier is None else multiplier

    def leverage(self, code: str) -> Mapping[str, object] | None:
        """What the pair offers under this margin type; None: it is not offered."""
        if self.leverage_data is None:
            raise Skip
        for entry in self.leverage_data:
            if entry.get("code") == code:
                return entry
        return None

    def fixes_leverage(self, code: object) -> bool:
        """Whether the exchange, not the trader, sets the leverage of a margin type."""
        if not isinstance(code, str) or self.leverage_data is None:
            return False
        entry = self.leverage(code)
        return entry is not None and entry.get("can_set_leverage_value") is False


def read_fact(value: object) -> Decimal | None:
    """A number of a vendor's answer, or None for what is none or absurd."""
    if isinstance(value, str):  # nearly always
        return _read(value)
    if value is None or isinstance(value, bool):
        return None
    return _read(value) if isinstance(value, int | Decimal) else None


@lru_cache(2000)
def _read(value: str | int | Decimal) -> Decimal | None:
    """The same answers are read again and again, as long as they are fresh."""
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        return None
    if not number.is_finite():
        return None
    _, digits, exponent = number.as_tuple()
    if max(abs(exponent), abs(number.adjusted()), len(digits)) > _DIGITS_MAX:
        return None
    return number


def _object(value: object) -> Mapping[str, object] | None:
    return value if isinstance(value, Mapping) else None


def _listed(value: object) -> list | None:
    return value if isinstance(value, list) else None
