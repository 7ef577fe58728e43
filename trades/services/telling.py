"""The sentences about what became of a submission."""

from __future__ import annotations

from trades.domain.lifecycle import State

_WAITING = "Waiting to send. Nothing has left yet."

HEADLINES = {
    State.QUEUED: _WAITING,
    State.CLAIMED: _WAITING,
    State.SENDING: "Sending now. Do not place this order elsewhere yet.",
    State.ACCEPTED: "3Commas created trade {remote_id}.",
    State.REJECTED: "3Commas refused this order. Nothing was placed.",
    State.NOT_SENT: "Not sent. Nothing was placed.",
    State.UNKNOWN: (
        "We do not know whether 3Commas created this trade. "
        "Please do not send it again."
    ),
    State.ABSENT: "Declared absent: somebody looked at 3Commas and did not find it.",
}

REASONS = {
    # not sent
    "network": "3Commas could not be reached; the connection failed before any byte.",
    "tls": (
        "The server at the other end could not prove that it is 3Commas. "
        "Tell your administrator before you try again."
    ),
    "config": (
        "The API key of this connection could not be used. Tell your administrator."
    ),
    "expired": "It waited longer than allowed, and the price may have moved meanwhile.",
    "cancelled": "It was cancelled before it was sent.",
    "paused": "An administrator has paused sending.",
    # rejected
    "refused": "3Commas does not take the order as it is.",
    "plan": "The subscription plan at 3Commas does not include this.",
    "rate": "3Commas had too many requests. Wait some minutes before you try again.",
    "ban": (
        "3Commas has shut out this address for a while after too many requests. "
        "Tell your administrator."
    ),
    "key": (
        "3Commas does not accept the API key: it may be wrong, expired, or lack the "
        "permission to trade."
    ),
    # unknown
    "broken": "The exchange broke off after the order may have left.",
    "taken": "3Commas named a trade that belongs to another submission already.",
    "unclear": "3Commas answered, but did not say clearly what it did.",
}
ALLOWED_NO_MORE = (
    "The trader's right to send, with this account or in this mode, was gone."
)
