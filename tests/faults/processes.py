"""Processes of the project for the length of a test, and what they said."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from threading import Thread
from urllib.parse import quote

from tests.faults.moments import Moment

ROOT = Path(__file__).parents[2]
START_S, END_S = 30, 30  # on a machine that is busy with other tests


class Process:
    """``tests.faults.dying`` with a command of the project, which runs at once."""

    def __init__(self, *command: str, env: Mapping[str, str]) -> None:
        self.lines: list[str] = []
        self.spoke = Moment(f"{command[0]} wrote a line")
        self._child = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.dying", *command],
            cwd=ROOT,
            env={**os.environ, **env},
            stdin=subprocess.PIPE,  # never written: its end is our end
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._listener = Thread(target=self._listen)
        self._listener.start()

    @property
    def pid(self) -> int:
        return self._child.pid

    @property
    def output(self) -> str:
        """All that it has written so far, its log at DEBUG included."""
        return "".join(self.lines)

    def wait_for_line(self, text: str, timeout_s: float = START_S) -> None:
        """Until it has written a line with this text. Fails if it ends before."""
        line = 0
        while True:
            self.spoke.wait(line + 1, timeout_s)
            if line == len(self.lines):
                raise AssertionError(f"it ended without {text!r}:\n{self.output}")
            if text in self.lines[line]:
                return
            line += 1

    def terminate(self) -> None:
        """SIGTERM: it may finish what it has begun."""
        self._child.terminate()

    def kill(self) -> None:
        """SIGKILL, also where it is stopped; returns once it is gone."""
        self._child.kill()
        self._child.wait(END_S)

    def stop(self) -> None:
        """SIGSTOP; returns once it stands still."""
        os.kill(self.pid, signal.SIGSTOP)
        self.wait_until_stopped()

    def wait_until_stopped(self) -> None:
        """Until it stands still, by ``stop`` or at its ``stop_at``."""
        found = os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
        assert found
        assert found.si_code == os.CLD_STOPPED, self.output

    def resume(self) -> None:
        """SIGCONT."""
        os.kill(self.pid, signal.SIGCONT)

    def wait(self, timeout_s: float = END_S) -> int:
        """Its exit code once it has ended; -9 after SIGKILL."""
        code = self._child.wait(timeout_s)
        self._listener.join(END_S)
        return code

    def wait_until_killed(self, point: str) -> None:
        """Until it has ended itself at this point, and nowhere else."""
        assert (self.wait(), self.lines[-1:]) == (
            -signal.SIGKILL,
            [f"killed: {point}\n"],
        ), self.output

    def close(self) -> None:
        if self._child.poll() is None:
            self.kill()
        self._listener.join(END_S)
        self._child.stdin.close()
        self._child.stdout.close()

    def _listen(self) -> None:
        for line in self._child.stdout:
            self.lines.append(line)
            self.spoke.happens()
        self.spoke.happens()  # the end


def database_url(settings_dict: Mapping[str, object]) -> str:
    """The address of an open database connection, for another process."""
    name = quote(str(settings_dict["NAME"]))
    if "sqlite" in str(settings_dict["ENGINE"]):
        return f"sqlite:///{name}"
    user, password, host, port = (
        quote(str(settings_dict.get(part) or ""), safe="")
        for part in ("USER", "PASSWORD", "HOST", "PORT")
    )
    login = f"{user}:{password}" if password else user
    return f"postgres://{login}@{host}:{port}/{name}"
