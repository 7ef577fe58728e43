"""What an exchange with 3Commas came to: by phase, then by status, last by failure.

The table has no default that calls a trade made or refused: what stands nowhere in it
is unknown. The gateway turns exceptions and bytes into what the table asks.

Source: 3Commas API, "Create SmartTrade" and "Errors".
"""

from __future__ import annotations

from enum import Enum

from trades.domain.lifecycle import State


class Phase(Enum):
    """How far the POST got. C3 is the commit in front of its first byte."""

    BEFORE_C3 = "surely nothing has left"
    AFTER_C3 = "bytes may have left, and no complete answer came"
    ANSWERED = "a complete answer came"


class Failure(Enum):
    """Why nothing left."""

    NETWORK = "network"  # no name, no way, no handshake
    TLS = "tls"  # the server isn't who it should be
    CONFIG = "config"  # a bad key, header or address, or a bug


ANY_REFUSAL = (400, 402, 404, 405, 406, 410, 411, 413, 414, 415, 422, 431, 451)

BY_FAILURE = {
    (Phase.BEFORE_C3, Failure.NETWORK): (State.NOT_SENT, "network"),
    (Phase.BEFORE_C3, Failure.TLS): (State.NOT_SENT, "tls"),
    (Phase.BEFORE_C3, Failure.CONFIG): (State.NOT_SENT, "config"),
    (Phase.AFTER_C3, Failure.NETWORK): (State.UNKNOWN, "broken"),
    (Phase.AFTER_C3, Failure.TLS): (State.UNKNOWN, "broken"),
    (Phase.AFTER_C3, Failure.CONFIG): (State.UNKNOWN, "broken"),
}
BY_STATUS = {
    **dict.fromkeys((200, 201), (State.ACCEPTED, "")),  # if the body is a trade
    **dict.fromkeys(ANY_REFUSAL, (State.REJECTED, "refused")),
    **dict.fromkeys((401, 403), (State.REJECTED, "key")),
    429: (State.REJECTED, "rate"),  # "plan" if the text blames the subscription
    418: (State.REJECTED, "ban"),
}
# 1xx, 3xx, 5xx, and 408, 409, 421, 423 … too, can follow a trade that was made.
ANYTHING_ELSE = (State.UNKNOWN, "unclear")

_ID_MAX = 2**63 - 1


def of_failure(failure: Failure, phase: Phase) -> tuple[State, str]:
    """State and reason of an exchange without a complete answer."""
    return BY_FAILURE[phase, failure]


def of_answer(status: int, answer: dict, text: str) -> tuple[State, str]:
    """State and reason of a complete answer.

    ``answer`` is its JSON object, empty where it has none; ``text`` is what 3Commas
    says in it.
    """
    state, reason = BY_STATUS.get(status, ANYTHING_ELSE)
    if state is State.ACCEPTED and not is_trade(answer):
        return ANYTHING_ELSE
    if reason == "rate" and "subscription plan" in text:
        return state, "plan"
    return state, reason


def why_refused(status: int, text: str) -> str:
    """refused, key, plan, rate or ban; "" where the status is not a refusal."""
    state, reason = of_answer(status, {}, text)
    return reason if state is State.REJECTED else ""


def is_trade(answer: dict) -> bool:
    """Whether this is the SmartTrade that was made, and no error beside it."""
    return "error" not in answer and is_id(answer.get("id"))


def is_id(value: object) -> bool:
    """A whole number above 0, neither a boolean nor text, that a database can keep."""
    return type(value) is int and 0 < value <= _ID_MAX
