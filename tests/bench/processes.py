"""The processes of a measurement: the vendor's, and the project's own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
END_S = 60


class Child:
    """A process that says a line when it is ready, and more when it is asked."""

    def __init__(self, *command: str, env: dict[str, str], log: Path) -> None:
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
        """By the end of its input, or by SIGTERM where it reads none."""
        self._process.stdin.close()
        self._process.terminate()
        try:
            self._process.wait(END_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


@contextmanager
def crew(env: dict[str, str], log: Path) -> Iterator[Callable[..., Child]]:
    """Start commands of the project; ``start("web", "--port", "0")``. They end with
    the block, the last one first.
    """
    children: list[Child] = []

    def start(*command: str) -> Child:
        children.append(Child("manage.py", *command, env=env, log=log))
        return children[-1]

    try:
        yield start
    finally:
        for child in reversed(children):
            child.end()
