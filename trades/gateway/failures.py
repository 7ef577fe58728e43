"""What keeps a request from being answered, and the answers that count as none."""

from __future__ import annotations

from collections.abc import Callable

from trades.domain.classification import why_refused
from trades.gateway import answers
from trades.gateway.exchange import Answer


class CommitFailed(Exception):
    """The commit in front of the first byte failed. Nothing has left."""


class BadAnswer(Exception):
    """A question to 3Commas that came to nothing; asking again does no harm.

    ``reason``: network, tls or config (never left), broken or unclear. ``text`` is
    what 3Commas said, if anything; ``retry_after_s`` as in ``Outcome``.
    """

    def __init__(
        self,
        reason: str,
        *,
        status: int | None = None,
        text: str = "",
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(" ".join(filter(None, [reason, str(status or ""), text])))
        self.reason, self.status, self.text = reason, status, text
        self.retry_after_s = retry_after_s


class Refused(BadAnswer):
    """3Commas said no. ``reason``: refused, key, plan, rate or ban."""


def found(answer: Answer, most_bytes: int, read: Callable[[bytes], object]) -> object:
    """What ``read`` makes of the body of a 200; everything else raises ``BadAnswer``.

    ``read`` raises ``ValueError`` for what it can't read.
    """
    value, is_readable = None, len(answer.raw) <= most_bytes
    try:
        value = read(answer.raw) if is_readable else None
    except ValueError:
        is_readable = False
    head = answer.head
    if head.status == 200 and is_readable:
        return value
    text = answers.vendor_text(value) if isinstance(value, dict) else ""
    said = {"status": head.status, "text": text, "retry_after_s": head.retry_after_s}
    if reason := why_refused(head.status, text):
        raise Refused(reason, **said)
    raise BadAnswer("unclear", **said)
