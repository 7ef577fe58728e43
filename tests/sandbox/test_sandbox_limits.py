"""What a market refuses follows from what it tells, and our rules say it before."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from trades.domain import rules
from trades.domain.facts import MarketFacts
from trades.domain.findings import ERROR
from trades.domain.reading import read_json
from trades.sandbox.markets import MARKETS
from trades.sandbox.moods import ACCOUNTS, NEIGHBOUR, Mood

ACCOUNT_OF = {
    account.market: account.id
    for account in reversed(ACCOUNTS.values())
    if account.mood is Mood.WILLING and account.owner != NEIGHBOUR
}
MARGINS = ("cross", "isolated")
LEVERAGES = (1, 2, 4, 20, 25, 26, 100, 125, 126, 5000)
# An amount between two steps is our error; the market cuts it and takes what is left.
CUT = {"units-step"}
LIMITS = {"units-min", "units-max", "price-step", "price-bounds"}
TOTALS = {"units-total-min", "units-total-max"}
# What can go wrong at each market with the trades that are made up here.
FIRED = {
    "binance": LIMITS | TOTALS,
    "binance_us": LIMITS | TOTALS,
    "paper_trading": LIMITS | TOTALS,
    "binance_futures": LIMITS | {"units-total-min", "leverage-value-listed"},
    "bybit_usdt_perpetual": LIMITS | {"units-total-min", "leverage-value-listed"},
    "gate_io_usdt_perpetual": LIMITS
    | {"units-total-min", "leverage-value-listed", "leverage-type-listed"},
    "bitget_usdt_futures": LIMITS | TOTALS | {"leverage-value-listed"},
    "binance_futures_coin": LIMITS | {"leverage-value-listed"},
    "okex_futures": LIMITS,
}


class Maker:
    """Makes up trades near a pair's limits."""

    def __init__(self, chance: random.Random, rates: dict, futures: bool) -> None:
        self.random, self.rates, self.futures = chance, rates, futures

    def trade(self, account_id: int, pair: str) -> dict:
        price, skips = self.price(), self.random.random() < 0.1
        order_type = self.random.choice(["market", "limit", "conditional"])
        body = {
            "account_id": account_id,
            "pair": pair,
            "instant": False,
            "skip_enter_step": skips,
            "leverage": self.leverage(),
            "position": {
                "type": self.random.choice(["buy", "sell"]),
                "order_type": "market" if skips else order_type,
                "units": {"value": self.units(price)},
                "price": {"value": _text(price)},
            },
            "take_profit": {"enabled": False},
            "stop_loss": self.stop() if skips else {"enabled": False},
        }
        if body["position"]["order_type"] == "conditional":
            body["position"]["conditional"] = self.conditional()
        return body

    def price(self) -> Decimal:
        """Near the market; now and then off the tick, or beyond all bounds."""
        tick, last = self.number("priceStep"), self.number("last")
        near = last + tick * self.random.randint(-50, 50)
        beyond = self.number("maxPrice") + tick
        return self.random.choice([*[near] * 12, near + tick / 2, beyond, tick / 4])

    def units(self, price: Decimal) -> str:
        """A limit or a lot to either side of it; or, far from all, half a lot more."""
        lot, least = self.number("lotStep"), self.number("minLotSize")
        held = Decimal(self.rates.get("quanto_multiplier", "1"))
        totals = [n for n in ("minTotal", "minMarketTotal", "maxTotal") if n in self]
        totals = [self.number(name) / price / held for name in totals]
        edges = [least, self.number("maxLotSize"), self.number("maxMarketBuyAmount")]
        units = self.random.choice([*edges, *totals]) // lot * lot
        units += lot * self.random.randint(-1, 1)
        middle = least * 1000 + self.random.choice([0, lot / 2])
        return _text(self.random.choice([max(units, lot / 10)] * 3 + [middle]))

    def leverage(self) -> dict:
        if not self.futures or self.random.random() < 0.5:
            return {"enabled": False}
        code, value = self.random.choice(MARGINS), self.random.choice(LEVERAGES)
        return {"enabled": True, "type": code, "value": value}

    def conditional(self) -> dict:
        trails = self.random.random() < 0.2
        inner = "market" if trails else self.random.choice(["market", "limit"])
        trailing = {"enabled": trails, "percent": "1"} if trails else {"enabled": False}
        price = {"value": _text(self.price()), "type": "last"}
        return {"order_type": inner, "price": price, "trailing": trailing}

    def stop(self) -> dict:
        price = {"value": self.rates["last"], "type": "last"}
        return {
            "enabled": True,
            "order_type": "market",
            "conditional": {"price": price},
        }

    def number(self, name: str) -> Decimal:
        return Decimal(self.rates[name])

    def __contains__(self, name: str) -> bool:
        return name in self.rates


