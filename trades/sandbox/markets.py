"""The markets: which exchange, which pairs, and how much its leverage may be."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.calls import Refused
from trades.sandbox.moods import ACCOUNTS
from trades.sandbox.pairs import (
    FUTURES_KEPT,
    SPOT,
    SPOT_US,
    Futures,
    Margin,
    Pair,
    both,
    futures,
)


@dataclass(frozen=True)
class Market:
    code: str
    name: str
    display_type: str
    kind: str  # spot, linear_futures or inverse_futures
    commission: Decimal | str  # a number at some exchanges, text at others
    pairs: tuple[Pair, ...]

    @property
    def is_futures(self) -> bool:
        return self.kind != "spot"

    @property
    def is_inverse(self) -> bool:
        """Whether a contract is so many dollars, and is paid for in the coin."""
        return self.kind == "inverse_futures"

    def find(self, name: str | None) -> Pair | None:
        return next((pair for pair in self.pairs if pair.name == name), None)

    def pair(self, name: str | None) -> Pair:
        pair = self.find(name)
        if pair is None:
            raise Refused(400, "Unknown pair")
        return pair

    def worth(self, pair: Pair, units: Decimal, price: Decimal) -> Decimal:
        """What so many units cost, in the pair's quote currency."""
        held = decimals.times(units, Decimal(pair.contract or "1"))
        if self.is_inverse:
            return decimals.ratio(held, price, _SATOSHI)
        return decimals.times(held, price)


_SATOSHI = Decimal("0.00000001")
_THOUSANDTH = Decimal("0.001")
_LISTED = ("1.0", "2.0", "3.0", "5.0", "10.0", "20.0")


def _linear(
    code: str, name: str, display_type: str, commission: str, pairs: tuple[Pair, ...]
) -> Market:
    return Market(code, name, display_type, "linear_futures", commission, pairs)


MARKETS = {
    market.code: market
    for market in (
        Market("binance", "Binance Spot", "Binance", "spot", _THOUSANDTH, SPOT),
        Market(
            "binance_us", "Binance US Spot", "BinanceUs", "spot", _THOUSANDTH, SPOT_US
        ),
        _linear(
            "binance_futures",
            "Binance Futures USDT-M",
            "BinanceFutures",
            "0.00045",
            futures(Futures("USDT_{0}USDT"), FUTURES_KEPT),
        ),
        Market(
            "binance_futures_coin",
            "Binance Futures COIN-M",
            "BinanceFuturesCoin",
            "inverse_futures",
            "0.0005",
            futures(Futures("{0}_{0}USD_PERP", min_total="", in_dollars=True)),
        ),
        _linear(
            "bybit_usdt_perpetual",
            "Bybit USDT Perpetual",
            "BybitUsdtPerpetual",
            "0.00055",
            futures(Futures("USDT_{0}USDT")),
        ),
        _linear(
            "gate_io_usdt_perpetual",
            "Gate.io USDT Perpetual",
            "GateIoUsdtPerpetual",
            "0.0005",
            futures(
                Futures(
                    "USDT_{0}_USDT",
                    in_contracts=True,
                    margins={"DOGE": (Margin("isolated", "20.0", listed=_LISTED),)},
                )
            ),
        ),
        _linear(
            "okex_futures",
            "OKX Futures",
            "OkexFutures",
            "0.0005",
            futures(Futures("USDT_{0}-USDT-SWAP", min_total="", every=both(None))),
        ),
        _linear(
            "bitget_usdt_futures",
            "Bitget USDT-M Futures",
            "BitgetUsdtFutures",
            "0.0006",
            futures(
                Futures(
                    "USDT_{0}USDT_UMCBL",
                    max_total="2000000.0",
                    every=(
                        Margin("cross", "20.0", fixed=True),
                        Margin("isolated", "100.0"),
                    ),
                )
            ),
        ),
        Market(
            "paper_trading",
            "Paper trading account",
            "PaperTrading",
            "spot",
            "0.001",
            SPOT,
        ),
    )
}


def fixed_leverage(account_id: int, pair_name: str, code: str) -> str | None:
    """What the exchange has the leverage at, where nobody else may set it."""
    account = ACCOUNTS.get(account_id)
    pair = account and MARKETS[account.market].find(pair_name)
    margin = pair and pair.margin(code)
    return margin.highest if margin and margin.fixed else None
