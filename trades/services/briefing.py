"""What is known of a market, in words, as it stands beside the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from trades.domain import market_words
from trades.domain.facts import MarketFacts
from trades.models import Connection, Fact
from trades.services.facts import FORGOTTEN_S, PRICES_VALID_S, Kind, Known
from trades.services.history import visible
from trades.services.telling import roughly

# An answer that takes longer is worth a word.
SLOW_S = 20

_SHORT = {"second": "s", "minute": "min", "hour": "h", "day": "days"}
_CALLED = {
    Kind.PAIRS: "the list of pairs",
    Kind.RATES: "prices and limits",
    Kind.LEVERAGE: "leverage limits",
}
_REASONS = {
    "network": "3Commas could not be reached",
    "tls": "the server could not prove that it is 3Commas",
    "config": "the connection's API key could not be used",
    "broken": "the exchange with 3Commas broke off",
    "unclear": "the answer made no sense",
    "refused": "3Commas said no",
    "key": "3Commas does not accept the API key",
    "plan": "the plan at 3Commas does not include it",
    "rate": "3Commas had too many requests",
    "ban": "3Commas has shut out this address for a while",
}
_ON_REVIEW = (
    "The order can be sent all the same; the review page says what is not checked."
)
_UNITS, _TIMES = "position.units.value", "leverage.value"
_ANY_TIMES = "As far as the pair allows."
_ANY_AMOUNT = "In the base currency, or in contracts where the market trades those."


@dataclass(frozen=True)
class Briefing:
    """The market of one account and pair as a page shows it."""

    known: Known

    @property
    def mode(self) -> Connection.Mode | None:
        """What is at stake with this account."""
        account = self.known.account
        return Connection.Mode(account.connection.mode) if account else None

    @property
    def trouble(self) -> str:
        """What may have the exchange refuse the account's trades; "" for nothing."""
        account = self.known.account
        if account is None or not account.trouble:
            return ""
        return visible(f"3Commas says of this account: {account.trouble}.")

    @property
    def bid(self) -> str:
        return self._price("bid")

    @property
    def ask(self) -> str:
        return self._price("ask")

    @property
    def age_s(self) -> int | None:
        return self.known.age_s(Kind.RATES)

    @property
    def age(self) -> str:
        return "" if self.age_s is None else ago(self.age_s)

    @property
    def is_old(self) -> bool:
        """Whether the prices are no longer compared with."""
        return self.age_s is not None and self.age_s > PRICES_VALID_S

    @property
    def is_pending(self) -> bool:
        return self.known.is_pending

    @property
    def limits(self) -> list[str]:
        if self._facts.rates is None:
            return []
        return [visible(t) for t in market_words.limits(self.known.pair, self._facts)]

    @property
    def leverage(self) -> str:
        return visible(market_words.leverage(self._facts))

    @property
    def states(self) -> list[str]:
        """What is missing, on its way or failed; nothing where all is well."""
        told = [self._state(kind) for kind in Kind]
        pairs, pair = self.known.pairs, self.known.pair
        if pairs is not None and pair and pair not in pairs:
            told.append("This market does not list that pair.")
        return [text for text in told if text]

    @property
    def units(self) -> dict[str, str]:
        """What base and quote are called here, where that is known."""
        facts, pair = self._facts, self.known.pair
        called = {"base": market_words.unit(pair, facts)}
        called |= {"quote": market_words.quote(pair, facts)}
        return {unit: visible(name) or unit for unit, name in called.items()}

    @property
    def helps(self) -> dict[str, str]:
        """What is to be said at some inputs, by parameter path."""
        unit = self.units["base"]
        amount = f"In the base currency, {unit}."
        if unit == market_words.CONTRACTS:
            amount = "In contracts."
        elif unit == "base":
            amount = _ANY_AMOUNT
        takes = f"This pair takes {self.leverage}." if self.leverage else _ANY_TIMES
        return {_UNITS: amount, _TIMES: takes}

    @cached_property
    def _facts(self) -> MarketFacts:
        return self.known.market_facts(note_room=0)

    def _price(self, name: str) -> str:
        row = self.known.of(Kind.RATES)
        answer = row.answer if row else None
        return market_words.grouped(answer.get(name)) if answer else ""

    def _state(self, kind: Kind) -> str:
        row, called = self.known.of(kind), _CALLED[kind]
        if row is None:
            return ""
        failed = has_failed(row)
        if _is_wanted(row, self.known):
            return "" if row.answered_at and not failed else self._waiting(row, called)
        if not failed:
            return ""
        said = f"{_begun(called)} could not be had: {reason(row.failure)}."
        return said if kind is Kind.PAIRS else f"{said} {_ON_REVIEW}"

    def _waiting(self, row: Fact, called: str) -> str:
        if has_failed(row):
            return f"Asking again for {called} ({reason(row.failure)}) …"
        waited = (self.known.now - row.wanted_at) // timedelta(seconds=1)
        if waited < SLOW_S:
            return f"Asking 3Commas for {called} …"
        return f"Asked 3Commas for {called} {ago(waited)}; no answer yet."


def ago(seconds: int) -> str:
    """How long ago that is, in few letters: 12 s ago, 3 min ago, 5 h ago."""
    return f"{lasting(seconds)} ago"


def lasting(seconds: int) -> str:
    number, name = roughly(seconds)
    return f"{number} {_SHORT[name]}"


def has_failed(row: Fact) -> bool:
    """Whether the latest try came to nothing."""
    if row.failed_at is None:
        return False
    return row.answered_at is None or row.failed_at > row.answered_at


def reason(failure: Mapping[str, object]) -> str:
    """Why it came to nothing, with 3Commas' own words where there are any."""
    known = _REASONS.get(str(failure.get("reason")), "it failed")
    text = visible(str(failure.get("text") or ""))
    return f"{known} (\u201c{text}\u201d)" if text else known


def _is_wanted(row: Fact, known: Known) -> bool:
    since = known.now - timedelta(seconds=FORGOTTEN_S)
    return row.wanted_at is not None and row.wanted_at > since


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