@pytest.mark.parametrize("market", MARKETS)
def test_the_market_refuses_what_the_rules_refuse_and_takes_the_rest(market, client):
    """Skip types and trailing entries among them: no total is known of those."""
    account_id, names = ACCOUNT_OF[market], [p.name for p in MARKETS[market].pairs]
    chance, fired = random.Random(market), set()  # the same trades each time
    for pair in chosen(names):
        facts = served(client, account_id, market, pair)
        maker = Maker(chance, facts.rates, MARKETS[market].is_futures)
        for _ in range(60):
            body = maker.trade(account_id, pair)
            found = rules.check(read_json(body), facts)
            errors = {finding.rule for finding in found if finding.severity is ERROR}
            fired |= errors
            reply = client.place(body)
            if errors - CUT - at_cost(body):
                assert reply.status == 422, (body, errors)
            elif not found:
                assert reply.status == 201, (body, reply.json)
    assert fired - CUT == FIRED[market]


def chosen(names: list[str]) -> list[str]:
    """Dear ones, a cheap one, and one for whose leverage there is a list."""
    return [*names[:2], names[-1], *(name for name in names if "DOGE_" in name)]


def at_cost(body: dict) -> set[str]:
    """A price once paid moves no order here, so that the market lets it be."""
    return {"price-step", "price-bounds"} if body["skip_enter_step"] else set()


def served(client, account_id: int, market: str, pair: str) -> MarketFacts:
    """All that the sandbox tells of a pair."""
    accounts = "/ver1/accounts"
    rates = f"currency_rates?market_code={market}&pair={pair}&limit_type=smart_trade"
    told = {
        "account": f"{accounts}/{account_id}",
        "pairs": f"{accounts}/market_pairs?market_code={market}",
        "rates": f"{accounts}/{rates}",
        "leverage_data": f"{accounts}/{account_id}/leverage_data?pair={pair}",
    }
    return MarketFacts.read(
        {name: client.get(path).json for name, path in told.items()}
    )


def _text(number: Decimal) -> str:
    return format(number.normalize(), "f")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("position.price.value", "60000.001"),
        ("stop_loss.conditional.price.value", "50000.5004"),
        ("take_profit.steps.0.price.value", "70000.015"),
    ],
)
def test_a_price_off_the_tick_is_named_with_the_tick(path, value, client, ticket):
    *names, last = path.split(".")
    group = ticket
    for name in names:
        group = group[int(name) if name.isdigit() else name]
    group[last] = value
    reply = client.place(ticket)
    assert reply.status == 422
    said = reply.json["error_attributes"]
    assert said.pop("position", ["is invalid"]) == ["is invalid"]
    assert said == {path: ["Should change with step 0.01"]}


def test_a_market_order_may_be_less_large_than_another(client, ticket):
    ticket |= {"account_id": 1002, "pair": "USDT_BTCUSDT"}
    ticket["position"]["units"]["value"] = "101"
    assert client.place(ticket).status == 201
    ticket["position"]["order_type"] = "market"
    said = client.place(ticket).json["error_attributes"]
    assert said["units_to_buy"] == ["must be less than or equal to 100.0"]


