"""waitress with our limits, and with our headers on the answers of its own."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import monotonic

import waitress
from django.conf import settings
from django.template.loader import render_to_string
from waitress.channel import HTTPChannel
from waitress.server import BaseWSGIServer
from waitress.task import ErrorTask, Task, WSGITask
from waitress.utilities import BadRequest

from smarttrade_ui.headers import EVERYWHERE, of_the_server

Application = Callable[[dict, Callable], Iterable[bytes]]
# Django reads 64 KiB of a form. What is larger than this is not even taken in.
LARGEST_REQUEST_BYTES = 1024 * 1024
LARGEST_HEADER_BYTES = 32 * 1024
# A connection on which nothing comes is closed after this, and what still comes of a
# refused request is heard out for this long and this far.
SILENCE_S, HEARD_OUT_S, HEARD_OUT_BYTES = 30, 10, 64 * 1024 * 1024


def create(application: Application, port: int) -> BaseWSGIServer:
    """Listens on 127.0.0.1; raises OSError where the port is taken."""
    server = waitress.create_server(
        application,
        host="127.0.0.1",
        port=port,
        threads=8,
        max_request_body_size=LARGEST_REQUEST_BYTES,
        max_request_header_size=LARGEST_HEADER_BYTES,
        channel_timeout=SILENCE_S,
        cleanup_interval=SILENCE_S // 3,
        ident=None,
        **behind(settings.PROXY_HOPS),
    )
    server.channel_class = Channel
    server.application = by_the_whole_way(server.application, settings.PROXY_HOPS)
    return server


def behind(hops: int) -> dict[str, object]:
    """Whose word waitress takes for where a request comes from; others' is cleared."""
    if not hops:
        return {"clear_untrusted_proxy_headers": True}
    return {
        "clear_untrusted_proxy_headers": True,
        "trusted_proxy": "127.0.0.1",
        "trusted_proxy_count": hops,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }


def by_the_whole_way(application: Application, hops: int) -> Application:
    """Forget what a request says of its way where it passed fewer proxies than ours.

    waitress would take the first address that there is, which the client may have
    written itself.
    """

    def checked(environ: dict, start_response: Callable) -> Iterable[bytes]:
        way = environ.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len([hop for hop in way if hop.strip()]) < hops:
            for name in ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO"):
                environ.pop(name, None)
        return application(environ, start_response)

    return checked


class Protected(Task):
    """Puts the headers on an answer that the application has not made."""

    def build_response_header(self) -> bytes:
        if EVERYWHERE.keys().isdisjoint(name for name, _ in self.response_headers):
            self.response_headers += of_the_server().items()
        return super().build_response_header()


class Answer(Protected, WSGITask):
    """The application's answer."""


class Refusal(Protected, ErrorTask):
    """The server's own, in the application's look: too large, or not HTTP."""

    def execute(self) -> None:
        error = self.request.error
        if not isinstance(error, BadRequest):
            return super().execute()
        body = render_to_string("400.html").encode()
        self.status = f"{error.code} {error.reason}"
        self.response_headers.append(("Content-Type", "text/html; charset=utf-8"))
        self.set_close_on_finish()
        self.content_length = len(body)
        self.channel.hears_out = True
        self.write(body)


class Channel(HTTPChannel):
    """A connection that hears a refused client out, within limits.

    Were it closed with bytes of the request unread, the client would be told of a
    broken connection and might never see the answer.
    """

    task_class, error_task_class = Answer, Refusal
    hears_out = False
    _until: float | None = None  # by the monotonic clock; None while it answers
    _left_bytes = HEARD_OUT_BYTES

    def readable(self) -> bool:
        is_hearing = self._until is not None and not self.will_close
        return is_hearing or super().readable()

    def handle_write(self) -> None:
        if self.will_close or not self.hears_out:
            return super().handle_write()
        if not self.close_when_flushed:
            return  # the thread that answers is about to say so; it would close at that
        self._flush_exception(self._flush_some)
        if not (self.total_outbufs_len or self.will_close):
            self.close_when_flushed = False
            self._until = monotonic() + HEARD_OUT_S
            with suppress(OSError):  # it is gone already; reading will show it
                self.socket.shutdown(socket.SHUT_WR)

    def received(self, data: bytes) -> bool:
        if self._until is None:
            return super().received(data)
        self._left_bytes -= len(data)
        self.will_close = self._left_bytes < 0 or monotonic() > self._until
        return False
