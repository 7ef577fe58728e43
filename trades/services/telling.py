"""The sentences about what became of a submission."""

from __future__ import annotations

from collections.abc import Mapping

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
    State.ABSENT: "Declared absent: a person looked at 3Commas and did not find it.",
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
    "capped": (
        "A cap on this trader's or account's orders had no room for it when it was "
        "about to be sent. Its review page says which."
    ),
    "unapproved": (
        "It needs the approval of somebody else, and had none that still held when it "
        "was about to be sent."
    ),
    # accepted, though no answer said so
    "found": (
        "Created (found by checking): no clear answer came, but a look at 3Commas "
        "found this trade by its reference."
    ),
    "picked": (
        "Created (found by checking): a person picked this trade from those that "
        "3Commas lists."
    ),
    "journal": (
        "The answer stands in the sending journal; the database had not kept it."
    ),
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
    "restored": (
        "The database was put back to an earlier day; by the sending journal the "
        "order has left since."
    ),
}
ALLOWED_NO_MORE = (
    "The trader's right to send, with this account or in this mode, was gone."
)

_AGES = ((86_400, "day"), (3_600, "hour"), (60, "minute"))


def age(seconds: int) -> str:
    """How long that is, roughly: 90 seconds, 2 minutes, 3 days."""
    number, name = roughly(seconds)
    return f"{number} {name}{'' if number == 1 else 's'}"


def roughly(seconds: int) -> tuple[int, str]:
    """The same as a number and what it counts: second, minute, hour or day."""
    for length, name in _AGES:
        if seconds >= 2 * length:
            return seconds // length, name
    return seconds, "second"


def journalled(line: Mapping[str, object]) -> str:
    """A line of the sending journal, for somebody who has to look its trade up."""
    at = str(line.get("at", ""))[:19].replace("T", " ")
    told = (
        f"{line.get('pair')} on account {line.get('account')} ({line.get('mode')}), "
        f"reference {line.get('token')}, written down at {at} UTC."
    )
    if line.get("step") != "C4":
        return f"{told} It was about to leave; what came of it is not known."
    came = str(line.get("state", "")).replace("_", " ")
    trade = f", trade {line['remote_id']}" if line.get("remote_id") else ""
    return f"{told} What came of it: {came}{trade}."
