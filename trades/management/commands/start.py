"""The whole installation on one machine: sandbox, sender and web, as children.

They come up in this order and go down in the reverse one, so that the sender can
finish what it has in hand while the sandbox is still there to answer.
"""

from __future__ import annotations

import hashlib
import json
import os
import queue
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.shortcuts import resolve_url


class StopAsked(Exception):
    """A signal told us to end."""


@dataclass
class Child:
    """One process of the crew; ``patience_s`` is how long it may take to end."""

    name: str
    process: subprocess.Popen[str]
    patience_s: int


class Crew:
    """Child processes that end together, the one that came last first.

    ``leash`` is the command that has a child ended when this process is killed.
    """

    def __init__(self, leash: list[str]) -> None:
        self.killed = False
        self._leash = leash
        self._children: list[Child] = []
        self._hurried = False
        # A child and a line that it printed, a child and its exit code, or a signal.
        self._events: queue.SimpleQueue[tuple[Child | None, str | int]]
        self._events = queue.SimpleQueue()

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is StopAsked:
            with suppress(OSError):  # the terminal may be gone
                sys.stderr.write("Stopping. What is being sent is finished first; ")
                sys.stderr.write("asked once more, it stops by force.\n")
        for child in reversed(self._children):
            self._end(child)

    def start(
        self, name: str, command: list[str], env: dict[str, str], patience_s: int = 10
    ) -> Child:
        """Start a child in a process group of its own, where no Ctrl-C reaches it."""
        process = subprocess.Popen(
            [*self._leash, *command],
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            text=True,
            process_group=0,
        )
        child = Child(name, process, patience_s)
        self._children.append(child)
        threading.Thread(target=self._follow, args=[child], daemon=True).start()
        return child

    def ask_to_stop(self, *_: object) -> None:
        """What a signal does: the first one ends the waiting, a second one kills."""
        self._events.put((None, 0))

    def line_from(self, child: Child | None) -> str:
        """Wait for a line of this child; lines of the others go to stderr.

        Raises ``StopAsked``, and ``CommandError`` when any child ends by itself.
        """
        while True:
            who, what = self._events.get()
            if who is None:
                raise StopAsked
            if isinstance(what, int):
                raise CommandError(f"{who.name} {_ending(what)}; the others are ended.")
            if who is child:
                return what
            sys.stderr.write(what)

    def watch(self) -> None:
        """Wait until something ends; raises what ``line_from`` raises."""
        self.line_from(None)

    def _follow(self, child: Child) -> None:
        with child.process as process:
            for line in process.stdout or ():
                self._events.put((child, line))
        self._events.put((child, process.returncode))

    def _end(self, child: Child) -> None:
        child.process.terminate()
        until = time.monotonic() + child.patience_s
        while child.process.poll() is None and not self._hurried:
            try:
                who, _ = self._events.get(timeout=max(0, until - time.monotonic()))
            except queue.Empty:
                break
            self._hurried = who is None
        if child.process.poll() is None:
            self.killed = True
            child.process.kill()
            child.process.wait()


class Command(BaseCommand):
    """Brings the data up to date, then runs and watches the children."""

    help = "Run web, sender and sandbox on this machine."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=8790, help="0 means any")
        parser.add_argument("--sandbox-port", type=int, default=8791, help="same")
        parser.add_argument("--no-sandbox", action="store_true")

    def handle(self, **options: object) -> None:
        """Run until a signal; a child that ends by itself is an error."""
        ensure_free(options["port"], "--port")
        if not options["no_sandbox"]:
            ensure_free(options["sandbox_port"], "--sandbox-port")
        settings.DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
        crew = Crew(leash())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, crew.ask_to_stop)
        try:
            with crew:
                self.bring_up(crew, **options)
                crew.watch()
        except StopAsked:
            if crew.killed:
                raise CommandError("Stopped by force; see the submissions.") from None

    def bring_up(
        self,
        crew: Crew,
        *,
        port: int,
        sandbox_port: int,
        no_sandbox: bool,
        **options: object,
    ) -> None:
        """Start everything; the last line printed is the address that answers."""
        env = {**os.environ, "PYTHONUNBUFFERED": "1"}
        if not no_sandbox:
            sandbox = crew.start(
                "sandbox", manage("sandbox", "--port", sandbox_port), env
            )
        call_command("migrate", interactive=False, verbosity=0)
        collect_static()
        if not no_sandbox:
            line = crew.line_from(sandbox)
            env["SANDBOX_URL"] = json.loads(line)["url"]
            self.offer_demo(line, env)
        crew.start("sender", manage("sender"), env, patience_s=60)
        web = crew.start("web", manage("web", "--port", port), env)
        url = json.loads(crew.line_from(web))["url"]
        ensure_answer(url)
        self.stdout.write(url)
        self.stdout.flush()

    def offer_demo(self, sandbox_line: str, env: dict[str, str]) -> None:
        """Let ``demo`` decide what this installation still needs for a trial."""
        command = manage("demo", "--sandbox", "-")
        done = subprocess.run(
            command, env=env, input=sandbox_line, text=True, process_group=0
        )
        if done.returncode:
            self.stderr.write("Going on without the demo.")


def manage(*arguments: object) -> list[str]:
    """The command line of one of our commands."""
    script = settings.BASE_DIR / "manage.py"
    return [sys.executable, str(script), *map(str, arguments)]


def leash() -> list[str]:
    """What has a child end when its parent was killed, on a system that offers it."""
    command = ["setpriv", "--pdeathsig", "TERM"]
    if not shutil.which(command[0]):
        return []
    works = subprocess.run([*command, "true"], stderr=subprocess.DEVNULL)
    return [] if works.returncode else command


def ensure_free(port: int, option: str) -> None:
    """Refuse a port that another program has, before anything is started."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            why = f"Port {port} can't be used: {error.strerror.lower()}."
            raise CommandError(f"{why} Choose another with {option}.") from None


def ensure_answer(url: str) -> None:
    """Refuse to announce an address whose log-in page doesn't come."""
    connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
    try:
        connection.request("GET", resolve_url(settings.LOGIN_URL))
        status = connection.getresponse().status
    except (OSError, HTTPException) as error:
        raise CommandError(f"The log-in page doesn't come: {error}") from None
    finally:
        connection.close()
    if status >= 500:
        raise CommandError(f"The log-in page comes with status {status}.")


def collect_static() -> None:
    """Fill STATIC_ROOT, unless it was filled from the very same files."""
    mark = settings.DATA_DIR / "static.sources"
    manifest = settings.STATIC_ROOT / "staticfiles.json"
    sources = static_sources()
    if manifest.exists() and mark.exists() and mark.read_text() == sources:
        return
    mark.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    mark.write_text(sources)


def static_sources() -> str:
    """Stands for name, size and time of every static file that there is."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            file = Path(storage.path(name)).stat()
            digest.update(f"{name} {file.st_size} {file.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def _ending(code: int) -> str:
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended by itself with exit code {code}"
