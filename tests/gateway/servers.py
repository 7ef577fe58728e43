"""Servers that do exactly what a test scripts, on raw sockets, with or without TLS."""

from __future__ import annotations

import socket
import ssl
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from threading import Event, Thread

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

WAIT_S = 10  # nothing in these tests takes that long unless it hangs


class Peer:
    """The server's end of one connection."""

    def __init__(self, server: Server, sock: socket.socket) -> None:
        self.server, self.sock = server, sock

    def read_request(self) -> bytes:
        """Head and body of one request, also kept in ``server.requests``."""
        head, _, body = self._read_until(b"\r\n\r\n").partition(b"\r\n\r\n")
        length = 0
        for line in head.lower().split(b"\r\n"):
            if line.startswith(b"content-length:"):
                length = int(line.split(b":")[1])
        while len(body) < length:
            body += self._receive()
        self.server.requests.append(head + b"\r\n\r\n" + body)
        return self.server.requests[-1]

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, status: int, body: bytes, *headers: str) -> None:
        lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *headers]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + body)

    def reset(self) -> None:
        """Close with a RST instead of a FIN."""
        linger = struct.pack("ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.sock.close()

    def until_gone(self) -> bytes:
        """Wait for the client to hang up, and return all that still came."""
        rest = b""
        try:
            while data := self.sock.recv(65536):
                rest += data
        except OSError:
            return rest
        return rest

    def _read_until(self, end: bytes) -> bytes:
        data = b""
        while end not in data:
            data += self._receive()
        return data

    def _receive(self) -> bytes:
        data = self.sock.recv(65536)
        if not data:
            raise ConnectionError("the client hung up")
        return data


Script = Callable[[Peer], object]


@dataclass
class Server:
    """Runs the script once for each connection, one after the other."""

    script: Script
    tls: ssl.SSLContext | None = None
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)
    closing: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._thread = Thread(target=self._serve)
        self._thread.start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def close(self) -> None:
        self.closing.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes accept()
        self._thread.join(WAIT_S)
        self._listener.close()
        assert not self._thread.is_alive()

    def _serve(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            with sock:
                if self.closing.is_set():
                    return
                self.connections += 1
                sock.settimeout(WAIT_S)
                self._talk(sock)

    def _talk(self, sock: socket.socket) -> None:
        try:
            if self.tls:
                sock = self.tls.wrap_socket(sock, server_side=True)
            with sock:
                self.script(Peer(self, sock))
        except OSError:
            return  # the client left first, or would not trust us


def answering(status: int, body: bytes, *headers: str) -> Script:
    def script(peer: Peer) -> None:
        peer.read_request()
        peer.answer(status, body, *headers)

    return script


def pages(*bodies: bytes) -> Script:
    """One body after the other, one for each request."""
    left = iter(bodies)
    return lambda peer: (peer.read_request(), peer.answer(200, next(left)))


def sending(raw: bytes, then: Script = lambda peer: None) -> Script:
    """A script that answers with these raw bytes and closes, unless told to go on."""

    def script(peer: Peer) -> None:
        peer.read_request()
        peer.send(raw)
        then(peer)

    return script


def drip(peer: Peer) -> None:
    """One byte each time before the client's patience ends, until it hangs up."""
    while not peer.server.closing.wait(0.1):
        peer.send(b" ")


def silence(peer: Peer) -> None:
    peer.until_gone()


def reset(peer: Peer) -> None:
    peer.reset()


class Authority:
    """A certificate authority for the length of a test run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name("throw-away authority")
        usage = x509.KeyUsage(
            *(use in (5, 6) for use in range(9))
        )  # signs certificates
        self._cert = (
            _builder(self._name, self._name, self._key, days=1)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(usage, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.ca_file = str(folder / "authority.pem")
        Path(self.ca_file).write_bytes(_pem(self._cert))

    def context(self, host: str = "127.0.0.1", *, days: int = 1) -> ssl.SSLContext:
        """A server's side of TLS; ``days`` below 0 have it expired."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = (
            x509.IPAddress(ip_address(host))
            if host[0].isdigit()
            else x509.DNSName(host)
        )
        issuer = self._key.public_key()
        cert = (
            _builder(_name(host), self._name, key, days=days)
            .add_extension(x509.SubjectAlternativeName([name]), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer),
                critical=False,
            )
            .sign(self._key, hashes.SHA256())
        )
        return self._loaded(cert, key)

    def _loaded(
        self, cert: x509.Certificate, key: ec.EllipticCurvePrivateKey
    ) -> ssl.SSLContext:
        file = self._folder / f"{cert.serial_number}.pem"
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(private + _pem(cert))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    *,
    days: int,
) -> x509.CertificateBuilder:
    now = datetime.now(UTC)
    own_id = x509.SubjectKeyIdentifier.from_public_key(key.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .add_extension(own_id, critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def _pem(cert: x509.Certificate) -> bytes:
    return cert.public_bytes(serialization.Encoding.PEM)
