"""Caps: what an order may come to, and when somebody else has to agree to it.

Read at confirm and again by the sender, so nothing here knows either of them. What
can't be reckoned is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from functools import cached_property
from typing import Protocol

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Now

from trades.domain.lifecycle import State
from trades.domain.numbers import EXACT, plain
from trades.models import Account, Approval, Cap, Event, Submission

DAY = timedelta(hours=24)
# What is a trade, or may become or have become one.
_LIVE = (State.QUEUED, State.CLAIMED, State.SENDING, State.ACCEPTED, State.UNKNOWN)
_Kind = Cap.Kind
_ASK = "or ask an administrator to set another cap"


class Order(Protocol):
    """What is capped: a submission, or the measures of one to be."""

    quote: str
    value: Decimal | None
    planned_loss: Decimal | None


def obstacles(
    order: Order, *, trader, account: Account, but: int | None = None
) -> list[str]:
    """Each cap that the order would break, in words. ``but``: the order's own row."""
    scopes = [
        _Scope("you", Q(trader=trader), order, but),
        _Scope(f"account {account.remote_id}", Q(account=account), order, but),
    ]
    return [said for scope in scopes for said in scope.obstacles()]


def needs_approval(order: Order, account: Account) -> bool:
    """Whether somebody else has to agree, as things stand now."""
    covering = Q(account=account) | Q(account=None)
    caps = list(in_force_of(covering & Q(kind=_Kind.APPROVAL)))
    own = [cap for cap in caps if cap.account_id]
    everyones = [cap for cap in caps if not cap.account_id]
    return _is_covered(own, order) or _is_covered(everyones, order)


def is_approved(*, draft_id: int, sha256: str, token: str) -> bool:
    """Whether somebody else has agreed to just these bytes, and that still holds."""
    somebody_else = ~Q(decided_by=F("asked_by")) & ~Q(decided_by=F("draft__owner"))
    return Approval.objects.filter(
        somebody_else,
        draft=draft_id,
        sha256=sha256,
        token=token,
        approved=True,
        decided_by__isnull=False,
        valid_until__gt=Now(),
    ).exists()


def in_force_of(which: Q | None = None) -> QuerySet[Cap]:
    return Cap.objects.filter(which or Q(), lifted_at=None)


def set_cap(*, by, **fields: object) -> Cap:
    """In place of the one of the same kind, scope and currency, where there is one."""
    same = {k: fields.get(k) for k in ("kind", "trader", "account")}
    with transaction.atomic(durable=True):
        before = Cap.objects.filter(
            **same, currency=fields.get("currency", ""), lifted_at=None
        )
        for cap in before:
            _lift(cap, by)
        cap = Cap.objects.create(set_by=by.get_username(), **fields)
        _tell("cap set", cap, by)
    return cap


def lift_cap(cap: Cap, *, by) -> bool:
    """False where somebody else was quicker."""
    with transaction.atomic(durable=True):
        return _lift(cap, by)


def _lift(cap: Cap, by) -> bool:
    rows = Cap.objects.filter(pk=cap.pk, lifted_at=None)
    if not rows.update(lifted_at=Now(), lifted_by=by.get_username()):
        return False
    _tell("cap lifted", cap, by)
    return True


def _tell(what: str, cap: Cap, by) -> None:
    Event.append(
        None,
        by=by.get_username(),
        new=what,
        cap=cap.get_kind_display(),
        scope=cap.scope,
        amount=money(cap.amount, cap.currency),
        scope_id=str(cap.account.public_id) if cap.account else "",
    )


def money(amount: Decimal, currency: str) -> str:
    return f"{plain(amount)} {currency}".strip()


def _is_covered(caps: list[Cap], order: Order) -> bool:
    if not caps:
        return False
    fitting = _in_currency(caps, order.quote)
    always = any(cap.amount == 0 for cap in caps)
    if always or not fitting or order.value is None:
        return True
    return order.value > _strictest(fitting).amount


def _in_currency(caps: list[Cap], currency: str) -> list[Cap]:
    return [cap for cap in caps if currency and _same(cap.currency, currency)]


def _same(one: str, other: str) -> bool:
    return one.upper() == other.upper()


def _strictest(caps: list[Cap]) -> Cap:
    return min(caps, key=lambda cap: cap.amount)


