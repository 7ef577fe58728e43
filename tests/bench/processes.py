"""The processes of a measurement: the vendor's, and the project's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
END_S = 60


class Child:
    """A process that says a line when it is ready, and more when it is asked."""

    def __init__(self, *command: str, env: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, *command],
                cwd=ROOT,
                env={**os.environ, **env},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )

    def line(self) -> str:
        """Its next line. Raises where it ends instead."""
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self._process.args[1:3]} ended")
        return line

    def said(self) -> Any:
        """Its next line, which is JSON."""
        return json.loads(self.line())

    def ask(self, *call: object) -> Any:
        """One call, and what it returns."""
        self._process.stdin.write(f"{json.dumps(call)}\n")
        self._process.stdin.flush()
        return self.said()

    def end(self) -> None:
        """It may finish what it has in hand."""
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdin.close()
        self._process.stdout.close()


@dataclass(frozen=True)
class Crew:
    """Starts commands of the project. ``env`` is their environment; what they write to
    standard error is in ``log``.
    """

    env: Mapping[str, str]
    log: Path
    children: list[Child] = field(default_factory=list)

    def start(self, *command: str) -> Child:
        self.children.append(Child("manage.py", *command, env=self.env, log=self.log))
        return self.children[-1]

    def senders(self, count: int = 1) -> None:
        for sender in [self.start("sender") for _ in range(count)]:
            sender.line()

    def web(self) -> str:
        """The address of the pages, without a slash at its end."""
        collect = [sys.executable, "manage.py", "collectstatic", "--noinput", "-v0"]
        env = {**os.environ, **self.env}
        subprocess.run(collect, cwd=ROOT, env=env, check=True)
        return self.start("web", "--port", "0").said()["url"].rstrip("/")

    def __enter__(self) -> Crew:
        return self

    def __exit__(self, *exc_info: object) -> None:
        """The one that came last ends first."""
        for child in reversed(self.children):
            child.end()
