"""Markets, pairs and prices, in the shapes of 3Commas' market data pages.

Prices walk slowly up and down with the clock, so that two answers of the same moment
agree and no background work is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.calls import Answer, Call, Refused, answer, invalid

# A price goes up for this many ticks of the walk, then down again.
_WALK_TICKS = 60
_TICK_MS = 5000


@dataclass(frozen=True)
class Pair:
    """What is traded, and the exchange's limits for it. Numbers are decimal text."""

    name: str  # QUOTE_BASE
    price: str  # in the middle of the walk
    price_step: str
    lot_step: str
    max_lot: str
    min_total: str
    max_total: str = "9000000.0"

    @property
    def quote(self) -> str:
        return self.name.partition("_")[0]

    @property
    def base(self) -> str:
        return self.name.partition("_")[2]


@dataclass(frozen=True)
class Market:
    code: str
    name: str
    display_type: str
    kind: str  # spot or linear_futures
    commission: Decimal | str  # a number at some exchanges, text at others
    pairs: tuple[Pair, ...]

    @property
    def is_futures(self) -> bool:
        return self.kind != "spot"

    def pair(self, name: str | None) -> Pair:
        for pair in self.pairs:
            if pair.name == name:
                return pair
        raise Refused(400, "Unknown pair")


_SPOT = (
    Pair("USDT_BTC", "63802.44", "0.01", "0.00001", "9000.0", "5.0"),
    Pair("USDT_ETH", "2641.18", "0.01", "0.0001", "9000.0", "5.0"),
    Pair("USDT_ADA", "0.3547", "0.0001", "0.1", "900000.0", "5.0"),
    Pair("USDT_DOGE", "0.10726", "0.00001", "1.0", "9000000.0", "1.0"),
    Pair("BTC_ETH", "0.04139", "0.00001", "0.0001", "100000.0", "0.0001"),
)
_FUTURES = (
    Pair("USDT_BTCUSDT", "63790.1", "0.1", "0.001", "1000.0", "100.0"),
    Pair("USDT_ETHUSDT", "2640.37", "0.01", "0.001", "10000.0", "20.0"),
    Pair("USDT_ADAUSDT", "0.3545", "0.0001", "1.0", "2000000.0", "5.0"),
    Pair("USDT_DOGEUSDT", "0.10721", "0.00001", "1.0", "5000000.0", "5.0"),
)
_THOUSANDTH = Decimal("0.001")
MARKETS = {
    market.code: market
    for market in (
        Market("binance", "Binance Spot", "Binance", "spot", _THOUSANDTH, _SPOT),
        Market(
            "binance_futures",
            "Binance Futures USDT-M",
            "BinanceFutures",
            "linear_futures",
            "0.00045",
            _FUTURES,
        ),
        Market(
            "paper_trading",
            "Paper trading account",
            "PaperTrading",
            "spot",
            "0.001",
            _SPOT,
        ),
    )
}
LEVERAGE_MAX = Decimal(125)


@dataclass(frozen=True)
class Quote:
    bid: Decimal
    ask: Decimal
    last: Decimal


def quote(pair: Pair, now_ms: int) -> Quote:
    """The pair's prices at this moment: the ask one step above the bid."""
    tick = now_ms // _TICK_MS % (2 * _WALK_TICKS)
    away = abs(tick - _WALK_TICKS) - _WALK_TICKS // 2
    middle, step = Decimal(pair.price), Decimal(pair.price_step)
    stride = max(step, decimals.cut(middle / 10000, step))
    bid = middle + stride * away
    return Quote(bid, bid + step, bid)


def market_list(call: Call) -> Answer:
    return answer(200, [_market(market) for market in MARKETS.values()])


def market_pairs(call: Call) -> Answer:
    return answer(200, [pair.name for pair in _market_asked(call).pairs])


def currency_rates(call: Call) -> Answer:
    market = _market_asked(call)
    pair = market.pair(asked(call, "pair"))
    return answer(200, _rates(market, pair, call.now_ms))


