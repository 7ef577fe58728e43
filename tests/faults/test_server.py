"""The fault server itself: each script does what its name says, and all is counted."""

from __future__ import annotations

import json
import re
import socket
import ssl
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic

import pytest

from tests.faults.moments import Moment
from tests.faults.network import BAD_CERTIFICATES
from tests.faults.plain import BODY, TICKET, TOKEN, Plain
from tests.faults.scripts import (
    EDGE_PAGE,
    answer,
    close,
    create,
    do,
    good,
    hang,
    redirect,
    reset,
    until_gone,
)
from tests.faults.server import FaultServer


def test_without_a_script_it_is_a_true_sandbox(fault_server, plain):
    status, body = plain.ask(plain.post)
    made = json.loads(body)
    assert (status, [made["id"]]) == (201, list(fault_server.trades))
    assert fault_server.trades[made["id"]].body == BODY
    assert [trade["id"] for trade in plain.list()] == [made["id"]]
    assert plain.list("", "Forced-Mode: paper") == []
    status, body = plain.ask(plain.get(f"/v2/smart_trades/{made['id']}"))
    assert (status, json.loads(body)["note"]) == (200, TICKET["note"])
    status, body = plain.ask(plain.get("/ver1/accounts?page=1&per_page=100"))
    assert 1001 in [account["id"] for account in json.loads(body)]


def test_a_wrong_signature_is_refused_as_ever(fault_server, plain):
    status, _ = plain.ask(plain.post.replace(b"plan A", b"plan B"))
    assert (status, len(fault_server.trades)) == (401, 0)


def test_scripts_are_played_once_and_in_their_order(fault_server, plain):
    fault_server.on_post(answer(500))
    fault_server.on_post(answer(404))
    found = [plain.ask(plain.post)[0] for _ in range(3)]
    assert (found, len(fault_server.trades)) == ([500, 404, 201], 1)


def test_a_script_for_always_gives_way_to_those_in_the_queue(fault_server, plain):
    fault_server.on_list(answer(200, EDGE_PAGE), always=True)
    fault_server.on_list(answer(429, {}, "Retry-After: 7"))
    question = plain.get("/v2/smart_trades?page=1")
    assert [plain.ask(question)[0] for _ in range(3)] == [429, 200, 200]
    assert plain.ask(question)[1] == EDGE_PAGE
    assert plain.ask(plain.get("/ver1/ping"))[0] == 200  # no question for the list
    assert fault_server.listed.times == 4


def test_requests_are_kept_byte_for_byte_with_their_times(fault_server, plain):
    before = monotonic()
    plain.ask(plain.post)
    plain.list("?per_page=3")
    [post], [get] = fault_server.posts, fault_server.gets
    assert (post.raw, post.body, post.token) == (plain.post, BODY, TOKEN)
    assert (post.is_whole, get.is_whole) == (True, True)
    assert (get.path, get.target[-11:]) == (
        "/public/api/v2/smart_trades",
        b"?per_page=3",
    )
    assert before < post.at < get.at < monotonic()
    assert fault_server.posts_of(TOKEN) == [post]
    assert fault_server.posts_of("klmnopqrst") == []
    assert fault_server.connections == 2


def test_no_printed_request_shows_its_key(fault_server, plain):
    plain.ask(plain.post)
    assert fault_server.api.keys[0].api_key not in repr(fault_server.posts)


def test_a_hanging_answer_is_released_by_the_test(fault_server, plain):
    fault_server.on_post(create, hang, good)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        fault_server.arrived.wait()
        fault_server.hanging.wait()
        assert len(fault_server.trades) == 1
        sock.settimeout(0.1)
        with pytest.raises(TimeoutError):
            sock.recv(1)
        fault_server.release()
        sock.settimeout(10)
        assert sock.recv(12) == b"HTTP/1.1 201"


def test_a_release_that_comes_first_is_kept(fault_server, plain):
    fault_server.release()
    fault_server.on_post(hang, create, good)
    assert plain.ask(plain.post)[0] == 201


def test_a_client_that_leaves_a_hanging_answer_is_noticed(fault_server, plain):
    fault_server.on_post(hang, create)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        fault_server.hanging.wait()
    fault_server.gone.wait()
    fault_server.ended.wait()
    assert len(fault_server.trades) == 0


def test_a_trade_can_be_made_after_the_client_has_left(fault_server, plain):
    fault_server.on_post(until_gone, create)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        fault_server.arrived.wait()
        assert len(fault_server.trades) == 0
    fault_server.ended.wait()
    assert len(fault_server.trades) == 1


def test_a_trade_can_be_made_after_the_line_is_broken(fault_server, plain):
    fault_server.on_post(reset, create)
    with pytest.raises(OSError, match=r"EOF|reset"):
        plain.exchange(plain.post)
    fault_server.ended.wait()
    assert len(fault_server.trades) == 1


def test_a_trade_can_be_made_late_by_the_test(fault_server, plain):
    fault_server.on_post(close)
    assert plain.exchange(plain.post) == b""
    assert plain.list() == []
    number = fault_server.create_late(fault_server.posts[0], after_s=40)
    early = fault_server.add_trade(BODY)
    assert [trade["id"] for trade in plain.list("?order_by=created_at")] == [
        number,
        early,
    ]
    late_ms = fault_server.trades[number].created_ms
    assert 39_000 < late_ms - fault_server.trades[early].created_ms <= 40_000


