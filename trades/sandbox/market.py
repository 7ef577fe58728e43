"""Markets, pairs and prices, in the shapes of 3Commas' market data pages.

Prices walk slowly up and down with the clock, so that two answers of the same moment
agree and no background work is needed.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from trades.sandbox import decimals
from trades.sandbox.calls import Answer, Call, answer, invalid
from trades.sandbox.markets import MARKETS, Market
from trades.sandbox.pairs import Margin, Pair

# A price goes up for this many ticks of the walk, then down again.
_WALK_TICKS = 60
_TICK_MS = 5000
LEVERAGE_MIN = "1.0"


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
    modes = _margin_modes(pair, number=True)
    return answer(200, _rates(market, pair, call.now_ms) | {"leverage_data": modes})


def leverage_data(pair: Pair) -> list[dict[str, object]]:
    """The margin modes of an account; on spot there is only "not specified"."""
    unset = {
        "code": "none",
        "name": "Not specified",
        "can_set_leverage_value": False,
        "max_leverage": None,
        "available_leverage_values": [],
        "valid": {},
    }
    return [unset, *_margin_modes(pair, number=False)]


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


def _margin_modes(pair: Pair, *, number: bool) -> list[dict[str, object]]:
    """What a pair offers. The lowest leverage is a number in one answer, text in the
    other."""
    lowest = 1 if number else LEVERAGE_MIN
    return [_margin_mode(margin, lowest) for margin in pair.margins]


def _margin_mode(margin: Margin, lowest: object) -> dict[str, object]:
    return {
        "code": margin.code,
        "name": margin.code.capitalize(),
        "can_set_leverage_value": not margin.fixed,
        "available_leverage_values": list(margin.listed),
        "max_leverage": margin.highest,
        "valid": {} if margin.fixed else {"min": lowest, "max": margin.highest},
    }


def _rates(market: Market, pair: Pair, now_ms: int) -> dict[str, object]:
    limits = _futures_limits(market, pair) if market.is_futures else _spot_limits()
    given = limits | {
        "minTotal": pair.min_total,
        "minMarketTotal": _market_total(market, pair),
        "maxTotal": pair.max_total,
    }
    known = {name: value for name, value in given.items() if value}
    return _prices(market, pair, now_ms) | _steps(pair) | known


def _prices(market: Market, pair: Pair, now_ms: int) -> dict[str, object]:
    now = quote(pair, now_ms)
    bid, ask, last = map(decimals.text, (now.bid, now.ask, now.last))
    return {
        "last": last,
        "bid": bid,
        "ask": ask,
        "orderbook_ask": ask,
        "orderbook_bid": bid,
        "orderbook_last": last,
        "orderbook_price_currency": "USD" if market.is_inverse else pair.quote,
        "strategy_name": "orderbook_price",
        "contract_strategy_name": "orderbook_price",
        "instrumentKind": market.kind,
    }


def _steps(pair: Pair) -> dict[str, object]:
    return {
        "minPrice": pair.price_step,
        "maxPrice": pair.max_price,
        "priceStep": pair.price_step,
        "minLotSize": pair.min_lot,
        "maxLotSize": pair.max_lot,
        "lotStep": pair.lot_step,
        "maxMarketBuyAmount": pair.max_market,
        "maxMarketSellAmount": pair.max_market,
    }


def _market_total(market: Market, pair: Pair) -> str:
    """Futures state none."""
    return "" if market.is_futures else pair.min_market_total or pair.min_total


def _spot_limits() -> dict[str, object]:
    return {
        "bidMultiplierDown": "0.2",
        "bidMultiplierUp": "5.0",
        "askMultiplierUp": "5.0",
        "askMultiplierDown": "0.2",
    }


def _futures_limits(market: Market, pair: Pair) -> dict[str, object]:
    limits: dict[str, object] = {
        "minMarketBuyAmount": pair.min_lot,
        "minMarketSellAmount": pair.min_lot,
        "bidMultiplierUp": "1.1",
        "askMultiplierDown": "0.9",
    }
    if market.is_inverse:
        return limits
    return limits | {"quanto_multiplier": pair.contract}


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