def currency_rates_with_leverage(call: Call) -> Answer:
    market = _market_asked(call)
    pair = market.pair(asked(call, "pair"))
    modes = _margin_modes(lowest=1) if market.is_futures else []
    return answer(200, _rates(market, pair, call.now_ms) | {"leverage_data": modes})


def leverage_data(market: Market) -> list[dict[str, object]]:
    """The margin modes of an account; on spot there is only "not specified"."""
    unset = {
        "code": "none",
        "name": "Not specified",
        "can_set_leverage_value": False,
        "max_leverage": None,
        "available_leverage_values": [],
        "valid": {},
    }
    return [unset, *_margin_modes(lowest="1.0")] if market.is_futures else [unset]


def asked(call: Call, name: str) -> str:
    """A query parameter that the call can't do without."""
    if name not in call.query:
        raise invalid(400, {name: ["is missing"]})
    return call.query[name]


def _market_asked(call: Call) -> Market:
    code = asked(call, "market_code")
    if code not in MARKETS:
        raise invalid(400, {"market_code": ["does not have a valid value"]})
    return MARKETS[code]


def _margin_modes(lowest: object) -> list[dict[str, object]]:
    """The lowest leverage is a number in one answer and text in the other."""
    highest = decimals.text(LEVERAGE_MAX)
    return [
        {
            "code": code,
            "name": code.capitalize(),
            "can_set_leverage_value": True,
            "available_leverage_values": [],
            "max_leverage": highest,
            "valid": {"min": lowest, "max": highest},
        }
        for code in ("cross", "isolated")
    ]


def _rates(market: Market, pair: Pair, now_ms: int) -> dict[str, object]:
    now = quote(pair, now_ms)
    bid, ask, last = map(decimals.text, (now.bid, now.ask, now.last))
    rates: dict[str, object] = {
        "last": last,
        "bid": bid,
        "ask": ask,
        "orderbook_ask": ask,
        "orderbook_bid": bid,
        "orderbook_last": last,
        "orderbook_price_currency": pair.quote,
        "strategy_name": "orderbook_price",
        "contract_strategy_name": "orderbook_price",
        "instrumentKind": market.kind,
        "minPrice": pair.price_step,
        "maxPrice": "1000000.0",
        "priceStep": pair.price_step,
        "minLotSize": pair.lot_step,
        "maxLotSize": pair.max_lot,
        "lotStep": pair.lot_step,
        "maxMarketBuyAmount": pair.max_lot,
        "maxMarketSellAmount": pair.max_lot,
        "minTotal": pair.min_total,
    }
    return rates | (_futures_limits(pair) if market.is_futures else _spot_limits(pair))


def _spot_limits(pair: Pair) -> dict[str, object]:
    return {
        "bidMultiplierDown": "0.2",
        "bidMultiplierUp": "5.0",
        "askMultiplierUp": "5.0",
        "askMultiplierDown": "0.2",
        "minMarketTotal": pair.min_total,
        "maxTotal": pair.max_total,
    }


def _futures_limits(pair: Pair) -> dict[str, object]:
    return {
        "minMarketBuyAmount": pair.lot_step,
        "minMarketSellAmount": pair.lot_step,
        "bidMultiplierUp": "1.1",
        "askMultiplierDown": "0.9",
    }


def _market(market: Market) -> dict[str, object]:
    fields = [
        {"field": "secret", "localized_name": "API Secret:"},
        {"field": "api_key", "localized_name": "API Key:"},
    ]
    return {
        "market_name": market.name,
        "market_url": "https://exchange.invalid/",
        "market_icon": "https://exchange.invalid/icon.png",
        "help_link": "https://exchange.invalid/help",
        "market_code": market.code,
        "form_fields": {"required": fields, "optional": []},
        "available_connection_flows": ["form"],
        "third_party_allowed": False,
        "trusted_ips": ["192.0.2.1"],
        "trusted_ips_input_type": "inline",
        "fast_connect_action_name": market.code,
    }
