"""A50: old, exchanged and unlooked-up packages."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.attacks.advisories import Database, advisory, database
from tests.audit import advisories, excepted, locks
from tests.audit.__main__ import RUN, TEST, main

TODAY = datetime.now(UTC).date()
UNREACHED = "The advisories could not be reached: nothing is known of any package."
PINNED = re.compile(
    r"(?P<name>[a-z0-9-]+)==(?P<version>[0-9][0-9a-z.]*)( ; [^\\\n]+)?"
    r"( \\\n    --hash=sha256:[0-9a-f]{64})+\n"
)


@pytest.fixture
def known(monkeypatch):
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with database() as server:
        yield server


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    file = tmp_path / "lock.txt"
    file.write_text(f"django==5.2.19 --hash=sha256:{1:064}\n")
    return file


@pytest.fixture
def exceptions(tmp_path: Path) -> Path:
    file = tmp_path / "excepted.toml"
    file.touch()
    return file


@pytest.fixture
def audit(known: Database, lock: Path, exceptions: Path, capsys):
    """Run it; return the exit code and what it said."""

    def audit(url: str = "") -> tuple[int, str]:
        ours = ["--osv-url", url or known.url, "--excepted", str(exceptions)]
        code = main([*ours, str(lock)])
        said = capsys.readouterr()
        return code, said.out + said.err

    return audit


def has_advisory(known: Database, **more: object) -> None:
    known.advisories["django", "5.2.19"] = [advisory("django", "PYSEC-2026-1", **more)]


def day(ahead: int) -> str:
    return (TODAY + timedelta(days=ahead)).isoformat()


def exception(id: str, days: int) -> str:
    reason = "No XML here."
    return f'[[excepted]]\nid = "{id}"\nuntil = {day(days)}\nreason = "{reason}"\n'


@pytest.mark.parametrize("lock", [RUN, TEST], ids=["run", "test"])
def test_a50_every_line_of_the_locks_is_a_version_with_hashes(lock):
    """And nothing else: no address, no option, no file beside."""
    text = lock.read_text()
    assert PINNED.sub("", text) == ""
    found = [(m["name"], m["version"]) for m in PINNED.finditer(text)]
    assert [(pin.name, pin.version) for pin in locks.read(lock)] == found


def test_a50_what_runs_is_what_was_tested():
    assert {(p.name, p.version) for p in locks.read(RUN)} <= {
        (p.name, p.version) for p in locks.read(TEST)
    }


@pytest.mark.parametrize(
    "line",
    [
        "django==5.2.19",
        f"django>=5.2 --hash=sha256:{1:064}",
        f"django==5.* --hash=sha256:{1:064}",
        f"https://host/django-5.2.whl --hash=sha256:{1:064}",
        f"django @ https://host/django-5.2.whl --hash=sha256:{1:064}",
        "--index-url https://host/simple",
        "-e .",
        "?",
    ],
)
def test_a50_a_lock_with_anything_else_is_refused_unasked(line, lock, known, audit):
    lock.write_text(f"{lock.read_text()}{line}\n")
    code, said = audit()
    assert (code, known.asked) == (1, [])
    assert said.startswith("lock.txt: ")


def test_a50_an_empty_lock_is_no_clean_one(lock, audit):
    lock.write_text("")
    assert audit() == (1, "lock.txt: nothing in it\n")


def test_a50_every_package_of_both_locks_is_looked_up(known, capsys):
    """Those for other systems too, which pip-audit passes over by itself."""
    main(["--osv-url", known.url])
    assert capsys.readouterr().out.endswith(" packages looked up, 0 advisories.\n")
    locked = {(p.name, p.version) for lock in (RUN, TEST) for p in locks.read(lock)}
    assert {"colorama", "tzdata"} <= {name for name, _ in locked}
    assert len([name for name, _ in locked if name == "cryptography"]) == 2
    assert sorted(known.asked) == sorted({*locked, ("pyyaml", "5.3")})


def test_a50_clean_is_clean(audit):
    assert audit() == (0, "1 packages looked up, 0 advisories.\n")


def test_a50_an_advisory_fails_it_and_is_told(known, audit):
    has_advisory(known, aliases=["CVE-2026-1"])
    code, said = audit()
    assert code == 1
    assert said.splitlines()[1:] == [
        "To do: django 5.2.19: PYSEC-2026-1 (CVE-2026-1), mended in 9: It gives way."
    ]


def test_a50_an_exception_lets_it_pass_until_its_date(known, exceptions, audit):
    has_advisory(known, aliases=["CVE-2026-1"])
    exceptions.write_text(exception("CVE-2026-1", days=30))
    code, said = audit()
    assert code == 0
    assert f"Excepted until {day(30)}: django 5.2.19: PYSEC-2026-1" in said
    assert "No XML here." in said


def test_a50_past_its_date_an_exception_fails(known, exceptions, audit):
    """One of an advisory that is not out any more does too: it has to go."""
    has_advisory(known)
    exceptions.write_text(exception("PYSEC-2026-1", days=-1) + exception("X", days=-1))
    code, said = audit()
    assert code == 1
    assert f"To do: X was excepted until {day(-1)}" in said
    assert f"To do: PYSEC-2026-1 was excepted until {day(-1)}" in said
    assert "To do: django 5.2.19: PYSEC-2026-1" in said


@pytest.mark.parametrize(
    ("ahead", "holds"), [(-1, False), (0, True), (90, True), (91, False)]
)
def test_a50_an_exception_holds_through_its_day_and_not_for_long(ahead, holds):
    one = excepted.Excepted("X", TODAY + timedelta(days=ahead), "because")
    assert (one.fault(TODAY) == "") == holds


@pytest.mark.parametrize(
    "text",
    [
        'ignored = ["X"]',
        '[[excepted]]\nid = "X"\nreason = "because"',
        '[[excepted]]\nid = "X"\nuntil = 2026-12-31\nreason = " "',
        '[[excepted]]\nid = "X"\nuntil = "2026-12-31"\nreason = "because"',
        '[[excepted]]\nid = "X"\nuntil = 2026-12-31T00:00:00\nreason = "because"',
        '[[excepted]]\nid = "X"\nuntil = 2026-12-31\nreason = "b"\nalso = 1',
        "[[excepted",
    ],
)
def test_a50_an_exception_without_date_or_reason_is_none(text, exceptions, audit):
    exceptions.write_text(text)
    assert audit()[0] == 1


def test_a50_without_an_answer_it_says_that_nothing_is_known(audit):
    with socket.create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
    code, said = audit(url)
    assert code == 2
    assert said.startswith(f"{UNREACHED}\nrequests.exceptions.ConnectionError")


def test_a50_a_database_that_never_answers_is_not_waited_for(known, audit, monkeypatch):
    known.may_answer.clear()
    monkeypatch.setattr(advisories, "PATIENCE_S", 2)
    code, said = audit()
    assert code == 2
    assert said == f"{UNREACHED}\nno end after 2 seconds\n"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (503, b"{}"),
        (200, b"<html>Log in to this network</html>"),
        (200, b'{"something": "else"}'),
        (200, b"{}"),
    ],
    ids=["busy", "portal", "other", "nothing"],
)
def test_a50_an_answer_that_says_nothing_is_no_clean_one(status, body, known, audit):
    has_advisory(known)
    known.instead = status, body
    code, said = audit()
    assert (code, said.splitlines()[0]) == (2, UNREACHED)


def test_a50_an_advisory_that_cannot_be_read_is_no_clean_answer(
    known, audit, monkeypatch
):
    """Nor does a setting of pip-audit's own hide it."""
    monkeypatch.setenv("PIP_AUDIT_LOGLEVEL", "CRITICAL")
    has_advisory(known, schema_version="2.0.0")
    code, said = audit()
    assert code == 2
    assert "Unsupported OSV schema version: 2.0.0" in said


