"""What comes in and what goes out: requests, answers, and 3Commas' ways to refuse."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Request:
    """A request as it came over the wire, nothing decoded yet."""

    method: str
    target: bytes  # path and query, as in the request line
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    client: str


@dataclass(frozen=True)
class Call:
    """A request that is allowed to ask: whose it is, and its parameters."""

    owner: int
    mode: str  # paper or real
    query: Mapping[str, str]
    number: int  # the id in the path, 0 where there is none
    body: bytes
    now_ms: int


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    content_type: str = "application/json; charset=utf-8"


def answer(status: int, value: object) -> Answer:
    return Answer(status, to_json(value).encode())


def to_json(value: object) -> str:
    """JSON in which a Decimal is a number, digit for digit."""
    if isinstance(value, dict):
        pairs = (f"{json.dumps(key)}:{to_json(item)}" for key, item in value.items())
        return "{" + ",".join(pairs) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(to_json, value)) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value)


class Refused(Exception):
    """The request ends here, with this status and these texts."""

    def __init__(
        self,
        status: int,
        error: str,
        description: str = "",
        attributes: Mapping[str, list[str]] | None = None,
    ) -> None:
        super().__init__(status, error, description)
        content: dict[str, object] = {"error": error}
        if description:
            content["error_description"] = description
        if attributes:
            content["error_attributes"] = dict(attributes)
        self.answer = answer(status, content)


def invalid(status: int, attributes: Mapping[str, list[str]]) -> Refused:
    """Bad parameters: 400 with keys in brackets, 422 with keys in dots."""
    return Refused(status, "record_invalid", "Invalid parameters", attributes)


def not_found() -> Refused:
    return Refused(404, "not_found", "Not Found")


def unknown_error(name: str, status: int = 500) -> Refused:
    return Refused(status, "unknown_error", f"Unknown error occurred#{name}")


def too_many() -> Refused:
    text = "Too many requests. Wait before you send the next one."
    return Refused(429, "too_many_requests", text)


def plan_too_small(what: str) -> Refused:
    """429 as well, but no matter of speed. ``what`` is read or write."""
    text = (
        f"The request type '{what}' is not available with your current subscription "
        "plan. Please upgrade your plan to use this type of request."
    )
    return Refused(429, text)


def banned() -> Refused:
    return Refused(418, "ip_banned", "This address is banned for a while.")
