"""The sandbox as a process of its own: one line, then answers, then a clean end."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sandbox.wire import Client, exchange
from trades.sandbox.keys import Key
from trades.sandbox.trades import Book

ROOT = Path(__file__).parents[2]


class Remote:
    """A running command, in the place of a server of this process."""

    def __init__(self, process: subprocess.Popen) -> None:
        self.process = process
        self.told = json.loads(process.stdout.readline())
        host, port = self.told["url"].removeprefix("http://").split(":")
        self.server_address = (host, int(port))

    @property
    def keys(self) -> list[Key]:
        return [
            Key(k["scheme"], k["api_key"], k.get("secret") or k["private_key"])
            for k in self.told["keys"]
        ]

    def stop(self, number: int) -> tuple[int, bytes]:
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=20)
        return self.process.returncode, errors


@pytest.fixture
def command(tmp_path) -> list[str]:
    command = [sys.executable, "manage.py", "sandbox", "--settings=tests.settings"]
    return [*command, "--db", str(tmp_path / "new" / "sandbox.sqlite3")]


@pytest.fixture
def start(command):
    running = []

    def start(*options: str) -> Remote:
        pipe = subprocess.PIPE
        process = subprocess.Popen(
            [*command, *options], cwd=ROOT, stdout=pipe, stderr=pipe
        )
        running.append(process)
        return Remote(process)

    yield start
    for process in running:
        process.kill()
        process.communicate()


def test_it_introduces_itself_serves_ends_and_remembers(start, tmp_path, ticket):
    first = start("--port", "0")
    assert first.told.keys() == {"url", "keys", "accounts"}
    assert {"id": 1001, "mood": "willing"}.items() <= first.told["accounts"][0].items()
    assert all(one["says"] for one in first.told["accounts"] + first.told["keys"])
    assert {"mood": "plan"}.items() <= first.told["keys"][-1].items()
    for key in first.keys[:2]:
        assert Client(first, key).place(ticket).status == 201
    assert first.stop(signal.SIGTERM) == (0, b"")

    book = Book(tmp_path / "new" / "sandbox.sqlite3")
    assert [t.body for t in book.values()] == [json.dumps(ticket).encode()] * 2

    port = str(first.server_address[1])
    second = start("--port", port)
    assert second.told == first.told
    assert len(Client(second, second.keys[0]).get("/v2/smart_trades").json) == 2
    assert second.stop(signal.SIGINT) == (0, b"")


def test_it_keeps_the_limit_of_3commas(start):
    remote = start("--port", "0")
    path = "/public/api/ver1/ping"
    statuses = [exchange(remote, "GET", path).status for _ in range(101)]
    assert statuses == [200] * 100 + [429]


def test_it_ends_while_somebody_waits_for_an_answer(start, ticket):
    remote = start("--port", "0")
    key = remote.keys[0]
    with socket.create_connection(remote.server_address, timeout=20) as line:
        line.sendall(Client(remote, key).written(ticket | {"account_id": 1524}))
        Client(remote, key).wait_until_listed()
        assert remote.stop(signal.SIGTERM) == (0, b"")


def test_a_port_that_is_taken_is_named(command):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        ended = subprocess.run(
            [*command, "--port", port], cwd=ROOT, capture_output=True, timeout=20
        )
    assert (ended.returncode, ended.stdout) == (1, b"")
    assert f"Port {port} is in use".encode() in ended.stderr
