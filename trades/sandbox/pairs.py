"""The pairs of each market: a few by hand, the others reckoned from a table of coins.

What an exchange sets for a pair follows from the price: the tick is some thousandths
of it, the lot is worth about a dollar, the largest order some millions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from trades.sandbox import decimals

# Each coin's price in dollars, and the highest leverage on it; "-": no futures.
_TABLE = """
BTC 63802.44 125   ETH 2641.18 100   BNB 598.37 75      SOL 151.24 75
XRP 0.5873 75      ADA 0.3547 75     DOGE 0.10726 75    TRX 0.15482 50
TON 5.318 50       AVAX 27.46 50     DOT 4.381 75       LINK 11.862 75
LTC 66.93 75       BCH 327.8 75      NEAR 4.817 50      APT 8.214 50
UNI 6.973 50       ATOM 4.592 50     ETC 18.93 75       XLM 0.09612 50
FIL 3.794 50       ICP 8.361 50      ARB 0.5724 50      OP 1.6483 50
INJ 21.37 50       SUI 1.8264 50     HBAR 0.05783 50    AAVE 152.6 50
ALGO 0.12874 50    VET 0.02317 50    1INCH 0.26419 25   MKR 1437.5 25
SHIB 0.00001782 -  PEPE 0.00000987 - WLD 1.9342 50      FTM 0.6718 25
"""
_CELLS = _TABLE.split()
PRICES = dict(zip(_CELLS[::3], map(Decimal, _CELLS[1::3]), strict=True))
_LEVERAGE = dict(zip(_CELLS[::3], _CELLS[2::3], strict=True))

# A futures price is a little below that of the coin itself.
_BASIS = Decimal("0.9998")
_FINEST, _COARSEST = Decimal("0.00000001"), Decimal("0.01")


@dataclass(frozen=True)
class Margin:
    """A margin type that a pair offers, and the leverage under it."""

    code: str
    highest: str | None  # None: the exchange states none
    listed: tuple[str, ...] = ()  # nothing but these, where there are any
    fixed: bool = False  # the exchange has it at the highest


@dataclass(frozen=True)
class Pair:
    """What is traded, and the exchange's limits for it. Numbers are decimal text."""

    name: str  # QUOTE_BASE
    price: str  # in the middle of the walk
    price_step: str
    lot_step: str
    max_lot: str
    min_total: str  # "" for no such limit, as in the next ones
    max_total: str = "9000000.0"
    min_market_total: str = ""
    lots_min: int = 1
    contract: str = ""  # how much a unit holds of the coin (inverse: of dollars)
    margins: tuple[Margin, ...] = ()

    @property
    def quote(self) -> str:
        return self.name.partition("_")[0]

    @property
    def base(self) -> str:
        return self.name.partition("_")[2]

    @property
    def min_lot(self) -> str:
        return decimals.text(self.lots_min * Decimal(self.lot_step))

    @property
    def max_market(self) -> str:
        """The largest order at market: a tenth of what a limit order may be."""
        tenth = decimals.times(Decimal(self.max_lot), Decimal("0.1"))
        return decimals.text(decimals.cut(tenth, Decimal(self.lot_step)))

    @property
    def max_price(self) -> str:
        return decimals.text(_power(Decimal(self.price) * 100))

    def margin(self, code: str) -> Margin | None:
        return next((margin for margin in self.margins if margin.code == code), None)


@dataclass(frozen=True)
class Futures:
    """How one futures market differs from the others.

    ``margins`` are those of single coins, ``every`` those of all others; without it,
    they go by the table.
    """

    pattern: str  # of a pair's name; {0} stands for the coin
    min_total: str = "5.0"
    max_total: str = ""
    in_contracts: bool = False
    in_dollars: bool = False
    every: tuple[Margin, ...] = ()
    margins: Mapping[str, tuple[Margin, ...]] = field(default_factory=dict)


def both(highest: str | None) -> tuple[Margin, ...]:
    return Margin("cross", highest), Margin("isolated", highest)


def futures(how: Futures, kept: tuple[Pair, ...] = ()) -> tuple[Pair, ...]:
    """A futures market's pairs: the ones that are given, then one for each coin."""
    given = {pair.name for pair in kept}
    coins = [coin for coin in PRICES if _LEVERAGE[coin] != "-"]
    rest = [coin for coin in coins if how.pattern.format(coin) not in given]
    return (*kept, *(_future(how, coin) for coin in rest))


