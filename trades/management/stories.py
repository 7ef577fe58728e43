"""Submissions as they might have been: for benches and for looking around.

The same seed tells the same stories, but for their ids and references.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from hashlib import sha256
from random import Random

from trades.domain import matching, payload, reading, words
from trades.domain.lifecycle import State
from trades.models import Account, Submission, Verdict
from trades.models.events import SENDER
from trades.models.submissions import searchable
from trades.services.freezing import draw_token

# Price, amount and their decimals, for orders that look like the market's.
_PAIRS = {
    "USDT_BTC": (61_000, 40, 3),
    "USDT_ETH": (3_300, 700, 3),
    "USDT_SOL": (170, 9_000, 2),
    "USDT_XRP": (2, 800_000, 1),
    "USDT_ADA": (1, 900_000, 0),
    "BTC_ETH": (1, 900, 3),
}
_NOTES = (
    *("breakout of the range", "retest of the weekly open", "scalp", "mean reversion"),
    *("news", "plan A", "plan B", "second half of the position", "hedge", ""),
)
_REFUSALS = (
    ("position.units.value", "must be greater than {number}", 422),
    ("take_profit.steps.0.price.value", "is too close to the entry price", 422),
    ("stop_loss.conditional.price.value", "must be lower than {number}", 422),
    ("", "Insufficient balance to place the order", 400),
    ("pair", "is not traded on this account", 422),
    ("leverage.value", "is above the maximum of the pair", 422),
)
_TICKS = ("sl-absent $", "price-far position.price.value", "tp-absent $")
_ENDS = {State.ACCEPTED: 90, State.REJECTED: 6, State.NOT_SENT: 3, State.ABSENT: 1}
_WAYS = {
    State.ACCEPTED: ("claimed", "sending", "accepted"),
    State.REJECTED: ("claimed", "sending", "rejected"),
    State.NOT_SENT: ("not_sent",),
    State.ABSENT: ("claimed", "sending", "unknown", "absent"),
}
_VERDICTS = {
    Verdict.Value.FINE: 80,
    Verdict.Value.UNREVIEWED: 15,
    Verdict.Value.FLAGGED: 3,
    Verdict.Value.NEEDS_ANSWER: 2,
}


@dataclass(frozen=True)
class Cast:
    """Who trades, with what, and who reviews: users and accounts."""

    traders: Sequence
    accounts: Sequence[Account]
    reviewer: object | None
    rule_set: str
    version: str


@dataclass(frozen=True)
class Story:
    """One submission with what is told of it. ``moves``: who, new state, details."""

    submission: Submission
    typed: dict[str, str]
    verdict: str
    moves: list[tuple[str, str, dict]] = field(default_factory=list)


def tell(number: int, at: datetime, cast: Cast, dice: Random) -> Story:
    """The story that began at this moment; ``number`` is its trade at 3Commas."""
    trader, account = dice.choice(cast.traders), dice.choice(cast.accounts)
    end = dice.choices(list(_ENDS), list(_ENDS.values()))[0]
    pair, is_long = dice.choice(list(_PAIRS)), dice.randrange(10) < 7
    token = draw_token()
    note = dice.choice(_NOTES)
    typed = _typed(pair, is_long, dice) | {"note": note}
    body = _body(typed, account, payload.with_token(note, token))
    submission = Submission(
        trader=trader,
        account=account,
        mode=account.connection.mode,
        body=body,
        token=token,
        trade_type="smart_trade" if is_long else "smart_cover",
        pair=pair,
        note=note,
        side="buy" if is_long else "sell",
        quote=pair.partition("_")[0],
        ticked=[dice.choice(_TICKS)] if not dice.randrange(5) else [],
        rule_set=cast.rule_set,
        app_version=cast.version,
        confirmed_at=at,
        send_by=at + timedelta(seconds=120),
    )
    _measure(submission, typed)
    trade = payload.decode(submission.body)
    submission.fingerprint = matching.fingerprint(trade, mode=submission.mode)
    moves = list(_moves(submission, end, number, dice))
    submission.words = searchable(submission, refusal=submission.refusal)
    verdict = dice.choices(list(_VERDICTS), list(_VERDICTS.values()))[0]
    return Story(submission, typed, verdict.value, moves)


def _typed(pair: str, is_long: bool, dice: Random) -> dict[str, str]:
    """A limit entry with one target and a stop, the target once to thrice as far."""
    price, most, decimals = _PAIRS[pair]
    entry = Decimal(price * 1000 + dice.randrange(price * 100)).scaleb(-3)
    units = Decimal(dice.randrange(1, most * 10**decimals)).scaleb(-decimals) / 100
    way = 1 if is_long else -1
    risk = entry * dice.randrange(5, 40) / 1000
    target = entry + way * risk * dice.randrange(1, 4)
    return {
        "trade_type": "smart_trade" if is_long else "smart_cover",
        "pair": pair,
        "position.order_type": "limit",
        "position.units.value": str(units),
        "position.price.value": str(entry),
        "take_profit.enabled": "true",
        "take_profit.steps.0.order_type": "limit",
        "take_profit.steps.0.volume": "100",
        "take_profit.steps.0.price.value": str(target),
        "stop_loss.enabled": "true",
        "stop_loss.order_type": "market",
        "stop_loss.conditional.price.type": "last",
        "stop_loss.conditional.price.value": str(entry - way * risk),
    }


def _body(typed: dict[str, str], account: Account, note: str) -> str:
    trade = reading.as_sent(typed | {"note": note})
    return payload.encode({"account_id": account.remote_id, **trade})


def _measure(submission: Submission, typed: dict[str, str]) -> None:
    units, entry, target, stop = (
        Decimal(typed[path])
        for path in (
            "position.units.value",
            "position.price.value",
            "take_profit.steps.0.price.value",
            "stop_loss.conditional.price.value",
        )
    )
    submission.sha256 = sha256(submission.body.encode()).hexdigest()
    submission.size, submission.value = units, units * entry
    submission.planned_loss = units * abs(entry - stop)
    submission.planned_r = abs(target - entry) / abs(entry - stop)
    submission.is_overridden = bool(submission.ticked)


def _moves(
    submission: Submission, end: State, number: int, dice: Random
) -> Iterator[tuple[str, str, dict]]:
    """Its way to the end, and what the submission is in consequence."""
    told = {"draft_version": 1, "sha256": submission.sha256}
    yield submission.trader.get_username(), "queued", told
    submission.state = end.value
    if end is State.NOT_SENT:
        submission.reason = "expired"
    else:
        _answer(submission, end, number, dice)
    *way, last = _WAYS[end]
    yield from ((SENDER, state, {}) for state in way)
    names = ("reason", "status", "vendor_text", "duration_ms", "remote_id")
    details = {n: v for n in names if (v := getattr(submission, n))}
    by = submission.trader.get_username() if end is State.ABSENT else SENDER
    yield by, last, details


def _answer(submission: Submission, end: State, number: int, dice: Random) -> None:
    submission.duration_ms = dice.randrange(90, 2500)
    submission.sent_at = submission.confirmed_at + timedelta(seconds=1)
    took = timedelta(milliseconds=submission.duration_ms)
    submission.ended_at = submission.sent_at + took
    if end is State.ACCEPTED:
        submission.remote_id, submission.status = number, 201
        submission.answer = json.dumps({"id": number, "status": {"type": "created"}})
    elif end is State.REJECTED:
        path, message, status = dice.choice(_REFUSALS)
        said = message.format(number=dice.randrange(5, 40))
        submission.reason, submission.status = "refused", status
        submission.vendor_errors = {path: [said]} if path else {}
        submission.vendor_text = "Invalid parameters" if path else said
        errors = submission.vendor_errors
        submission.refusal = words.refusal(errors, submission.vendor_text)
