"""``./dev`` on machines that lack something; their tools are small scripts here."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TOOLS = [
    *("base64", "cat", "cmp", "cp", "dirname", "head"),
    *("id", "ln", "mkdir", "readlink", "rm", "sh"),
]

FOR_ROOT = (
    "apt-get update -q && DEBIAN_FRONTEND=noninteractive "
    "apt-get install -y -q --no-install-recommends python3 python3-venv"
)
AS_ROOT = [
    "apt-get update -q",
    "apt-get install -y -q --no-install-recommends python3 python3-venv",
]

# Notes what it is asked for. A virtual environment that it makes holds itself.
PYTHON = """
[ "$1" = -c ] && exit
[ "$1" = -V ] && echo Python 3.11.9 && exit
[ "$2 $3" = "pip --version" ] && exit
echo "$*${DATABASE_URL:+ on $DATABASE_URL}" >>"$NOTES"
case "$2" in
venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
pip) exit "${PIP_ENDS_WITH:-0}" ;;
*) cat && cat "$SECRET_KEY_FILE" "$SEALING_KEYS_FILE" "$CHAIN_KEY_FILE" && exit 7 ;;
esac
"""


class Machine:
    """A checkout, and a PATH with the tools of every system and those given here."""

    def __init__(self, folder: Path) -> None:
        self.checkout = folder / "a checkout"
        self.bin = folder / "bin"
        self.notes = folder / "notes"
        self.bin.mkdir()
        for tool in TOOLS:
            (self.bin / tool).symlink_to(shutil.which(tool) or "")
        shutil.copytree(ROOT / "requirements", self.checkout / "requirements")
        shutil.copy(ROOT / "dev", self.checkout)
        self.notes.touch()

    def has(self, tool: str, script: str = 'cat; echo "$0 $*" >>"$NOTES"') -> None:
        """By default the tool prints what it is given and notes how it was called."""
        file = self.bin / tool
        file.unlink(missing_ok=True)
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)

    def dev(self, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Run it from another folder."""
        return subprocess.run(
            [self.checkout / "dev", *arguments],
            cwd=self.bin,
            env={"PATH": str(self.bin), "NOTES": str(self.notes), **more},
            input="typed\n",
            capture_output=True,
            text=True,
        )

    def noted(self) -> list[str]:
        lines = self.notes.read_text().splitlines()
        self.notes.write_text("")
        return [line.replace(f"{self.bin}/", "") for line in lines]

    def made(self) -> set[str]:
        return {path.name for path in self.checkout.iterdir()}


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


@pytest.fixture
def bare_debian(machine: Machine) -> Machine:
    """Debian without Python; ``apt-get`` only notes what it is asked for."""
    machine.has("apt-get")
    machine.has("id", "echo 0")
    return machine


@pytest.mark.parametrize("arguments", [[], ["help"], ["--help"]])
def test_help_needs_nothing_and_makes_nothing(machine, arguments):
    before = machine.made()
    done = machine.dev(*arguments)
    assert done.returncode == 0
    assert "./dev start" in done.stdout
    assert machine.made() == before


def test_without_root_it_tells_what_root_must_run_and_stops(bare_debian):
    bare_debian.has("id", "echo 1000")
    before = bare_debian.made()
    done = bare_debian.dev("start")
    assert done.returncode == 3
    assert done.stdout == ""
    assert done.stderr == f"As root, once: {FOR_ROOT}\n"
    assert bare_debian.noted() == []
    assert bare_debian.made() == before


def test_root_gets_what_debian_lacks(bare_debian):
    done = bare_debian.dev("start")
    assert bare_debian.noted() == AS_ROOT
    assert done.stdout == ""  # that is the command's, and so is the input
    assert done.returncode == 3  # this apt-get brings no Python
    assert "Python 3.11 or newer is needed" in done.stderr


def test_the_tests_get_a_browser_from_debian(bare_debian):
    bare_debian.has("python3", PYTHON)
    bare_debian.dev("test")
    assert " chromium" in bare_debian.noted()[1]


def test_sudo_will_do(bare_debian):
    bare_debian.has("id", "echo 1000")
    bare_debian.has("sudo", 'exec "$@"')
    bare_debian.dev("start")
    assert bare_debian.noted() == AS_ROOT


def test_a_refused_sudo_is_no_reason_to_go_on(bare_debian):
    bare_debian.has("id", "echo 1000")
    bare_debian.has("sudo", "exit 1")
    done = bare_debian.dev("start")
    assert done.returncode == 3
    assert done.stderr.endswith(f"As root, once: {FOR_ROOT}\n")


