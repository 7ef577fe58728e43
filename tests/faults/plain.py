"""A client of the fault server's own tests: a plain socket that signs its requests."""

from __future__ import annotations

import json
import socket
import ssl
from http.client import HTTPResponse

from tests.faults.server import FaultServer
from tests.gateway.servers import WAIT_S
from tests.sandbox.wire import Client

TOKEN = "abcdefghij"
TICKET = {
    "account_id": 1001,
    "pair": "USDT_BTC",
    "instant": True,
    "position": {
        "type": "buy",
        "order_type": "market",
        "units": {"value": "0.01"},
    },
    "note": f"plan A ref:{TOKEN}",
}
BODY = json.dumps(TICKET).encode()


class Plain:
    """Sends what it is told to, and reads to the end."""

    def __init__(self, server: FaultServer, ca_file: str) -> None:
        self._server, self._context = server, ssl.create_default_context(cafile=ca_file)
        self._signed = Client(None, server.api.keys[0])

    @property
    def post(self) -> bytes:
        return self._signed.written(TICKET)

    def get(self, path: str, *headers: str) -> bytes:
        target = "/public/api" + path
        signed = self._signed._signed(target, b"")
        lines = [f"GET {target} HTTP/1.1", *(f"{k}: {v}" for k, v in signed.items())]
        return "\r\n".join([*lines, *headers, "", ""]).encode()

    def open(self) -> socket.socket:
        """A connection before its handshake."""
        return socket.create_connection(("127.0.0.1", self._server.port), WAIT_S)

    def shake(self) -> socket.socket:
        """A connection after it; whatever ends it without a good-bye is an error."""
        return self._context.wrap_socket(
            self.open(), server_hostname="127.0.0.1", suppress_ragged_eofs=False
        )

    def exchange(self, request: bytes) -> bytes:
        """All that comes back, until the server's clean good-bye."""
        with self.shake() as sock:
            sock.sendall(request)
            return read_all(sock)

    def ask(self, request: bytes) -> tuple[int, bytes]:
        """Status and body of a whole answer."""
        with self.shake() as sock:
            sock.sendall(request)
            with HTTPResponse(sock) as response:
                response.begin()
                return response.status, response.read()

    def list(self, query: str = "", *headers: str) -> list[dict]:
        status, body = self.ask(self.get(f"/v2/smart_trades{query}", *headers))
        assert status == 200, body
        return json.loads(body)


def read_all(sock: socket.socket) -> bytes:
    data = b""
    while more := sock.recv(65536):
        data += more
    return data
