"""A ticket of the API's shape as a pydantic model: what P4 is measured beside.

Shapes, choices, bounds, and what is needed under which switch, as a good developer
would write it; none of the rules between fields, and no market.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

Price = Annotated[Decimal, Field(gt=0, max_digits=33, decimal_places=18)]
Whole = Annotated[int, Field(ge=1, le=2147483647)]
Percent = Annotated[Decimal, Field(ge=Decimal("0.01"), le=100)]
PriceType = Literal["bid", "ask", "last"]
AtOnce = Literal["market", "limit"]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Value(Strict):
    value: Price


class Trailing(Strict):
    enabled: bool = False
    percent: Percent | None = None

    @model_validator(mode="after")
    def needs_percent(self):
        if self.enabled and self.percent is None:
            raise ValueError("enter the trailing percentage")
        return self


class Switch(Strict):
    enabled: bool = False


class Leverage(Strict):
    enabled: bool = False
    type: Literal["cross", "isolated"] | None = None
    value: Whole | None = None

    @model_validator(mode="after")
    def needs_type(self):
        if self.enabled and self.type is None:
            raise ValueError("choose cross or isolated margin")
        return self


class Trigger(Strict):
    value: Price
    type: PriceType | None = None


class Conditional(Strict):
    price: Trigger
    order_type: AtOnce
    trailing: Trailing = Trailing()


class Position(Strict):
    type: Literal["buy", "sell"]
    order_type: Literal["market", "limit", "conditional"]
    units: Value
    price: Value | None = None
    conditional: Conditional | None = None

    @model_validator(mode="after")
    def needs_price(self):
        if self.order_type != "market" and self.price is None:
            raise ValueError("enter the order price")
        if self.order_type == "conditional" and self.conditional is None:
            raise ValueError("enter the trigger price")
        return self


class Level(Strict):
    type: PriceType | None = None
    value: Price | None = None
    percent: Percent | None = None

    @model_validator(mode="after")
    def needs_one(self):
        if (self.value is None) == (self.percent is None):
            raise ValueError("give a price or a percentage")
        return self


class Step(Strict):
    order_type: AtOnce
    volume: Annotated[Decimal, Field(gt=0, le=100)]
    price: Level
    trailing: Trailing = Trailing()


class TakeProfit(Strict):
    enabled: bool = False
    steps: Annotated[list[Step], Field(max_length=8)] = []

    @model_validator(mode="after")
    def makes_100(self):
        if self.enabled and sum(step.volume for step in self.steps) != 100:
            raise ValueError("the shares must make 100")
        return self


class StopConditional(Strict):
    price: Level
    trailing: Switch = Switch()


class Timeout(Strict):
    enabled: bool = False
    value: Whole | None = None

    @model_validator(mode="after")
    def needs_value(self):
        if self.enabled and self.value is None:
            raise ValueError("enter the timeout")
        return self


class StopLoss(Strict):
    enabled: bool = False
    breakeven: bool = False
    order_type: AtOnce | None = None
    price: Value | None = None
    conditional: StopConditional | None = None
    timeout: Timeout = Timeout()

    @model_validator(mode="after")
    def needs_trigger(self):
        if self.enabled and (self.order_type is None or self.conditional is None):
            raise ValueError("enter the stop")
        return self


class SmartTrade(Strict):
    account_id: Whole
    pair: Annotated[str, Field(min_length=1, max_length=64)]
    instant: bool = False
    skip_enter_step: bool = False
    leverage: Leverage = Leverage()
    position: Position
    take_profit: TakeProfit = TakeProfit()
    stop_loss: StopLoss = StopLoss()
    note: Annotated[str, Field(max_length=300)] | None = None

    @model_validator(mode="after")
    def simple_has_no_exits(self):
        if self.instant and (self.take_profit.enabled or self.stop_loss.enabled):
            raise ValueError("a Simple trade has no exits")
        return self