def test_a50_the_bill_of_materials_names_all_that_runs_and_no_address(capsys):
    assert main(["--sbom"]) == 0
    bill = json.loads(capsys.readouterr().out)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert bill["metadata"]["component"]["name"] == "smarttrade-ui"
    wanted = {f"pkg:pypi/{pin.name}@{pin.version}" for pin in locks.read(RUN)}
    assert {part["purl"] for part in bill["components"]} == wanted
    assert set(bill["dependencies"][-1]["dependsOn"]) == wanted
    markers = {p["name"]: p.get("properties") for p in bill["components"]}
    assert markers["tzdata"] == [{"name": "marker", "value": 'sys_platform == "win32"'}]
    del bill["$schema"]
    assert "://" not in json.dumps(bill)


def wheel(folder: Path) -> str:
    """Make a package without anything in it; return its SHA-256."""
    file, info = folder / "tiny-1.0-py3-none-any.whl", "tiny-1.0.dist-info"
    with ZipFile(file, "w") as archive:
        archive.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
        )
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", "")
    return sha256(file.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("pinned", "refusal"),
    [
        (f"--hash=sha256:{1:064}", "DO NOT MATCH THE HASHES"),
        ("", "Hashes are required in --require-hashes mode"),
        ("--hash=sha256:{right}", ""),
    ],
    ids=["exchanged", "unpinned", "right"],
)
def test_a50_only_the_very_package_is_installed(pinned, refusal, tmp_path, lock):
    """A real pip, with the options that ./dev gives it, from a folder."""
    dev = (RUN.parents[1] / "dev").read_text()
    options = re.search(r'set -- (-q .*) -r "\$1"', dev)
    lock.write_text(f"tiny==1.0 {pinned.format(right=wheel(tmp_path))}\n")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", *options[1].split(), "-r", lock),
            *("--isolated", "--no-index", "--find-links", tmp_path),
            *("--target", tmp_path / "there"),
        ],
        capture_output=True,
        text=True,
    )
    assert (tmp_path / "there" / "tiny-1.0.dist-info").exists() == (not refusal)
    assert (done.returncode == 0) == (not refusal)
    assert refusal in done.stderr
