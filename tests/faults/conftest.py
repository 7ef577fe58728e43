"""What the tests of faults share: a server that fails, a sender that dies, a check.

Three of them, as an example. ``fault_server`` has set the addresses and short times::

    def test_the_answer_is_lost(fault_server, confirmed, assert_safe):
        fault_server.on_post(create, reset)
        submission = confirmed()
        sending.send(submission.pk)
        submission.refresh_from_db()
        assert (submission.state, len(fault_server.trades)) == ("unknown", 1)
        assert_safe()

    @pytest.mark.parametrize("certificate", BAD_CERTIFICATES)
    def test_a_certificate_that_nobody_vouches_for(
        fault_server, bad_certificate, confirmed, certificate
    ):
        fault_server.tls = bad_certificate(certificate)
        ...

    @pytest.mark.django_db(transaction=True)
    def test_killed_after_the_commit(fault_server, sender_process, confirmed):
        submission = confirmed()
        sender_process(kill_at="after-c3").wait_until_killed("after-c3")
        submission.refresh_from_db()
        assert (submission.state, fault_server.posts) == ("sending", [])
"""

from __future__ import annotations

import logging
import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from django.db import connection as db

from tests.faults import network, safety
from tests.faults.plain import Plain
from tests.faults.processes import Process, database_url
from tests.faults.server import FaultServer
from tests.gateway.servers import Authority

CONNECT_S, READ_S, EXCHANGE_S = 0.5, 0.5, 3


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture
def fault_server(sandbox_file, tmp_path, settings, authority) -> Iterator[FaultServer]:
    """Stands in the sandbox's place, over TLS. The product's times are short."""
    book = shutil.copy(sandbox_file, tmp_path / "faults.sqlite3")
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.JOURNAL = settings.DATA_DIR / "sending.journal"
    with closing(FaultServer(book, authority.context())) as server:
        settings.SANDBOX_URL = server.url
        settings.SANDBOX_CA_FILE = authority.ca_file
        settings.CONNECT_S, settings.READ_S = CONNECT_S, READ_S
        settings.EXCHANGE_S = EXCHANGE_S
        yield server


@pytest.fixture
def plain(fault_server, authority) -> Plain:
    """A client that knows nothing of the product."""
    return Plain(fault_server, authority.ca_file)


@pytest.fixture
def bad_certificate(authority, tmp_path) -> Callable[[str], ssl.SSLContext]:
    """By a name of ``network.BAD_CERTIFICATES``; for ``fault_server.tls``."""
    return lambda name: network.BAD_CERTIFICATES[name](authority, tmp_path)


@pytest.fixture
def full_backlog() -> Iterator[int]:
    """A port where nobody gets through any more."""
    with network.full_backlog() as port:
        yield port


@pytest.fixture
def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]


@pytest.fixture
def children(transactional_db, fault_server) -> Iterator[list[Process]]:
    """Every process that the test has started; none outlives it."""
    started: list[Process] = []
    yield started
    for child in started:
        child.close()


@pytest.fixture
def process(children, settings) -> Callable[..., Process]:
    """Start a command of the project on the test's database and the fault server.

    ``process("web", "--port", "0", kill_at="after-c1")`` or
    ``process("tests.faults.test_dying:confirm", str(pk))``. Further keywords go into
    its environment: ``READ_S="30"``.
    """

    def start(*command: str, kill_at: str = "", stop_at: str = "", **more: str):
        same = ("DATA_DIR", "SANDBOX_URL", "SANDBOX_CA_FILE")
        times = ("CONNECT_S", "READ_S", "EXCHANGE_S")
        env = {name: str(getattr(settings, name)) for name in (*same, *times)}
        env |= {
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": database_url(db.settings_dict),
            "KILL_AT": kill_at,
            "STOP_AT": stop_at,
        }
        children.append(Process(*command, env=env | more))
        return children[-1]

    return start


@pytest.fixture
def sender_process(process) -> Callable[..., Process]:
    """Start a sender; it is at work when this returns, or dying if it has to."""

    def start(**options: str) -> Process:
        child = process("sender", **options)
        child.wait_for_line("at work")
        return child

    return start


@pytest.fixture
def assert_safe(request, db, fault_server, caplog) -> Callable[[], None]:
    """What holds whatever has failed: one POST, the history, no secret anywhere.

    Put it first among a test's fixtures: only what comes later is in the log.
    """
    caplog.set_level(logging.DEBUG)
    has_children = "children" in request.fixturenames
    children = request.getfixturevalue("children") if has_children else []

    def check() -> None:
        safety.assert_posted_at_most_once(fault_server)
        secrets = safety.secrets_of(fault_server)
        safety.assert_no_secret(safety.columns(), secrets)
        safety.assert_no_secret(logged(), secrets)
        safety.assert_chain_holds()

    def logged() -> Iterator[tuple[str, str]]:
        style = logging.Formatter("%(name)s %(message)s")
        for phase in ("setup", "call"):
            for record in caplog.get_records(phase):
                yield "the log", style.format(record)
        for child in children:
            yield "the output of a process", child.output

    return check


@pytest.fixture
def safe_in_the_end(assert_safe) -> Iterator[None]:
    """For ``pytest.mark.usefixtures``: the check after every test of a file."""
    yield
    assert_safe()