def test_the_command_keeps_its_input_output_and_exit_code(machine):
    machine.has("python3", PYTHON)
    done = machine.dev("check_trade", "a  file")
    data = machine.checkout / ".data"
    secrets = [data / name for name in ("secret_key", "sealing_keys", "chain_key")]
    assert done.returncode == 7
    assert done.stdout == "typed\n" + "".join(map(Path.read_text, secrets))
    assert machine.noted()[-1] == f"{machine.checkout}/manage.py check_trade a  file"


def test_secrets_are_made_once_and_for_their_owner_only(machine):
    machine.has("python3", PYTHON)
    shown = [machine.dev("check").stdout for _ in range(2)]
    assert shown[0] == shown[1]
    modes = [p.stat().st_mode & 0o777 for p in (machine.checkout / ".data").iterdir()]
    assert modes == [0o600] * 3


def test_given_secrets_are_left_alone(machine):
    machine.has("python3", PYTHON)
    names = ("SECRET_KEY_FILE", "SEALING_KEYS_FILE", "CHAIN_KEY_FILE")
    given = dict.fromkeys(names, os.devnull)
    assert machine.dev("check", **given).stdout == "typed\n"
    assert list((machine.checkout / ".data").iterdir()) == []


def test_a_lock_is_installed_once_and_again_when_it_changed(machine):
    machine.has("python3", PYTHON)
    lock = machine.checkout / "requirements" / "run.txt"
    command = f"{machine.checkout}/manage.py check"
    install = (
        "-m pip install --no-cache-dir --disable-pip-version-check "
        f"-q --require-hashes --only-binary :all: -r {lock}"
    )
    machine.dev("check")
    venv = f"-m venv {machine.checkout}/.venv"
    assert machine.noted() == [venv, install, command]
    machine.dev("check")
    assert machine.noted() == [command]
    lock.write_text(lock.read_text() + "\n")
    machine.dev("check")
    assert machine.noted() == [install, command]


def test_after_a_failed_installation_all_is_made_anew(machine):
    machine.has("python3", PYTHON)
    lock = machine.checkout / "requirements" / "run.txt"
    half = machine.checkout / ".venv" / "half"
    machine.dev("check")
    venv, install, _ = machine.noted()

    lock.write_text(lock.read_text() + "\n")
    failed = machine.dev("check", PIP_ENDS_WITH="2")
    assert failed.returncode == 2
    assert machine.noted() == [install]

    half.touch()
    machine.dev("check")
    assert machine.noted()[:2] == [venv, install]
    assert not half.exists()


def test_tests_want_a_browser_and_the_whole_set(machine):
    machine.has("python3", PYTHON)
    assert "need Chromium" in machine.dev("test").stderr
    assert machine.noted() == []
    machine.has("chromium")
    done = machine.dev("test", "-q", SECRET_KEY_FILE="/etc/passwd")
    assert done.stdout == "typed\n"  # the tests have secrets of their own
    assert machine.noted()[1].endswith("requirements/test.txt")
    machine.dev("test", "-q")
    assert machine.noted() == ["-m pytest -q"]
    machine.dev("bench", "P1", SECRET_KEY="x")
    assert machine.noted() == ["-m tests.bench P1"]
    machine.dev("audit", "--sbom")
    assert machine.noted() == ["-m tests.audit --sbom"]
    machine.dev("test", DATABASE_URL="postgres://host/db")
    assert machine.noted() == ["-m pytest on postgres://host/db"]
    machine.dev("check")
    assert machine.noted() == [f"{machine.checkout}/manage.py check"]


def test_mutation_testing_wants_a_set_of_its_own_that_holds_the_others(machine):
    machine.has("python3", PYTHON)
    machine.dev("mutate")
    assert machine.noted()[1].endswith("requirements/mutate.txt")
    machine.dev("mutate", "show", "x", SECRET_KEY_FILE="/etc/passwd")
    assert machine.noted() == ["-m tests.mutation show x"]
    machine.dev("lint")
    machine.dev("check")
    assert not [line for line in machine.noted() if "pip" in line]


def test_no_setting_of_an_installation_reaches_the_tests(machine):
    source = (ROOT / "smarttrade_ui" / "settings.py").read_text()
    names = set(re.findall(r'\benv\.\w+\(\s*"([A-Z_]+)"', source)) - {"DATABASE_URL"}
    assert len(names) > 15
    machine.has("python3", PYTHON.replace("case", '[ "$2" = pytest ] && env\ncase', 1))
    machine.has("env", f"exec {shutil.which('env')}")
    machine.has("chromium")
    machine.dev("test")
    given = {name + end: "x" for name in names for end in ("", "_FILE")}
    seen = machine.dev("test", DATABASE_URL="y", **given).stdout.split()
    assert "DATABASE_URL=y" in seen
    assert {f"{name}=x" for name in given}.isdisjoint(seen)
