"""A signal ends a command whatever its main thread is just doing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The signal comes while the main thread holds the event's own lock, as it does for a
# moment whenever it begins or ends a wait.
SCRIPT = """
import os, signal, sys, threading
from trades.management.signals import stop_at_signals
stop = threading.Event()
stop_at_signals(stop)
with stop._cond:
    os.kill(os.getpid(), signal.{name})
sys.exit(not stop.wait(20))
"""


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_signal_in_the_middle_of_a_wait_is_no_deadlock(name):
    command = [sys.executable, "-c", SCRIPT.format(name=name)]
    assert subprocess.run(command, cwd=ROOT, timeout=30).returncode == 0