def test_what_is_bought_at_a_trigger_is_worth_what_it_costs_there(client, ticket):
    """Four dollars, although the price beside it would make it six."""
    trigger = {"price": {"value": "40000"}, "order_type": "market"}
    ticket["position"] |= {"order_type": "conditional", "conditional": trigger}
    ticket["position"]["units"]["value"] = "0.0001"
    said = client.place(ticket).json["error_attributes"]
    assert said["position.total"] == ["must be greater than or equal to 5.0"]
    trigger["order_type"] = "limit"
    assert client.place(ticket).status == 201


def test_the_worth_of_contracts_counts_what_they_hold(client, ticket):
    """25 contracts of 0.0001 BTC, as at Gate.io."""
    ticket |= {"account_id": 1014, "pair": "USDT_BTC_USDT"}
    ticket["position"]["units"]["value"] = "25"
    assert client.place(ticket).json["position"]["total"]["value"] == "150.0"
    ticket["position"]["units"]["value"] = "0.9"
    said = client.place(ticket).json["error_attributes"]
    assert said["position.total"] == ["must be greater than or equal to 5.0"]
    assert said["units_to_buy"] == ["must be greater than or equal to 1.0"]


def test_a_contract_in_dollars_is_paid_for_in_the_coin(client, ticket, clock):
    """Ten contracts of 100 dollars each; they gain while the coin rises."""
    ticket |= {"account_id": 1013, "pair": "BTC_BTCUSD_PERP"}
    ticket["position"] |= {"units": {"value": "10"}, "price": {"value": "50000"}}
    made = client.place(ticket).json
    assert made["position"]["total"]["value"] == "0.02"
    ticket["position"]["order_type"] = "market"
    number = client.place(ticket).json["id"]
    for _ in range(2):  # up to the top of the walk and down again
        clock.ms += 200_000
        last = Decimal(client.get(LAST_OF_INVERSE).json["last"])
        trade = client.get(f"/v2/smart_trades/{number}").json
        gains = Decimal(trade["profit"]["volume"]) > 0
        assert gains == (last > Decimal(trade["position"]["price"]["value"]))


LAST_OF_INVERSE = (
    "/ver1/accounts/currency_rates"
    "?market_code=binance_futures_coin&pair=BTC_BTCUSD_PERP"
)
LEVERAGE = [
    (1014, "USDT_DOGE_USDT", "isolated", "5", {}),
    (
        1014,
        "USDT_DOGE_USDT",
        "isolated",
        "4",
        {"leverage.value": ["does not have a valid value"]},
    ),
    (1014, "USDT_DOGE_USDT", "cross", "5", {"leverage.type": ["is invalid"]}),
    (1015, "USDT_BTC-USDT-SWAP", "cross", "1000", {}),
    (
        1016,
        "USDT_BTCUSDT_UMCBL",
        "isolated",
        "101",
        {"leverage.value": ["must be less than or equal to 100.0"]},
    ),
]


@pytest.mark.parametrize(("account", "pair", "code", "value", "said"), LEVERAGE)
def test_leverage_is_what_the_pair_offers(
    account, pair, code, value, said, client, ticket
):
    ticket |= {"account_id": account, "pair": pair}
    ticket["leverage"] = {"enabled": True, "type": code, "value": value}
    ticket["position"] |= {"order_type": "market", "units": {"value": "1"}}
    ticket["take_profit"] = ticket["stop_loss"] = {"enabled": False}
    if "DOGE" in pair:
        ticket["position"]["units"]["value"] = "100"
    reply = client.place(ticket)
    assert reply.json.get("error_attributes", {}) == said


def test_leverage_that_the_exchange_fixes_need_not_be_given(client, ticket):
    ticket |= {"account_id": 1016, "pair": "USDT_BTCUSDT_UMCBL"}
    ticket["leverage"] = {"enabled": True, "type": "cross"}
    made = client.place(ticket).json
    assert (made["leverage"]["type"], made["leverage"]["value"]) == ("cross", "20.0")
    ticket["leverage"]["type"] = "isolated"
    said = client.place(ticket).json["error_attributes"]
    assert said == {"leverage[value]": ["is missing"]}
