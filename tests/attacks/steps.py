"""What attackers and senders do in these tests."""

from __future__ import annotations

from tests.gateway.servers import Server
from trades.models import Submission
from trades.services import market, sending


def work_off() -> None:
    """What a sender would do now."""
    for pk in list(market.due_tests().values_list("pk", flat=True)):
        market.test(pk)
    for pk in list(market.due_facts().values_list("pk", flat=True)):
        market.fetch(pk)
    for pk in list(Submission.objects.values_list("pk", flat=True)):
        sending.send(pk)


def posts(server: Server) -> list[bytes]:
    """What would have placed a trade."""
    return [sent for sent in server.requests if sent.startswith(b"POST ")]


def found(canaries: list[bytes], where: bytes | str) -> list[bytes]:
    text = where.encode() if isinstance(where, str) else where
    return [canary for canary in canaries if canary in text]
