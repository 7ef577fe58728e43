"""The settings of log-in, as a start reads them."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from trades.management.commands.docs import README

NAMES = ("IDLE_S", "SESSION_S", "REAUTHENTICATE_S", "SECOND_FACTOR_REQUIRED")
SHOW = f"""
from smarttrade_ui import settings
print(*[getattr(settings, name) for name in {NAMES}])
"""


def start(**env: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SHOW]
    where = {"cwd": README.parent, "env": os.environ | env}
    return subprocess.run(command, **where, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize(
    ("env", "shown"),
    [
        ({}, "1800 43200 900 False"),
        ({"REAL_TRADING": "1"}, "1800 43200 900 True"),
        ({"REAL_TRADING": "1", "SECOND_FACTOR_REQUIRED": "0"}, "1800 43200 900 False"),
        ({"SECOND_FACTOR_REQUIRED": "1", "IDLE_S": "120"}, "120 43200 900 True"),
    ],
)
def test_a_second_factor_is_required_where_trading_is_real(env, shown):
    assert start(**env).stdout.strip() == shown


def test_times_too_short_to_work_with_stop_the_start():
    done = start(IDLE_S="119", SESSION_S="0", REAUTHENTICATE_S="59")
    assert done.returncode == 1
    assert all(name in done.stderr for name in NAMES[:3])
