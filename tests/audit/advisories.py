"""pip-audit asks for advisories; here stands what it leaves open (2.10, measured).

It passes over a package whose marker does not hold on this system, even when strict.
It takes an empty answer for "no advisory", whoever gave it. And it ends with 1 both
when it found something and when it fell over. So it is asked without markers and for
one package more that surely has an advisory, and only what it wrote down counts.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.audit.locks import Pin, rounds

# CVE-2020-14343 and older ones; nothing is installed, so nothing has this hash.
KNOWN_BAD = Pin("pyyaml", "5.3", (f"sha256:{0:064}",))
PATIENCE_S = 600
TOLD = ("requests.exceptions.", "ERROR:")


class NothingKnown(Exception):
    """The advisories could not be reached, or not be read; the text says why."""


@dataclass(frozen=True)
class Advisory:
    package: str
    version: str
    names: tuple[str, ...]  # its id, then those that others gave it
    mended_in: tuple[str, ...]
    about: str

    def __str__(self) -> str:
        id, *others = self.names
        also = f" ({', '.join(others)})" if others else ""
        mended = ", ".join(self.mended_in) or "no version yet"
        about = self.about.strip()[:200]
        return f"{self.package} {self.version}: {id}{also}, mended in {mended}: {about}"


def look_up(pins: list[Pin], url: str | None = None) -> list[Advisory]:
    """Every advisory that is out for one of them. Raise ``NothingKnown``."""
    found = [
        advisory for each in rounds([*pins, KNOWN_BAD]) for advisory in ask(each, url)
    ]
    known = [a for a in found if (a.package, a.version) == ("pyyaml", "5.3")]
    if not known:
        raise NothingKnown("the answers leave out even an advisory of 2020")
    return [advisory for advisory in found if advisory not in known]


def ask(pins: list[Pin], url: str | None) -> list[Advisory]:
    """One run of pip-audit; it keeps what it fetches in a folder that goes with it."""
    with TemporaryDirectory() as folder:
        asked, answer = Path(folder, "asked.txt"), Path(folder, "answer.json")
        asked.write_text("".join(f"{pin.everywhere}\n" for pin in pins))
        said = run(command(asked, answer, url))
        if not answer.exists():
            raise NothingKnown(why(said))
        packages = json.loads(answer.read_text())["dependencies"]
    unread = [line for line in said if line.startswith("WARNING:pip_audit._service")]
    looked_up = {(each["name"], each.get("version")) for each in packages}
    if unread or looked_up != {(pin.name, pin.version) for pin in pins}:
        raise NothingKnown(unread[0] if unread else "some packages were passed over")
    return [advisory(each, vuln) for each in packages for vuln in each["vulns"]]


def command(asked: Path, answer: Path, url: str | None) -> list[str]:
    return [
        *(sys.executable, "-m", "pip_audit", "--strict", "--require-hashes"),
        *("--disable-pip", "-r", str(asked), "--cache-dir", str(asked.parent)),
        *("-f", "json", "-o", str(answer), "--progress-spinner", "off", "-s", "osv"),
        *(["--osv-url", url] if url else []),
    ]


def run(command: list[str]) -> list[str]:
    """What it said on standard error; settings of its own don't reach it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("PIP_AUDIT_")}
    try:
        done = subprocess.run(
            command, env=env, capture_output=True, text=True, timeout=PATIENCE_S
        )
    except subprocess.TimeoutExpired as late:
        raise NothingKnown(f"no end after {PATIENCE_S} seconds") from late
    return done.stderr.splitlines()


def why(said: list[str]) -> str:
    """The line of a traceback, or of a complaint, that names the cause."""
    told = [line for line in said if line.startswith(TOLD)]
    return (told or said[-1:] or ["pip-audit said nothing"])[0]


def advisory(package: dict, vuln: dict) -> Advisory:
    return Advisory(
        package["name"],
        package["version"],
        (vuln["id"], *sorted(vuln["aliases"])),
        tuple(vuln["fix_versions"]),
        vuln["description"],
    )
