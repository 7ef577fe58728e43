"""A 3Commas that fails where a test tells it to, in front of a real book of trades.

The sandbox's ``SandboxApi`` checks signatures and keeps the trades; the socket in front
of it is ours. What happens on it is a script, and a script is a row of steps out of
``tests.faults.scripts``, played from left to right::

    def test_a_reset_instead_of_an_answer(fault_server, confirmed):
        fault_server.on_post(create, reset)  # for the next POST, and only that one
        sending.send(confirmed().pk)
        assert len(fault_server.trades) == 1  # it exists, whatever the client saw

    def test_a_sender_finishes_what_it_has_begun(fault_server, sender_process):
        fault_server.on_post(create, hang, good)
        sender = sender_process()
        fault_server.arrived.wait()  # until the request was read
        sender.terminate()
        fault_server.release()  # and now it is answered
        assert sender.wait() == 0

    def test_a_look_that_fails_does_not_count(fault_server):
        fault_server.on_list(answer(500, {"error": "unknown_error"}), always=True)

A script belongs to one of three moments: ``on_connect`` runs from the first byte of a
connection until its request would be read, ``on_post`` once a POST of a trade has been
read, ``on_list`` once a question for the list has been read. Each takes the next script
of its queue, then its default: shake hands; tell the truth. A script that is through
has its connection closed cleanly.
"""

from __future__ import annotations

import socket
import ssl
import threading
from collections import deque
from collections.abc import Sequence
from pathlib import Path

from tests.faults.exchange import Exchange, Step
from tests.faults.moments import Moment
from tests.faults.remote import TRADES, Remote
from tests.faults.scripts import ELSEWHERE, handshake, stray, truth
from tests.faults.seen import Seen
from tests.gateway.servers import WAIT_S


class Scripts:
    """Scripts that are played once each, in their order; then the default for ever."""

    def __init__(self, *default: Step) -> None:
        self.default, self.queue = default, deque[tuple[Step, ...]]()

    def __call__(self, *steps: Step, always: bool = False) -> None:
        """Play these steps next; with ``always``, whenever nothing else is queued."""
        if always:
            self.default = steps
        else:
            self.queue.append(steps)

    def next(self) -> Sequence[Step]:
        return self.queue.popleft() if self.queue else self.default


class FaultServer(Remote):
    """One thread for each connection, on any free loopback port, until ``close``.

    ``posts`` and ``gets`` hold each request from its first byte on, whole or not;
    ``elsewhere`` those to the path that ``redirect`` names. ``tls`` may be exchanged
    between two connections; None speaks plain HTTP.
    """

    def __init__(self, book: Path, tls: ssl.SSLContext | None = None) -> None:
        super().__init__(book)
        self.tls = tls
        self.on_connect = Scripts(handshake)
        self.on_post = Scripts(truth)
        self.on_list = Scripts(truth)
        self.connected = Moment("a connection was accepted")
        self.shaken = Moment("a handshake was done")
        self.arrived = Moment("a whole POST was read")
        self.listed = Moment("a question for the list was read")
        self.hanging = Moment("a script began to hang")
        self.gone = Moment("a client hung up first")
        self.ended = Moment("a connection was over")
        self.posts: list[Seen] = []
        self.gets: list[Seen] = []
        self.permits = threading.Semaphore(0)
        self.closing = threading.Event()
        self._failures: list[BaseException] = []
        self._exchanges: list[Exchange] = []
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    @property
    def port(self) -> int:
        return self._listener.getsockname()[1]

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    @property
    def connections(self) -> int:
        return self.connected.times

    @property
    def elsewhere(self) -> list[Seen]:
        return [s for s in (*self.posts, *self.gets) if s.path == ELSEWHERE]

    def posts_of(self, token: str) -> list[Seen]:
        """The POSTs whose note carries this token. At most one, if all is well."""
        return [post for post in self.posts if post.token == token]

    def release(self, times: int = 1) -> None:
        """Let so many hanging scripts go on, also such as only begin to hang later."""
        self.permits.release(times)

    def close(self) -> None:
        """End all connections. Raises what went wrong in a script, and fails where a
        script was queued that nobody came for: its test did not test what it says.
        """
        self.closing.set()
        self.api.closing.set()
        socket.create_connection(("127.0.0.1", self.port)).close()  # wakes accept()
        self._threads[0].join(WAIT_S)
        for thread in self._threads[1:]:
            thread.join(WAIT_S)
        self._listener.close()
        assert not any(thread.is_alive() for thread in self._threads)
        for failure in self._failures:
            raise failure
        for kind in ("on_connect", "on_post", "on_list"):
            assert not getattr(self, kind).queue, f"{kind}: never played"

    def notice(self, seen: Seen, beginning: bytes) -> None:
        (self.posts if beginning[:1] == b"P" else self.gets).append(seen)

    def _accept(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self.closing.is_set():
                break
            sock.settimeout(WAIT_S)
            exchange = Exchange(self, sock)
            self.connected.happens()
            self._exchanges.append(exchange)
            self._threads.append(threading.Thread(target=self._serve, args=(exchange,)))
            self._threads[-1].start()
        sock.close()
        for exchange in self._exchanges:
            exchange.abort()

    def _serve(self, exchange: Exchange) -> None:
        try:
            self._talk(exchange)
            exchange.close()
        except OSError:  # the client was quicker, or would not trust us
            if not self.closing.is_set():
                self.gone.happens()
        except BaseException as failure:  # told by close()
            self._failures.append(failure)
        finally:
            exchange.drop()
            self.ended.happens()

    def _talk(self, exchange: Exchange) -> None:
        exchange.play(self.on_connect.next())
        if exchange.is_over or not exchange.is_shaken:
            return
        exchange.read_all()
        exchange.play(self._script_for(exchange.seen))

    def _script_for(self, seen: Seen) -> Sequence[Step]:
        match seen.method, seen.path:
            case "POST", str(path) if path == TRADES:
                self.arrived.happens()
                return self.on_post.next()
            case "GET", str(path) if path == TRADES:
                self.listed.happens()
                return self.on_list.next()
            case _, str(path) if path == ELSEWHERE:
                return (stray,)
        return (truth,)
