"""What the gateway's tests share: scripted servers and an authority for their TLS."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator

import pytest

from tests.gateway.servers import Authority, Script, Server
from trades.gateway.client import ThreeCommas
from trades.gateway.signing import HmacSigner
from trades.gateway.vault import Secret

API_KEY = "canary-key-71d0"
SECRET = "canary-secret-5f2c"


class Commit:
    """Counts its calls."""

    calls = 0

    def __call__(self) -> None:
        self.calls += 1


@pytest.fixture
def commit() -> Commit:
    return Commit()


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    servers: list[Server] = []

    def start(script: Script, tls: ssl.SSLContext | None = None) -> Server:
        servers.append(Server(script, tls))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def client() -> Callable[..., ThreeCommas]:
    """A client for some address. Its times are short: here, silence is scripted."""

    def made(url: str, **kw: object) -> ThreeCommas:
        signer = HmacSigner(API_KEY, Secret(SECRET.encode()))
        times = {"connect_s": 5, "read_s": 0.5, "whole_s": 3}
        return ThreeCommas(url, signer, **{**times, **kw})

    return made


@pytest.fixture(params=["http", "https"])
def either(request, serve, client, authority) -> Callable[..., tuple]:
    """A scripted server and its client: each test runs without TLS and with it."""

    def start(script: Script, **kw: object) -> tuple[Server, ThreeCommas]:
        if request.param == "http":
            server = serve(script)
            return server, client(server.url, **kw)
        server = serve(script, authority.context())
        return server, client(server.url, ca_file=authority.ca_file, **kw)

    return start
