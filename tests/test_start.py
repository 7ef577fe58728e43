"""``manage.py start``: real processes, with a folder and a database of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.request import urlopen

import pytest
from django.core.management.base import CommandError

from trades.management.commands.start import (
    Crew,
    StopAsked,
    collect_static,
    ensure_answer,
    leash,
    manage,
)

Start = Callable[..., subprocess.Popen[str]]

LISTENS = """
import pathlib, signal, sys
def leave(*_):
    with open(sys.argv[1], "a") as file:
        print(sys.argv[2], file=file)
    raise SystemExit
signal.signal(signal.SIGTERM, leave)
print("ready", flush=True)
signal.pause()
"""
DEAF = """
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready", flush=True)
signal.pause()
"""
ENDS = "raise SystemExit(7)"


@pytest.fixture
def start(tmp_path: Path, empty_database: str) -> Iterator[Start]:
    """Runs ``manage.py start`` with free ports; nothing outlives the test.

    Every process that it starts holds its stderr, so that the end of this pipe is
    the end of them all.
    """
    with ExitStack() as at_end:

        def run(*arguments: object) -> subprocess.Popen[str]:
            env = {**os.environ, "DATA_DIR": str(tmp_path)}
            env["DJANGO_SETTINGS_MODULE"] = "smarttrade_ui.settings"
            env["DATABASE_URL"] = empty_database
            command = manage("start", "--port", 0, "--sandbox-port", 0, *arguments)
            pipe = subprocess.PIPE
            process = subprocess.Popen(
                command, env=env, stdout=pipe, stderr=pipe, text=True
            )
            at_end.enter_context(process)
            at_end.callback(process.kill)
            guard = threading.Timer(180, process.kill)
            guard.start()
            at_end.callback(guard.cancel)
            return process

        yield run


def printed(process: subprocess.Popen[str]) -> list[str]:
    """What ``start`` prints until everything is up; its last line is the address."""
    seen = []
    for line in process.stdout or ():
        seen.append(line.rstrip())
        if line.startswith("http"):
            return seen
    pytest.fail(f"no address among {seen}")


def python(code: str, *arguments: object) -> list[str]:
    return [sys.executable, "-c", code, *map(str, arguments)]


def test_start_answers_and_leaves_nothing_behind(start):
    process = start()
    *demo, address = printed(process)
    assert "Log in as trader" in "".join(demo)
    with urlopen(f"{address}accounts/login/") as page:
        assert page.status == 200
    process.send_signal(signal.SIGTERM)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 0
    assert "finished first" in told


def test_children_end_with_a_parent_that_is_killed(start):
    process = start()
    printed(process)
    process.kill()
    process.communicate(timeout=60)


@pytest.mark.parametrize("option", ["--port", "--sandbox-port"])
def test_a_taken_port_is_told_in_one_line(start, option):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        process = start(option, port)
        said, told = process.communicate()
    assert process.returncode == 1
    assert said == ""
    assert told == (
        f"CommandError: Port {port} can't be used: address already in use. "
        f"Choose another with {option}.\n"
    )


def test_the_last_child_ends_first(tmp_path):
    ended = tmp_path / "ended"
    with Crew(leash()) as crew:
        for name in ("sandbox", "sender", "web"):
            child = crew.start(name, python(LISTENS, ended, name), dict(os.environ))
            assert crew.line_from(child) == "ready\n"
    assert ended.read_text().split() == ["web", "sender", "sandbox"]
    assert not crew.killed


def test_a_child_that_ends_by_itself_ends_the_others(start):
    process = start()
    printed(process)
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    os.kill(int(children.read_text().split()[-1]), signal.SIGKILL)
    told = process.communicate(timeout=60)[1]
    assert process.returncode == 1
    assert told.endswith(
        "CommandError: web was killed by SIGKILL; the others are ended.\n"
    )


def test_a_child_that_ends_by_itself_is_named_with_its_exit_code():
    with Crew(leash()) as crew:
        crew.start("sender", python(ENDS), dict(os.environ))
        with pytest.raises(
            CommandError, match="sender ended by itself with exit code 7"
        ):
            crew.watch()


def test_a_second_request_to_stop_kills():
    children = []
    with Crew(leash()) as crew:
        for name in ("sender", "web"):
            child = crew.start(name, python(DEAF), dict(os.environ), patience_s=600)
            assert crew.line_from(child) == "ready\n"
            children.append(child)
        crew.ask_to_stop()
        with pytest.raises(StopAsked):
            crew.watch()
        crew.ask_to_stop()
    assert crew.killed
    assert [c.process.returncode for c in children] == [-signal.SIGKILL] * 2


def test_a_child_that_does_not_end_in_time_is_killed():
    with Crew(leash()) as crew:
        child = crew.start("web", python(DEAF), dict(os.environ), patience_s=0)
        crew.line_from(child)
    assert crew.killed
    assert child.process.returncode == -signal.SIGKILL


def test_an_address_that_does_not_answer_is_not_announced():
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))  # nobody listens
        url = f"http://127.0.0.1:{bound.getsockname()[1]}/"
        with pytest.raises(CommandError, match="log-in page doesn't come"):
            ensure_answer(url)


def test_static_files_are_collected_again_only_when_a_source_changed(
    settings, tmp_path
):
    source = tmp_path / "source" / "a.css"
    source.parent.mkdir()
    source.write_text("a {}")
    settings.STATICFILES_DIRS = [source.parent]
    settings.DATA_DIR, settings.STATIC_ROOT = tmp_path, tmp_path / "static"
    hashed = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": hashed}
    manifest = settings.STATIC_ROOT / "staticfiles.json"

    collect_static()
    first = manifest.stat().st_mtime_ns
    collect_static()
    assert manifest.stat().st_mtime_ns == first

    source.write_text("a { color: red }")
    collect_static()
    assert manifest.stat().st_mtime_ns > first
