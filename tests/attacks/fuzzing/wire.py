"""Requests as bytes on a socket, as no client writes them that goes by the book."""

from __future__ import annotations

import re
import socket
from collections.abc import Sequence

from hypothesis import strategies as st

from tests.attacks.fuzzing.shots import Shot

ANSWER_S = 30
_STATUS = re.compile(rb"^HTTP/1\.[01] ([0-9]{3}) ", re.MULTILINE)

_LINES = (
    *(b"POST %s HTTP/1.1", b"POST %s", b"post %s HTTP/1.1", b"POST  %s  HTTP/1.1"),
    *(
        b"POST %s HTTP/9.9",
        b"POST %s HTTP/0.9",
        b"POST %s\0 HTTP/1.1",
        b"POST * HTTP/1.1",
    ),
    *(b"POST http://evil.example%s HTTP/1.1", b"POST //evil.example%s HTTP/1.1"),
    *(b"POST http://[%s HTTP/1.1", b"POST %s\xff\xfe?\xff HTTP/1.1", b"\x16\x03\x01%s"),
    *(
        b"POST %s?" + b"a" * 9000 + b" HTTP/1.1",
        b"POST %s\t?a b HTTP/1.1",
        b"\r\n\r\n%s",
    ),
    *(b"CONNECT %s HTTP/1.1", b"P\xc3\x96ST %s HTTP/1.1", b"POST %s#x HTTP/1.1", b"%s"),
)
_LENGTHS = (
    *(b"-1", b"+5", b"0x10", b"5 5", b"5, 5", b"9" * 30, b"", b"NaN", b"\xb2", b"1e2"),
    *(b"\xd9\xa3", b" ", b"0"),
)
_HEADERS = (
    *(
        b"no colon at all",
        b": no name",
        b" folded: from nowhere",
        b"X: a\0b",
        b"X\0: a",
    ),
    *(
        b"X: " + b"a" * 20_000,
        b"X: a\rb",
        b"X: a\nY: b",
        b"Host: a\r\nHost: b",
        b"X : a",
    ),
    *(b"Content-Length: 1\r\nContent-Length: 2", b"Host:", b"Host: \xff", b"Host: a b"),
    *(b"Transfer-Encoding: gzip", b"Transfer-Encoding: chunked, chunked", b"Expect: 1"),
    *(b"Transfer-Encoding: \x0bchunked", b"Content_Length: 3", b"Expect: 100-continue"),
    b"\r\n".join(b"X-%d: a" % n for n in range(500)),
)
_CHUNKS = (
    *(b"zz\r\n%s\r\n0\r\n\r\n", b"-1\r\n%s\r\n0\r\n\r\n", b"%s", b"0\r\n\r\n%s"),
    *(b"ffffffffffffffffff\r\n%s", b"5\r\n%s\r\n", b"5;a=\0\r\n%s\r\n0\r\n\r\n"),
    *(b"1\r\n%s\r\n0\r\nHost: evil.example\r\n\r\n", b"5\n%s\n0\n\n", b"0x5\r\n%s\r\n"),
)


@st.composite
def requests(draw: st.DrawFn, shot: Shot, headers: Sequence[bytes]) -> bytes:
    """The shot with its frame broken in one or two places. ``headers`` are those by
    which it would be let in."""
    line, body, more = b"POST %s HTTP/1.1", shot.body, list(headers)
    length = b"%d" % len(body)
    for way in draw(st.lists(st.integers(0, 5), min_size=1, max_size=2)):
        match way:
            case 0:
                line = draw(st.sampled_from(_LINES))
            case 1:
                length = draw(st.sampled_from(_LENGTHS))
            case 2:
                more.append(draw(st.sampled_from(_HEADERS)))
            case 3:
                more.append(b"Transfer-Encoding: chunked")
                body = draw(st.sampled_from(_CHUNKS)).replace(b"%s", body)
            case 4:
                body = body[: draw(st.integers(0, len(body)))]
            case 5:
                body += draw(
                    st.sampled_from((b"GET / HTTP/1.1\r\n\r\n", b"\xff", b"\r\n"))
                )
    more += [b"Content-Type: " + shot.kind, b"Content-Length: " + length]
    head = b"\r\n".join([line.replace(b"%s", shot.path), *more])
    return head + b"\r\n\r\n" + body


def statuses(address: tuple[str, int], request: bytes) -> list[int]:
    """What is answered to these bytes, after which nothing more comes. Raises
    ``TimeoutError`` where the server neither answers nor hangs up."""
    with socket.create_connection(address, ANSWER_S) as sock:
        answer = b""
        try:
            sock.sendall(request)
            sock.shutdown(socket.SHUT_WR)
            while piece := sock.recv(65536):
                answer += piece
        except ConnectionError:  # it hung up while there was more to come
            pass
    return [int(status) for status in _STATUS.findall(answer)]