def _future(how: Futures, coin: str) -> Pair:
    price = PRICES[coin] * _BASIS
    step = _tick(price)
    lot = min(Decimal(1), _power(100 / price))
    whole = how.in_contracts or how.in_dollars
    return Pair(
        how.pattern.format(coin),
        decimals.text(decimals.cut(price, step)),
        decimals.text(step),
        "1.0" if whole else decimals.text(lot),
        "1000000.0" if whole else _most(price),
        how.min_total,
        how.max_total,
        contract=_contract(how, coin),
        margins=how.margins.get(coin) or how.every or both(f"{_LEVERAGE[coin]}.0"),
    )


def _contract(how: Futures, coin: str) -> str:
    if how.in_dollars:
        return "100.0" if coin == "BTC" else "10.0"
    return decimals.text(_power(10 / PRICES[coin])) if how.in_contracts else ""


def _spot(quote: str, coins: str, min_total: str, **more) -> tuple[Pair, ...]:
    return tuple(_spot_pair(quote, coin, min_total, **more) for coin in coins.split())


def _spot_pair(quote: str, coin: str, min_total: str, **more) -> Pair:
    price = PRICES[coin] / _WORTH.get(quote, Decimal(1))
    step = _tick(price)
    lot = min(Decimal(1), _power(1 / PRICES[coin]))
    return Pair(
        f"{quote}_{coin}",
        decimals.text(decimals.cut(price, step)),
        decimals.text(step),
        decimals.text(lot),
        _most(PRICES[coin]),
        min_total,
        **more,
    )


def _tick(price: Decimal) -> Decimal:
    return min(_COARSEST, max(_FINEST, _power(price / 2000)))


def _most(dollars: Decimal) -> str:
    return decimals.text(9 * _power(10_000_000 / dollars))


def _power(number: Decimal) -> Decimal:
    """The largest power of ten that is not above the number."""
    return Decimal(1).scaleb(number.adjusted())


# What one of a quote currency is worth in dollars; the others are dollars.
_WORTH = {"EUR": Decimal("1.0824"), "BTC": PRICES["BTC"], "ETH": PRICES["ETH"]}
_KEPT = (
    Pair("USDT_BTC", "63802.44", "0.01", "0.00001", "9000.0", "5.0"),
    Pair("USDT_ETH", "2641.18", "0.01", "0.0001", "9000.0", "5.0"),
    Pair("USDT_ADA", "0.3547", "0.0001", "0.1", "900000.0", "5.0"),
    Pair("USDT_DOGE", "0.10726", "0.00001", "1.0", "9000000.0", "1.0"),
    Pair("BTC_ETH", "0.04139", "0.00001", "0.0001", "100000.0", "0.0001"),
)
_OTHERS = " ".join(c for c in PRICES if c not in ("BTC", "ETH", "ADA", "DOGE"))
SPOT = (
    *_KEPT,
    *_spot("USDT", _OTHERS, "5.0"),
    *_spot("USDC", "BTC ETH BNB SOL XRP ADA DOGE LINK", "5.0"),
    *_spot("BTC", "BNB SOL LTC LINK AVAX AAVE", "0.0001"),
    *_spot("ETH", "BNB SOL LINK AAVE", "0.001"),
    *_spot("EUR", "BTC ETH BNB SOL XRP ADA DOGE", "5.0"),
)
_US = {"min_market_total": "10.0", "max_total": "100000.0", "lots_min": 10}
SPOT_US = (
    *_spot("USDT", "BTC ETH BNB SOL ADA DOGE", "1.0", **_US),
    *_spot("USD", "BTC ETH SOL LTC LINK", "1.0", **_US),
)
FUTURES_KEPT = tuple(
    Pair(*numbers, "", margins=both("125.0"))
    for numbers in (
        ("USDT_BTCUSDT", "63790.1", "0.1", "0.001", "1000.0", "100.0"),
        ("USDT_ETHUSDT", "2640.37", "0.01", "0.001", "10000.0", "20.0"),
        ("USDT_ADAUSDT", "0.3545", "0.0001", "1.0", "2000000.0", "5.0"),
        ("USDT_DOGEUSDT", "0.10721", "0.00001", "1.0", "5000000.0", "5.0"),
    )
)