@dataclass
class _Scope:
    """The caps of one trader or one account, and the order before them."""

    name: str
    whose: Q
    order: Order
    but: int | None
    _caps: dict[str, list[Cap]] = field(init=False, default_factory=dict)

    def obstacles(self) -> Iterator[str]:
        for cap in in_force_of(self.whose & ~Q(kind=_Kind.APPROVAL)):
            self._caps.setdefault(cap.kind, []).append(cap)
        judges = {
            _Kind.VALUE: self._value,
            _Kind.ORDERS: self._orders,
            _Kind.LOSS: self._loss,
        }
        for kind, judge in judges.items():
            if caps := self._caps.get(kind):
                yield from judge(caps)

    @cached_property
    def _day(self) -> list[tuple[str, Decimal | None]]:
        """Currency and planned loss of each other order that counts for the day."""
        rows = Submission.objects.filter(
            self.whose,
            confirmed_at__gt=Now() - DAY,
            state__in=[state.value for state in _LIVE],
        )
        others = rows.exclude(pk=self.but).order_by()
        return list(others.values_list("quote", "planned_loss"))

    def _value(self, caps: list[Cap]) -> Iterator[str]:
        if not (fitting := _in_currency(caps, self.order.quote)):
            yield self._other_currency("the value of an order", caps)
            return
        cap, value = _strictest(fitting), self.order.value
        limit = money(cap.amount, cap.currency)
        said = f"The cap on the value of an order for {self.name} is {limit}."
        if value is None:
            yield (
                f"{said} What this order is worth can't be reckoned, since its price "
                f"is not known. Name a price, wait until the market is known, {_ASK}."
            )
        elif value > cap.amount:
            over = money(EXACT.subtract(value, cap.amount), cap.currency)
            worth = money(value, cap.currency)
            yield (
                f"{said} This order is worth {worth}, {over} more than is left to it. "
                f"Make it smaller, {_ASK}."
            )

    def _orders(self, caps: list[Cap]) -> Iterator[str]:
        cap, taken = _strictest(caps), len(self._day)
        left = max(Decimal(0), cap.amount - taken)
        if left < 1:
            yield (
                f"The cap on orders a day for {self.name} is {plain(cap.amount)}. This "
                f"is one order; {taken} of the last 24 hours count, and {plain(left)} "
                f"are left. Wait until the oldest is a day old, {_ASK}."
            )

    def _loss(self, caps: list[Cap]) -> Iterator[str]:
        lost = self.order.planned_loss
        if lost is not None and not lost:
            return  # it puts nothing new at stake
        if not (fitting := _in_currency(caps, self.order.quote)):
            yield self._other_currency("the planned loss a day", caps)
            return
        cap, taken = _strictest(fitting), self._taken(self.order.quote)
        limit = money(cap.amount, cap.currency)
        said = f"The cap on the planned loss a day for {self.name} is {limit}."
        if taken is None:
            yield (
                f"{said} What is left of it can't be reckoned: an order of the last 24 "
                f"hours has no planned loss. Wait until it is a day old, {_ASK}."
            )
            return
        left = money(max(Decimal(0), EXACT.subtract(cap.amount, taken)), cap.currency)
        if lost is None:
            yield (
                f"{said} What this order may lose can't be reckoned; {left} are left. "
                f"Give it a stop loss and a price, {_ASK}."
            )
        elif EXACT.add(taken, lost) > cap.amount:
            yield (
                f"{said} This order plans to lose {money(lost, cap.currency)}, and "
                f"{left} are left. Make it smaller, bring its stop loss closer, {_ASK}."
            )

    def _taken(self, currency: str) -> Decimal | None:
        """The planned losses of the day; None where one of them is not known."""
        taken = Decimal(0)
        for quote, lost in self._day:
            if lost == 0 or (quote and not _same(quote, currency)):
                continue
            if lost is None or not quote:
                return None
            taken = EXACT.add(taken, lost)
        return taken

    def _other_currency(self, what: str, caps: list[Cap]) -> str:
        named = ", ".join(sorted({money(c.amount, c.currency) for c in caps}))
        worth = self.order.quote
        comes_to = f"in {worth}" if worth else "in a currency that is not known yet"
        return (
            f"There is a cap on {what} for {self.name}: {named}. This order is "
            f"{comes_to}, of which nothing is left without a cap of its own. "
            f"Choose a pair with such a currency, {_ASK}."
        )
