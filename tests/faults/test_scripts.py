"""Each step of a script leaves on the wire what its name says, and nothing else."""

from __future__ import annotations

import json
import socket
import ssl
import zlib
from http.client import IncompleteRead

import pytest

from tests.faults.plain import read_all
from tests.faults.scripts import (
    EDGE_PAGE,
    answer,
    broken_record,
    close,
    create,
    cut,
    drip,
    drop,
    garbage,
    good,
    gzip_zeros,
    half,
    half_chunked,
    half_unmeasured,
    handshake,
    hang,
    hello,
    interim,
    lie,
    plain_http,
    read,
    reset,
)
from tests.gateway.servers import WAIT_S


def tcp(sock: ssl.SSLSocket) -> socket.socket:
    """The connection below TLS, which takes a RST for any other end."""
    below = socket.socket(fileno=sock.detach())
    below.settimeout(WAIT_S)
    return below


def is_silent(sock) -> bool:
    sock.settimeout(0.1)
    try:
        sock.recv(1)
    except TimeoutError:
        return True
    return False


@pytest.mark.parametrize("made", [[], [create]], ids=["not created", "created"])
def test_a_reset_instead_of_an_answer(fault_server, plain, made):
    fault_server.on_post(*made, reset)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        with tcp(sock) as below, pytest.raises(ConnectionResetError):
            read_all(below)
    assert len(fault_server.trades) == len(made)
    assert fault_server.posts[0].raw == plain.post


def test_a_line_that_is_cut_instead_of_an_answer(fault_server, plain):
    fault_server.on_post(create, drop)
    fault_server.on_post(create, drop)
    with pytest.raises(ssl.SSLEOFError):
        plain.exchange(plain.post)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        with tcp(sock) as below:
            read_all(below)  # to its end, and without a RST


@pytest.mark.parametrize("script", [[create], [create, close]])
def test_a_clean_close_instead_of_an_answer(fault_server, plain, script):
    fault_server.on_post(*script)
    assert plain.exchange(plain.post) == b""
    assert len(fault_server.trades) == 1


def test_a_reset_before_anything_is_read(fault_server, plain):
    fault_server.on_connect(handshake, reset)
    with tcp(plain.shake()) as below, pytest.raises(ConnectionResetError):
        read_all(below)
    assert (fault_server.posts, fault_server.shaken.times) == ([], 1)


def test_a_reset_after_100_bytes(fault_server, plain):
    fault_server.on_connect(handshake, read(100), reset)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        with tcp(sock) as below, pytest.raises(ConnectionResetError):
            read_all(below)
    [post] = fault_server.posts
    assert (post.raw, post.is_whole) == (plain.post[:100], False)
    assert fault_server.arrived.times == 0


def test_a_reader_that_pauses_after_100_bytes(fault_server, plain):
    fault_server.on_connect(handshake, read(100), hang)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        fault_server.hanging.wait()
        assert len(fault_server.posts[0].raw) == 100
        fault_server.release()
        assert sock.recv(12) == b"HTTP/1.1 201"
    assert fault_server.posts[0].raw == plain.post


def test_a_server_that_never_reads_still_sees_the_client_leave(fault_server, plain):
    fault_server.on_connect(handshake, hang)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        assert is_silent(sock)
    fault_server.gone.wait()
    assert fault_server.posts == []


@pytest.mark.parametrize("end", [reset, close, drop, plain_http])
def test_no_handshake_comes_about(fault_server, plain, end):
    fault_server.on_connect(hello, end)
    with pytest.raises(OSError, match=r"EOF|reset|WRONG_VERSION|wrong version"):
        plain.shake()
    fault_server.ended.wait()
    assert (fault_server.shaken.times, fault_server.gets) == (0, [])


def test_a_greeting_is_waited_for(fault_server, plain):
    fault_server.on_connect(hello, hang)
    with plain.open() as sock:
        assert is_silent(sock)
        assert fault_server.hanging.times == 0
        sock.sendall(b"\x16\x03\x01\x02\x00")
        fault_server.hanging.wait()


def test_a_handshake_that_waits_for_the_test(fault_server, plain):
    fault_server.on_connect(hang, handshake)
    with plain.open() as sock:
        assert is_silent(sock)
    fault_server.gone.wait()
    fault_server.on_connect(hang, handshake)
    fault_server.release()
    assert plain.ask(plain.post)[0] == 201


def test_garbage_instead_of_http(fault_server, plain):
    fault_server.on_post(garbage)
    assert plain.exchange(plain.post) == b"HELLO\r\n\r\n"


def test_garbage_instead_of_tls(fault_server, plain):
    fault_server.on_post(create, broken_record)
    with pytest.raises(ssl.SSLError, match=r"DECRYPTION_FAILED|BAD_RECORD|bad record"):
        plain.exchange(plain.post)


