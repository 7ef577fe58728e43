"""Runs a command of the project in a process that ends itself at a named point.

    KILL_AT=after-c3 python -m tests.faults.dying sender
    KILL_AT=before-c1 python -m tests.faults.dying tests.faults.test_dying:confirm

A word is a management command with its arguments; ``module:function`` is called.
``STOP_AT`` stops the process with SIGSTOP instead, once. Nothing of the product knows
of this: the points are seen from outside, through Python's audit events and Django's
wrappers around SQL. C1 is seen in the INSERT of a submission, C2 to C4 in the UPDATE
of its state; "after" means after the COMMIT. The rest counts only in a thread that has
claimed a submission, and so never for a question or a look.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from http.client import HTTPConnection
from importlib import import_module

POINTS = (
    "before-c1",  # all is judged, nothing is written
    "after-c1",
    "after-c2",
    "connecting",  # before the first packet
    "after-handshake",  # connected, C3 not begun
    "at-c3",  # C3 committed, and nothing after that
    "after-c3",  # C3 committed and in the journal, before the first byte
    "after-headers",  # before the body
    "after-body",  # before anything of the answer is read
    "after-answer",  # the answer is read, C4 not begun
    "after-c4",
)
INSERTED = "inserted"
_CLEAR = ("accepted", "rejected", "unknown", "not_sent")
_mine = threading.local()  # claimed, posted: how far this thread has come
_done = threading.Event()


def reached(point: str) -> None:
    """End here, or stop here, if this is the point that was asked for."""
    assert point in POINTS
    if point == os.environ.get("KILL_AT"):
        os.write(2, f"killed: {point}\n".encode())
        os.kill(os.getpid(), signal.SIGKILL)
    if point == os.environ.get("STOP_AT") and not _done.is_set():
        _done.set()
        os.write(2, f"stopped: {point}\n".encode())
        # At this thread, or another would take it while this one ran on.
        signal.pthread_kill(threading.get_ident(), signal.SIGSTOP)


def watch_sockets() -> None:
    """connecting, after-c3, after-headers, after-body."""

    def heard(event: str, args: tuple) -> None:
        if event == "socket.connect" and getattr(_mine, "claimed", False):
            reached("connecting")
        elif event == "http.client.send":
            _heard_send(*args)

    # No audit event tells that a body has left: but the answer is asked for then.
    ask = HTTPConnection.getresponse

    def getresponse(self: HTTPConnection) -> object:
        if getattr(_mine, "posting", None) is self:
            reached("after-body")
        return ask(self)

    HTTPConnection.getresponse = getresponse
    sys.addaudithook(heard)


def _heard_send(connection: HTTPConnection, data: bytes) -> None:
    if bytes(data[:5]) == b"POST ":
        _mine.posting = connection
        reached("after-c3")
    elif getattr(_mine, "posting", None) is connection:
        reached("after-headers")


def watch_sql() -> None:
    """before-c1, and all the points at a COMMIT or just before an UPDATE."""
    from django.db.backends.signals import connection_created

    def created(connection, **kwargs: object) -> None:
        if _wrapper not in connection.execute_wrappers:
            connection.execute_wrappers.append(_wrapper)

    connection_created.connect(created, weak=False)


def _wrapper(execute, sql: str, params, many: bool, context: dict) -> object:
    state = written_state(sql, params)
    if state in BEFORE:
        BEFORE[state]()
    result = execute(sql, params, many, context)
    # Of an INSERT some databases tell the count only once its answer is read.
    if state in AFTER and (state == INSERTED or context["cursor"].rowcount == 1):
        context["connection"].on_commit(AFTER[state])
    return result


def written_state(sql: str, params: object) -> str:
    """Which state a statement gives to a submission; "" if it does nothing like it.

    >>> written_state('UPDATE "trades_submission" SET "a" = %s, "state" = %s', "xy")
    'y'
    """
    if sql.startswith('INSERT INTO "trades_submission"'):
        return INSERTED
    found = re.match(r'UPDATE "trades_submission" SET (.*?)"state" = %s', sql)
    return str(params[found[1].count("%s")]) if found else ""


def _claimed() -> None:
    _mine.claimed = True
    reached("after-c2")


def _before_c4() -> None:
    if getattr(_mine, "posting", None):
        reached("after-answer")


def _after_c4() -> None:
    if getattr(_mine, "posting", None):
        reached("after-c4")


BEFORE = {
    INSERTED: lambda: reached("before-c1"),
    "sending": lambda: reached("after-handshake"),
    **dict.fromkeys(_CLEAR, _before_c4),
}
AFTER = {
    INSERTED: lambda: reached("after-c1"),
    "claimed": _claimed,
    "sending": lambda: reached("at-c3"),
    **dict.fromkeys(_CLEAR, _after_c4),
}


def die_with_the_parent() -> None:
    """Its end of our standard input closes when the parent ends, however it ends."""

    def wait() -> None:
        os.read(0, 1)
        os._exit(1)

    threading.Thread(target=wait, daemon=True).start()


def main(what: str, *arguments: str) -> None:
    import logging

    import django
    from django.core.management import call_command

    die_with_the_parent()
    watch_sockets()
    watch_sql()
    django.setup()
    logging.basicConfig(level=logging.DEBUG)
    logging.getLogger().setLevel(logging.DEBUG)
    module, _, function = what.partition(":")
    if function:
        getattr(import_module(module), function)(*arguments)
    else:
        call_command(what, *arguments)


if __name__ == "__main__":
    asked = {os.environ.get(name) for name in ("KILL_AT", "STOP_AT")} - {None, ""}
    assert asked <= set(POINTS), f"no such point: {asked}"
    main(*sys.argv[1:])
