"""The steps of which a fault server's scripts are made.

A step is a function of the exchange that it happens in. What stands here without an
argument is one by itself, ``reset``; what takes an argument makes one, ``cut(120)``.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from decimal import Decimal
from functools import cache
from http import HTTPStatus
from uuid import uuid4

from tests.faults.exchange import NEVER, Exchange, HungUp, Step
from tests.gateway.servers import drip as _drip
from trades.sandbox.calls import to_json

EDGE_PAGE = b"<html><body><h1>Attention required</h1></body></html>\n"
ELSEWHERE = "/public/api/v2/elsewhere"
Body = bytes | str | dict | list | None

# --- the connection -------------------------------------------------------------------


def handshake(x: Exchange) -> None:
    """What a connection begins with; steps before it happen in the handshake."""
    x.handshake()


def hello(x: Exchange) -> None:
    """Read the beginning of the client's greeting, no more."""
    x.sock.recv(5)


def read(count: int) -> Step:
    """Read exactly so many bytes of the request."""

    def step(x: Exchange) -> None:
        while (left := count - len(x.seen.raw)) > 0:
            x.read(left)

    return step


def reset(x: Exchange) -> None:
    """End with a RST."""
    x.reset()


def close(x: Exchange) -> None:
    """End cleanly, with the good-bye of TLS."""
    x.close()


def drop(x: Exchange) -> None:
    """End with a bare FIN below TLS, as a line that was cut."""
    x.drop()


def hang(x: Exchange) -> None:
    """Say and read nothing until the test's ``release``, or the client's leave."""
    x.server.hanging.happens()
    x.wait(x.server.permits)


def until_gone(x: Exchange) -> None:
    """Go on once the client has left: ``on_post(until_gone, create)``."""
    try:
        x.wait(NEVER)
    except HungUp:
        if x.server.closing.is_set():
            raise
        x.server.gone.happens()


def do(act: Callable[[], object]) -> Step:
    """Something of the test's own: ``on_post(create, do(sender.kill))``."""
    return lambda x: act()


# --- the trade, and what is said of it ------------------------------------------------


def create(x: Exchange) -> None:
    """Make the trade. Says nothing yet."""
    x.made = x.server.truth(x.seen)
    assert x.made, "the sandbox hung up"
    assert x.made.status == 201, f"the sandbox refused: {x.made.body!r}"


def truth(x: Exchange) -> None:
    """Do and say what the sandbox does and says, by the account's mood."""
    if said := x.server.truth(x.seen):
        x.send(written(x, said.status, said.body))


def good(x: Exchange) -> None:
    """201 with the trade that ``create`` made."""
    x.send(written(x, 201, _made(x)))


def answer(status: int, body: Body = None, *headers: str) -> Step:
    """Any answer: ``answer(429, {"error": "x"}, "Retry-After: 7")``."""
    return lambda x: x.send(written(x, status, body, *headers))


def lie(**changes: object) -> Step:
    """201 with the made trade, but for these members: ``lie(account={"id": 7})``."""

    def step(x: Exchange) -> None:
        entity = json.loads(_made(x) if x.made else b"{}", parse_float=Decimal)
        x.send(written(x, 201, _merged(entity, changes)))

    return step


def redirect(status: int, to: str = ELSEWHERE) -> Step:
    """To another path that would make a trade as well; see ``server.elsewhere``."""
    return answer(status, None, f"Location: {to}")


def stray(x: Exchange) -> None:
    """What a redirect leads to: a POST makes a trade, a GET looks like success."""
    number = x.server.add_trade(x.seen.body) if x.seen.method == "POST" else 30350494
    x.send(written(x, 201, {"id": number}))


# --- half an answer, or none ----------------------------------------------------------


def raw(data: bytes) -> Step:
    """These very bytes."""
    return lambda x: x.send(data)


garbage = raw(b"HELLO\r\n\r\n")
plain_http = raw(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")


def interim(status: int = 100) -> Step:
    """A provisional answer, for example before ``hang``."""
    return raw(f"HTTP/1.1 {status} {_phrase(status)}\r\n\r\n".encode())


def broken_record(x: Exchange) -> None:
    """What no TLS can read, after a good handshake."""
    x.wire.sendall(b"\x17\x03\x03\x00\x20" + b"HELLO" * 8)


def cut(count: int) -> Step:
    """Only so many bytes of the good answer, head included; -1 lacks the last."""

    def step(x: Exchange) -> None:
        whole = written(x, 201, _made(x))
        assert -len(whole) < count < len(whole), f"it has {len(whole)} bytes"
        x.send(whole[:count])

    return step


def half(x: Exchange) -> None:
    """The good answer with half of its body: too short for its Content-Length."""
    body = _made(x)
    x.send(written(x, 201, body)[: -(len(body) // 2)])


def half_chunked(x: Exchange) -> None:
    """The good answer in chunks, of which the second is cut."""
    body = _made(x)
    middle = len(body) // 2
    head = written(x, 201, None, "Transfer-Encoding: chunked", measured=False)
    x.send(head + _chunk(body[:middle]) + _chunk(body[middle:])[:-20])


def half_unmeasured(x: Exchange) -> None:
    """Half of the good answer, where only the close tells its end."""
    body = _made(x)
    x.send(written(x, 201, body, measured=False)[: -(len(body) // 2)])


def drip(x: Exchange) -> None:
    """A 201 of which one byte comes now and then, until the client has enough."""
    x.send(written(x, 201, None, "Content-Length: 999999", measured=False))
    _drip(x)


def gzip_zeros(megabytes: int = 50) -> Step:
    """201 with a small body that unpacks to so many megabytes."""
    return answer(201, _packed_zeros(megabytes), "Content-Encoding: gzip")


# --- bytes ----------------------------------------------------------------------------


def written(
    x: Exchange, status: int, body: Body = None, *headers: str, measured: bool = True
) -> bytes:
    """An answer as it stands on the wire; ``headers`` replace the usual ones."""
    content = _content(body)
    usual = {
        "Date": x.server.date,
        "Content-Type": "text/html" if content[:1] == b"<" else "application/json",
        "Content-Length": str(len(content)),
        "X-Request-Id": str(uuid4()),
        "Connection": "close",
    }
    if not measured or status in (204, 304):
        del usual["Content-Length"]
    for line in headers:
        usual.pop(line.partition(":")[0], None)
    lines = [f"{name}: {text}" for name, text in usual.items()]
    first = f"HTTP/1.1 {status} {_phrase(status)}"
    return "\r\n".join([first, *lines, *headers, "", ""]).encode() + content


def _content(body: Body) -> bytes:
    if isinstance(body, dict | list):
        return to_json(body).encode()
    return body.encode() if isinstance(body, str) else body or b""


def _phrase(status: int) -> str:
    known = {each.value: each.phrase for each in HTTPStatus}
    return known.get(status, "Unknown")


def _made(x: Exchange) -> bytes:
    assert x.made, "put create before it in the script"
    return x.made.body


def _merged(entity: dict, changes: dict) -> dict:
    """The entity with these members changed, at any depth."""
    merged = dict(entity)
    for name, value in changes.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict)
        merged[name] = _merged(old, value) if both else value
    return merged


def _chunk(data: bytes) -> bytes:
    return f"{len(data):x}\r\n".encode() + data + b"\r\n"


@cache
def _packed_zeros(megabytes: int) -> bytes:
    return gzip.compress(bytes(megabytes * 1024 * 1024))