def test_its_clock_can_be_put_ahead(fault_server, plain):
    plain.ask(plain.post)
    assert plain.list()[0]["status"]["type"] == "created"
    fault_server.ahead_s = 4
    assert plain.list()[0]["status"]["type"] == "finished"
    fault_server.ahead_s = 86_400
    head = plain.exchange(plain.get("/ver1/ping")).decode()
    told = parsedate_to_datetime(re.search("\r\nDate: (.*)\r\n", head)[1])
    assert timedelta(hours=23) < told - datetime.now(UTC) < timedelta(hours=25)


@pytest.mark.parametrize("status", [302, 307, 308])
def test_a_redirect_leads_to_where_a_trade_would_be_made(fault_server, plain, status):
    fault_server.on_post(redirect(status))
    found = plain.exchange(plain.post)
    assert f"HTTP/1.1 {status} ".encode() in found
    assert b"\r\nLocation: /public/api/v2/elsewhere\r\n" in found
    assert (fault_server.elsewhere, len(fault_server.trades)) == ([], 0)
    followed = plain.post.replace(b"v2/smart_trades", b"v2/elsewhere", 1)
    assert plain.ask(followed)[0] == 201
    assert plain.ask(plain.get("/v2/elsewhere"))[0] == 201
    assert [seen.method for seen in fault_server.elsewhere] == ["POST", "GET"]
    assert len(fault_server.trades) == 1


def test_a_step_can_be_the_tests_own(fault_server, plain):
    told = []
    fault_server.on_post(create, do(lambda: told.append(1)), good)
    plain.ask(plain.post)
    assert told == [1]


def test_many_connections_are_open_at_once(fault_server, plain):
    fault_server.on_post(hang, create, good, always=True)
    socks = [plain.shake() for _ in range(8)]
    for sock in socks:
        sock.sendall(plain.post)
    fault_server.hanging.wait(8)
    fault_server.release(8)
    for sock in socks:
        with sock:
            assert sock.recv(12) == b"HTTP/1.1 201"
    assert len(fault_server.trades) == 8


@pytest.mark.parametrize("name", BAD_CERTIFICATES)
def test_a_bad_certificate_is_refused_by_who_looks(
    fault_server, plain, bad_certificate, name
):
    fault_server.tls = bad_certificate(name)
    with pytest.raises(ssl.SSLCertVerificationError):
        plain.shake()
    assert fault_server.shaken.times == 0


def test_nobody_gets_through_to_a_full_listener(full_backlog):
    with pytest.raises(TimeoutError):
        socket.create_connection(("127.0.0.1", full_backlog), 0.3)


def test_without_a_context_it_speaks_plain_http(fault_server, plain):
    fault_server.tls = None
    assert fault_server.url.startswith("http://")
    with plain.open() as sock:
        sock.sendall(plain.post)
        assert sock.recv(12) == b"HTTP/1.1 201"


def test_a_moment_that_does_not_come_fails_the_test():
    moment = Moment("it rains")
    moment.happens()
    moment.wait()
    with pytest.raises(AssertionError, match="it rains: 1 of 2 times"):
        moment.wait(2, timeout_s=0.05)


@pytest.fixture
def another(sandbox_file, tmp_path, authority):
    """A fault server that the test closes by itself."""
    book = tmp_path / "another.sqlite3"
    book.write_bytes(sandbox_file.read_bytes())
    return FaultServer(book, authority.context())


def test_a_script_that_goes_wrong_fails_its_test(another, authority):
    another.on_post(good)
    plain = Plain(another, authority.ca_file)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        another.ended.wait()
    with pytest.raises(AssertionError, match="put create"):
        another.close()


def test_a_script_that_nobody_came_for_fails_its_test(another):
    another.on_post(create)
    with pytest.raises(AssertionError, match="on_post: never played"):
        another.close()


def test_a_trade_that_the_sandbox_refuses_fails_its_test(another, authority):
    another.on_post(create)
    plain = Plain(another, authority.ca_file)
    with plain.shake() as sock:
        sock.sendall(plain.post.replace(b"plan A", b"plan B"))
        another.ended.wait()
    with pytest.raises(AssertionError, match="the sandbox refused"):
        another.close()


def test_a_step_that_speaks_after_the_end_fails_its_test(another, authority):
    another.on_post(create, close, good)
    plain = Plain(another, authority.ca_file)
    plain.exchange(plain.post)
    with pytest.raises(AssertionError, match="has closed it already"):
        another.close()


def test_a_trade_by_hand_is_made_or_fails_the_test(fault_server):
    with pytest.raises(AssertionError, match="did not make one trade"):
        fault_server.add_trade(b"{}")


def test_no_trade_is_made_for_a_client_that_the_test_left_waiting(another, authority):
    another.on_post(until_gone, create)
    plain = Plain(another, authority.ca_file)
    with plain.shake() as sock:
        sock.sendall(plain.post)
        another.arrived.wait()
        another.close()
    assert len(another.trades) == 0


def test_closing_ends_whatever_is_open(another, authority):
    another.on_post(hang)
    plain = Plain(another, authority.ca_file)
    with closing(plain.open()), plain.shake(), plain.shake() as sock:
        sock.sendall(plain.post)
        another.hanging.wait()
        before = monotonic()
        another.close()
        assert monotonic() - before < 5
