"""The settings of an exchange, as a start reads them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).parent.parent.parent
NAMES = ("CONNECT_S", "READ_S", "EXCHANGE_S")
SHOW = f"""
from smarttrade_ui import settings
print(*[getattr(settings, name) for name in {NAMES}], settings.SANDBOX_CA_FILE)
"""


def start(**env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=ROOT,
        env=os.environ | env,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_without_any_the_times_are_those_of_the_contract():
    assert (settings.CONNECT_S, settings.READ_S, settings.EXCHANGE_S) == (5, 30, 45)
    assert settings.SANDBOX_CA_FILE == ""


def test_fractions_of_a_second_and_an_authority_are_read():
    times = dict(zip(NAMES, ["0.5", "2", "7.25"], strict=True))
    done = start(SANDBOX_CA_FILE="/etc/authority.pem", **times)
    assert done.stdout.split() == ["0.5", "2.0", "7.25", "/etc/authority.pem"]


@pytest.mark.parametrize("nonsense", ["0", "-1", "nan", "inf", "soon", ""])
def test_times_that_are_none_stop_the_start_all_at_once(nonsense):
    done = start(**dict.fromkeys(NAMES, nonsense))
    assert done.returncode == 1
    assert done.stdout == ""
    assert all(name in done.stderr for name in NAMES)