@pytest.mark.parametrize("count", [1, 12, 300, -1])
def test_an_answer_cut_after_so_many_bytes(fault_server, plain, count):
    fault_server.on_post(create, cut(count))
    fault_server.on_post(create, cut(count), drop)
    whole = b"HTTP/1.1 201 Created\r\n"
    cleanly = plain.exchange(plain.post)
    assert cleanly.startswith(whole[:count] if count > 0 else whole)
    assert cleanly[-1:] != b"}"
    assert count < 0 or len(cleanly) == count
    with pytest.raises(ssl.SSLEOFError):
        plain.exchange(plain.post)


@pytest.mark.parametrize("part", [half, half_chunked])
def test_half_an_answer_that_says_how_long_it_is(fault_server, plain, part):
    fault_server.on_post(create, part)
    with pytest.raises(IncompleteRead) as cut_off:
        plain.ask(plain.post)
    assert cut_off.value.partial.startswith(b'{"id":')
    assert not cut_off.value.partial.endswith(b"}")


def test_half_an_answer_that_nobody_can_tell_from_a_whole_one(fault_server, plain):
    fault_server.on_post(create, half_unmeasured)
    status, body = plain.ask(plain.post)
    assert (status, body[:6]) == (201, b'{"id":')
    with pytest.raises(json.JSONDecodeError):
        json.loads(body)


def test_an_answer_that_stalls_half_way(fault_server, plain):
    fault_server.on_post(create, half, hang)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        assert sock.recv(65536).startswith(b"HTTP/1.1 201")
        assert is_silent(sock)


def test_an_answer_that_drips(fault_server, plain):
    fault_server.on_post(create, drip)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        assert b"Content-Length: 999999\r\n" in sock.recv(65536)
        assert [sock.recv(10) for _ in range(3)] == [b" "] * 3
    fault_server.gone.wait()


def test_zeros_that_are_small_on_the_wire(fault_server, plain):
    fault_server.on_post(create, gzip_zeros(50))
    found = plain.exchange(plain.post)
    head, _, body = found.partition(b"\r\n\r\n")
    assert b"Content-Encoding: gzip" in head
    assert len(body) < 100_000
    assert len(zlib.decompress(body, wbits=31)) == 50 * 1024 * 1024


def test_a_provisional_answer_and_then_silence(fault_server, plain):
    fault_server.on_post(interim(), hang)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        assert sock.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        assert is_silent(sock)


def test_a_good_answer_is_what_the_sandbox_says(fault_server, plain):
    fault_server.on_post(create, good)
    status, body = plain.ask(plain.post)
    assert (status, [json.loads(body)["id"]]) == (201, list(fault_server.trades))


@pytest.mark.parametrize("number", [True, "7", None, 7])
def test_a_lie_about_the_number(fault_server, plain, number):
    fault_server.on_post(create, lie(id=number))
    told = json.loads(plain.ask(plain.post)[1])
    assert (told["id"], type(told["id"])) == (number, type(number))
    assert told["pair"] == "USDT_BTC"


def test_a_lie_about_the_rest(fault_server, plain):
    fault_server.on_post(create, lie(pair="USDT_ETH", account={"id": 7}))
    told = json.loads(plain.ask(plain.post)[1])
    assert (told["pair"], told["account"]["id"]) == ("USDT_ETH", 7)
    assert (told["account"]["name"], told["id"]) == (
        "Willing, spot",
        *fault_server.trades,
    )


def test_a_lie_about_a_trade_that_was_never_made(fault_server, plain):
    fault_server.on_post(lie(id=7))
    assert plain.ask(plain.post) == (201, b'{"id":7}')
    assert len(fault_server.trades) == 0


@pytest.mark.parametrize(
    ("status", "body", "found", "kind"),
    [
        (500, {"error": "unknown_error"}, b'{"error":"unknown_error"}', b"json"),
        (201, [], b"[]", b"json"),
        (201, "", b"", b"json"),
        (502, EDGE_PAGE, EDGE_PAGE, b"html"),
    ],
)
def test_any_answer_as_it_is(fault_server, plain, status, body, found, kind):
    fault_server.on_post(answer(status, body, "Retry-After: 7", "Date: now"))
    head, _, rest = plain.exchange(plain.post).partition(b"\r\n\r\n")
    assert (head[9:12], rest) == (str(status).encode(), found)
    assert f"\r\nContent-Length: {len(found)}\r\n".encode() in head
    assert head.count(b"Date: ") == head.count(b"Date: now") == 1
    assert b"Retry-After: 7" in head
    assert kind in head


def test_no_content_has_no_length(fault_server, plain):
    fault_server.on_post(create, answer(204))
    assert b"Content-Length" not in plain.exchange(plain.post)
    assert len(fault_server.trades) == 1
