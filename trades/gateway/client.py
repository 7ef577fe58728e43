"""Speaks to 3Commas: places a SmartTrade once, reads accounts."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from time import monotonic

import requests

from trades.domain.lifecycle import Outcome
from trades.gateway import answers
from trades.gateway.fence import Deadline, Fence, FencedAdapter
from trades.gateway.signing import Signer

_log = logging.getLogger(__name__)

THREE_COMMAS = "https://api.3commas.io"
_ROOT = "/public/api"
_CHUNK = 64 * 1024
_READ_MOST_BYTES = 4 * 1024 * 1024  # of the answer to a GET
_PER_PAGE = 100
_PAGES_MOST = 50


class CommitFailed(Exception):
    """The commit in front of the first byte failed. Nothing has left."""


class BadAnswer(Exception):
    """A question to 3Commas that came to nothing; asking again does no harm.

    ``reason``: network, tls or config (never left), broken or unclear. ``text`` is
    what 3Commas said, if anything.
    """

    def __init__(
        self, reason: str, *, status: int | None = None, text: str = ""
    ) -> None:
        super().__init__(" ".join(filter(None, [reason, str(status or ""), text])))
        self.reason, self.status, self.text = reason, status, text


class Refused(BadAnswer):
    """3Commas said no. ``reason``: refused, key, plan, rate or ban."""


@dataclass(frozen=True)
class _Answer:
    status: int
    raw: bytes
    request_id: str


class ThreeCommas:
    """One API key's way to 3Commas, or to the sandbox at another ``base_url``.

    Nothing is kept between calls: each request has a session and a connection of its
    own. Times are seconds; ``whole_s`` is the limit of one request from beginning to
    end. ``ca_file`` is trusted instead of the public authorities.
    """

    def __init__(
        self,
        base_url: str,
        signer: Signer,
        *,
        forced_mode: str | None = None,
        ca_file: str | None = None,
        connect_s: float = 5.0,
        read_s: float = 30.0,
        whole_s: float = 45.0,
    ) -> None:
        self._root = base_url.rstrip("/") + _ROOT
        self._signer = signer
        self._mode = {"Forced-Mode": forced_mode} if forced_mode else {}
        self._verify = ca_file or True
        self._timeout = (connect_s, read_s)
        self._whole_s = whole_s

    def place(self, body: str, *, commit: Callable[[], float | None]) -> Outcome:
        """Post one SmartTrade and say what came of it. Never retries.

        ``commit`` runs once, after the TLS handshake and before the first byte. If it
        raises, nothing leaves, and ``CommitFailed`` is the only thing raised here.
        What any other error means depends on whether ``commit`` had run, not on the
        error's name: after it, only a clear answer beats UNKNOWN. ``commit`` may
        return the ``monotonic()`` time of its commit; see ``Fence``.

        Source: 3Commas API, "Create SmartTrade" and "Errors".
        """
        fence = Fence(commit)
        started = monotonic()
        outcome = self._placed(body, fence)
        if fence.failure is not None:
            raise CommitFailed("nothing was sent") from fence.failure
        return replace(outcome, duration_ms=round((monotonic() - started) * 1000))

    def validate(self) -> None:
        """Raise ``Refused`` unless 3Commas knows the key and accepts its signature."""
        if self._get("/ver1/validate") != {"valid": True}:
            raise BadAnswer("unclear", status=200)

    def accounts(self) -> list[dict]:
        """All accounts that the key reaches, as 3Commas describes them."""
        found: list[dict] = []
        for number in range(1, _PAGES_MOST + 1):
            page = self._get(f"/ver1/accounts?page={number}&per_page={_PER_PAGE}")
            if not _is_list_of_objects(page):
                raise BadAnswer("unclear", status=200)
            found += page
            if len(page) < _PER_PAGE:
                return found
        raise BadAnswer("unclear", status=200)

    def _placed(self, body: str, fence: Fence) -> Outcome:
        try:
            answer = self._exchange(
                "POST", "/v2/smart_trades", fence, answers.MOST_BYTES, body
            )
            return answers.read_answer(
                answer.status, answer.raw, request_id=answer.request_id
            )
        except Exception as exc:  # the phase decides, not the class
            return _broken_off(exc, fence)

    def _get(self, path: str) -> object:
        """The JSON of a 200, or ``BadAnswer``."""
        fence = Fence(_nothing)
        try:
            answer = self._exchange("GET", path, fence, _READ_MOST_BYTES)
        except Exception as exc:
            reason = _broken_off(exc, fence).reason
        else:
            return _found(answer)
        # Out here, because the library's exceptions carry the request's headers along.
        raise BadAnswer(reason)

    def _exchange(
        self, method: str, path: str, fence: Fence, most_bytes: int, body: str = ""
    ) -> _Answer:
        """One request and its answer, of which at most a byte too many is read.

        The adapter does without a ``Session``. So nothing here follows a redirect,
        asks the environment for a proxy, or looks for a password in ``.netrc``; and
        nothing reads a redirect's whole body, as a ``Session`` does even where it is
        told not to follow.
        """
        request = self._signed(method, path, body)
        with (
            Deadline(self._whole_s) as deadline,
            closing(FencedAdapter(fence, deadline)) as adapter,
            adapter.send(
                request, stream=True, timeout=self._timeout, verify=self._verify
            ) as response,
        ):
            raw = _read(response, most_bytes)
            deadline.check()
            if not response.headers:
                raise requests.ConnectionError("cut in its first line")
            return _Answer(response.status_code, raw, _request_id(response))

    def _signed(self, method: str, path: str, body: str) -> requests.PreparedRequest:
        """Signs the path that stands on the wire, not the one we think we built."""
        headers = {
            "Accept": "application/json",
            "Accept-Encoding": "identity",
            "Connection": "close",
            "User-Agent": "smarttrade-ui",
            **({"Content-Type": "application/json"} if body else {}),
            **self._mode,
        }
        request = requests.Request(
            method, self._root + path, headers, data=body.encode()
        ).prepare()
        request.headers.update(self._signer.headers(request.path_url, body))
        return request


def _broken_off(exc: Exception, fence: Fence) -> Outcome:
    """Logs the exception's name alone: its message may quote headers."""
    outcome = answers.broken_off(exc, left=fence.passed)
    _log.info("broken off, %s: %s", outcome.reason, type(exc).__name__)
    return outcome


def _nothing() -> None:
    """A question changes nothing, so there is nothing to commit."""


def _read(response: requests.Response, most_bytes: int) -> bytes:
    """The body as it came, not unpacked: few bytes can unpack to very many."""
    raw = bytearray()
    while len(raw) <= most_bytes:
        chunk = response.raw.read(_CHUNK, decode_content=False)
        if not chunk:
            break
        raw += chunk
    return bytes(raw[: most_bytes + 1])


def _request_id(response: requests.Response) -> str:
    return re.sub(r"[^!-~]", "", response.headers.get("X-Request-Id", ""))[:100]


def _found(answer: _Answer) -> object:
    """The JSON of a 200; everything else raises."""
    try:
        found, readable = answers.exact_json(answer.raw), True
    except ValueError:
        found, readable = None, False
    if answer.status == 200 and readable:
        return found
    text = answers.vendor_text(found) if isinstance(found, dict) else ""
    if reason := answers.why_refused(answer.status, text):
        raise Refused(reason, status=answer.status, text=text)
    raise BadAnswer("unclear", status=answer.status, text=text)


def _is_list_of_objects(page: object) -> bool:
    return isinstance(page, list) and all(isinstance(item, dict) for item in page)
