"""The server survives whatever is sent to it, and keeps what it has to."""

from __future__ import annotations

import json
import socket
import threading

import pytest

from tests.sandbox.wire import HMAC_KEY, Client, exchange, signature
from trades.sandbox.api import SandboxApi
from trades.sandbox.server import BODY_MAX, serving

PATH = b"/public/api/v2/smart_trades"


def raw(server, sent: bytes) -> bytes:
    """What comes back for these bytes before the line is closed."""
    with socket.create_connection(server.server_address[:2], timeout=20) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.fixture
def quiet(capfd, caplog):
    """Fails the test if anything was said on standard error, or logged."""
    yield
    assert capfd.readouterr().err == ""
    assert caplog.records == []


@pytest.mark.usefixtures("quiet")
class TestWhatNobodyShouldSend:
    @pytest.fixture(autouse=True)
    def _alive_afterwards(self, client):
        yield
        assert client.get("/ver1/validate").json == {"valid": True}
        assert len(client.server.trades) == 0

    @pytest.mark.parametrize(
        "sent",
        [
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"HELLO\r\n\r\n",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9.9\r\n\r\n",
            b"DANCE /public/api/ver1/ping HTTP/1.1\r\n\r\n",
            b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 200 + b"\r\n",
            b"GET / HTTP/1.1\r\nX: " + b"y" * 70_000 + b"\r\n\r\n",
            b"GET /\xff\xfe?\xff HTTP/1.1\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        ],
    )
    def test_garbage_gets_an_answer_of_the_400s(self, sent, server):
        assert raw(server, sent).startswith(b"HTTP/1.1 4")

    @pytest.mark.parametrize(
        "length", [b"-1", b"\xb2", b"+1", b"1\r\nContent-Length: 2"]
    )
    def test_a_length_that_is_none_is_refused(self, length, server):
        sent = b"POST / HTTP/1.1\r\nContent-Length: " + length + b"\r\n\r\nab"
        answered = raw(server, sent)
        assert answered.startswith(b"HTTP/1.1 400 ")
        assert b"bad_content_length" in answered

    def test_half_a_request_is_forgotten(self, server):
        sent = b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc"
        assert raw(server, sent) == b""

    def test_silence_is_no_request(self, server):
        assert raw(server, b"") == b""

    def test_a_body_of_ten_megabytes_is_refused(self, client):
        reply = client.place(b" " * 10_000_000)
        assert (reply.status, reply.json["error"]) == (413, "payload_too_large")

    def test_the_largest_body_is_read(self, client):
        body = b'{"x": "'.ljust(BODY_MAX - 2, b"x") + b'"}'
        assert client.place(body).status == 400

    @pytest.mark.parametrize(
        "body",
        [
            b"{",
            b"",
            b"mode=paper",
            b"\xff\xfe",
            b'{"account_id": NaN}',
            b'{"account_id": 1e99999999999999999999}',
            b'{"account_id": ' + b"9" * 100_000 + b"}",
            b"[" * 100_000,
            b'{"position":' * 50_000,
        ],
        ids=range(9),
    )
    def test_a_body_that_is_no_json_is_refused_after_its_signature(self, body, client):
        reply = client.place(body)
        assert reply.status == 400
        assert "JSON::ParserError" in reply.json["error_description"]
        wrong = {"Apikey": client.key.api_key, "Signature": "00"}
        refused = exchange(client.server, "POST", PATH.decode(), body, wrong)
        assert refused.status == 401

    @pytest.mark.parametrize(
        "number", ["1E400000000", "1E-400000000", "0E-400000000", "9" * 4000]
    )
    def test_a_monstrous_number_is_no_number(self, number, client, ticket):
        body = json.dumps(ticket).replace('"0.01"', number)
        attributes = client.place(body.encode()).json["error_attributes"]
        assert attributes == {"position[units][value]": ["is invalid"]}

    @pytest.mark.parametrize(
        "path",
        ["/v2/smart_trades/", "/v2/smart_trades/1x", "/v3", "/v2/smart_trades/../x"],
    )
    def test_an_address_that_does_not_exist_is_not_found(self, path, client):
        reply = client.get(path)
        assert (reply.status, reply.json["error"]) == (404, "not_found")

    def test_another_method_is_another_route(self, client):
        assert client.send("PUT", "/v2/smart_trades").status == 404


def test_half_a_character_in_a_note_comes_back(client, ticket):
    body = json.dumps(ticket | {"note": "X"}).replace('"X"', '"\\ud800"').encode()
    assert client.place(body).json["note"] == "\ud800"


def test_one_connection_carries_several_requests(server):
    one = b"GET /public/api/ver1/ping HTTP/1.1\r\n\r\n"
    assert raw(server, one * 3).count(b'{"pong":"pong"}') == 3


def test_it_listens_on_this_machine_only(server):
    assert server.socket.getsockname()[0] == "127.0.0.1"


def test_an_idle_connection_does_not_hold_up_the_end(tmp_path):
    with (
        serving(SandboxApi(tmp_path / "s.sqlite3", [HMAC_KEY])) as server,
        socket.create_connection(server.server_address[:2], timeout=20) as line,
    ):
        line.sendall(b"GET /public/api/ver1/ping HTTP/1.1\r\n\r\n")
        with line.makefile("rb") as answer:
            while not answer.readline().isspace():
                pass
            assert answer.read(15) == b'{"pong":"pong"}'
            server.stop()
            assert answer.read() == b""


def test_a_restart_keeps_trades_and_keys(tmp_path, ticket):
    path = tmp_path / "s.sqlite3"
    first = SandboxApi(path)
    with serving(first) as server:
        made = Client(server, first.keys[0]).place(ticket).json
    second = SandboxApi(path)
    assert second.keys == first.keys
    with serving(second) as server:
        for key in second.keys[:2]:
            again = Client(server, key).get(f"/v2/smart_trades/{made['id']}").json
            assert again["data"]["created_at"] == made["data"]["created_at"]
        assert Client(server, second.keys[0]).place(ticket).json["id"] > made["id"]


def test_the_file_with_the_secrets_is_for_its_owner_only(tmp_path):
    path = tmp_path / "s.sqlite3"
    SandboxApi(path, [])
    assert path.stat().st_mode & 0o077 == 0


def test_many_clients_at_once_lose_nothing(server, ticket):
    replies = []

    def place(key):
        for _ in range(5):
            replies.append(Client(server, key).place(ticket).status)

    threads = [threading.Thread(target=place, args=(HMAC_KEY,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert replies == [201] * 40
    assert len(server.trades) == 40


def test_a_bug_is_answered_as_an_unknown_error(tmp_path, caplog):
    """The traceback goes to the log, the class to the client, as at 3Commas."""
    broken = SandboxApi(tmp_path / "s.sqlite3", [HMAC_KEY], clock=lambda: 1 // 0)
    with serving(broken) as server:
        reply = Client(server).get("/v2/smart_trades")
    assert reply.status == 500
    assert reply.json == {
        "error": "unknown_error",
        "error_description": "Unknown error occurred#ZeroDivisionError",
    }
    assert [record.exc_info[0] for record in caplog.records] == [ZeroDivisionError]


def test_a_signature_is_needed_on_each_request_of_a_connection(server):
    text = b"/public/api/ver1/validate"
    good = signature(HMAC_KEY, text).encode()
    head = b"GET " + text + b" HTTP/1.1\r\nApikey: " + HMAC_KEY.api_key.encode()
    signed = head + b"\r\nSignature: " + good + b"\r\n\r\n"
    answers = raw(server, signed + head + b"\r\n\r\n")
    assert answers.count(b"200 OK") == 1
    assert answers.count(b"401 Unauthorized") == 1
