"""A database of advisories on a loopback socket, as pip-audit asks the real one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread


class Database(ThreadingHTTPServer):
    """Knows what a test tells it, and of one old package as the real one does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.advisories = {("pyyaml", "5.3"): [advisory("pyyaml", "CVE-2020-14343")]}
        self.asked: list[tuple[str, str]] = []
        self.instead: tuple[int, bytes] | None = None  # status and body for all
        self.may_answer = Event()
        self.may_answer.set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v1/query"


class Answering(BaseHTTPRequestHandler):
    server: Database

    def do_POST(self) -> None:
        query = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        package = (query["package"]["name"], query["version"])
        self.server.asked.append(package)
        self.server.may_answer.wait()
        known = self.server.advisories.get(package)
        body = json.dumps({"vulns": known} if known else {}).encode()
        status, body = self.server.instead or (200, body)
        with suppress(ConnectionError):  # whoever asked may be gone
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The test says what went wrong."""


def advisory(package: str, id: str, **more: object) -> dict:
    """One entry in the database's format, mended in version 9."""
    ranges = {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "9"}]}
    affected = {"package": {"name": package, "ecosystem": "PyPI"}, "ranges": [ranges]}
    return {"id": id, "summary": "It gives way.", "affected": [affected], **more}


@contextmanager
def database() -> Iterator[Database]:
    with Database() as server:
        thread = Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield server
        finally:
            server.may_answer.set()
            server.shutdown()
            thread.join()
