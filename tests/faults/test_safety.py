"""The checks that follow every fault see what they are there to see."""

from __future__ import annotations

import logging

import pytest

from tests.faults import safety
from tests.faults.plain import read_all
from tests.faults.scripts import handshake, read
from tests.rewriting import rewrite
from trades.models import ChainHead, Connection, Submission
from trades.services import sending

log = logging.getLogger("a.library")


pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(assert_safe, fault_server, confirmed) -> Submission:
    submission = confirmed()
    sending.send(submission.pk)
    submission.refresh_from_db()
    assert submission.state == "accepted"
    assert_safe()
    return submission


@pytest.fixture
def replayed(sent, fault_server, plain) -> None:
    with plain.shake() as sock:
        sock.sendall(fault_server.posts[0].raw)
        read_all(sock)


@pytest.mark.usefixtures("replayed")
def test_a_body_that_came_twice_is_seen(assert_safe, fault_server):
    assert len(fault_server.trades) == 2
    with pytest.raises(AssertionError, match="posted twice"):
        assert_safe()


@pytest.mark.usefixtures("replayed")
def test_a_retry_gives_no_second_post(assert_safe, sent):
    copied = {"draft", "trader", "account", "mode", "body", "token", "send_by"}
    fields = {name: getattr(sent, name) for name in copied}
    Submission.objects.create(retry_of=sent, **fields)
    with pytest.raises(AssertionError, match="posted twice"):
        assert_safe()


@pytest.mark.usefixtures("sent")
def test_a_body_of_no_submission_is_seen(assert_safe, plain):
    plain.exchange(plain.post)
    with pytest.raises(AssertionError, match="unasked"):
        assert_safe()


@pytest.mark.usefixtures("sent")
def test_a_part_of_a_post_is_a_post(assert_safe, fault_server, plain):
    fault_server.on_connect(handshake, read(5))
    with plain.shake() as sock:
        sock.sendall(b"POST /")
    fault_server.ended.wait(2)
    with pytest.raises(AssertionError, match="without its commit"):
        assert_safe()


@pytest.mark.parametrize("what", ["API key", "API secret", "a signature"])
def test_a_secret_in_the_log_is_seen(sent, assert_safe, fault_server, what):
    log.debug("all is well")
    assert_safe()
    for text in texts_of(what, fault_server):
        log.debug("headers: %r", {"x": text})
    with pytest.raises(AssertionError, match=f"{what} in the log"):
        assert_safe()


def texts_of(what: str, server) -> list[str]:
    found = [text for text, kind in safety.secrets_of(server).items() if kind == what]
    assert found
    return found


def test_a_secret_in_a_traceback_is_seen(sent, assert_safe, connection):
    try:
        raise ValueError(f"bad header {connection.api_key!r}")
    except ValueError:
        log.info("it failed", exc_info=True)
    with pytest.raises(AssertionError, match="API key in the log"):
        assert_safe()


def test_a_secret_in_the_database_is_seen(sent, assert_safe, fault_server):
    signature = fault_server.posts[0].headers["signature"]
    Submission.objects.update(vendor_errors={"": [f"bad: {signature}"]})
    expected = r"a signature in trades_submission\.vendor_errors"
    with pytest.raises(AssertionError, match=expected):
        assert_safe()


def test_the_api_key_stands_in_its_own_column_alone(sent, assert_safe, connection):
    assert_safe()
    Connection.objects.update(name=f"key {connection.api_key[:40]}")
    assert_safe()
    rewrite(Submission.objects.all(), note=connection.api_key)
    with pytest.raises(AssertionError, match=r"API key in trades_submission\.note"):
        assert_safe()


def test_a_stored_key_that_is_no_longer_the_sandboxs_is_a_secret_too(sent, assert_safe):
    Connection.objects.update(api_key="canary-one\ncanary-two")
    assert_safe()
    log.debug("bad header: b'canary-one\\ncanary-two'")
    with pytest.raises(AssertionError, match="API key in the log"):
        assert_safe()


def test_a_changed_history_is_seen(sent, assert_safe):
    ChainHead.objects.update(number=99)
    with pytest.raises(AssertionError, match="missing"):
        assert_safe()


def test_a_secret_that_a_process_tells_is_seen(sent_elsewhere, assert_safe):
    with pytest.raises(AssertionError, match="API key in the output of a process"):
        assert_safe()


@pytest.mark.usefixtures("safe_in_the_end")
def test_the_check_in_the_end_hears_processes_too(process):
    assert process("check").wait() == 0


@pytest.fixture
def sent_elsewhere(assert_safe, process, connection) -> None:
    child = process("tests.faults.test_safety:tell_keys")
    assert child.wait() == 0
    assert connection.api_key in child.output


def tell_keys() -> None:
    for connection in Connection.objects.all():
        log.debug("connecting with %s", connection.api_key)


def test_the_secrets_of_the_installation_are_among_them(fault_server, settings):
    kinds = list(safety.secrets_of(fault_server).values())
    assert kinds.count("one of our own keys") == len(settings.SEALING_KEYS) + 1
    assert "the secret key" in kinds
