"""The sending journal, with several processes, full disks, and kill -9."""

from __future__ import annotations

import errno
import logging
import os
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from trades.gateway import journal

WAIT_S = 60
ROOT = Path(__file__).parent.parent.parent
WRITER = """
import resource, signal, sys
from pathlib import Path
from trades.gateway import journal
path, name, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
if room := int(sys.argv[4]):  # as on a disk that is nearly full
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))
for number in range(count):
    journal.append(path, {"by": name, "number": number, "filler": "x" * 300})
    print(number, flush=True)
"""


def writer(path: Path, name: str, count: int, *, room: int = 0) -> subprocess.Popen:
    """A process that appends so many lines and prints the number of each one done."""
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), name, str(count), str(room)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sending.journal"


def test_lines_are_read_as_they_were_written(path):
    lines = [{"event": "C3", "n": 1}, {"text": 'é\n"\0\ud800', "none": None}, {}]
    for line in lines:
        journal.append(path, line)
    assert list(journal.read(path)) == lines
    raw = path.read_bytes()
    assert raw.startswith(b'{"event":"C3","n":1}\n')
    assert raw.isascii()
    assert raw.count(b"\n") == 3


def test_a_line_is_on_disk_before_append_returns(path, monkeypatch):
    done = []

    def watched(name: str, seen: Callable[[tuple], object]) -> None:
        real = getattr(os, name)

        def call(*args):
            result = real(*args)
            done.append((name, seen(args)))
            return result

        monkeypatch.setattr(os, name, call)

    watched("write", lambda args: args[1])
    watched("fsync", lambda args: os.readlink(f"/proc/self/fd/{args[0]}"))
    watched("close", lambda args: None)
    journal.append(path, {"n": 1})
    name, folder, file = ("close", None), ("fsync", str(path.parent)), str(path)
    first = [folder, name, ("write", b'{"n":1}\n'), ("fsync", file), name]
    assert done == first
    journal.append(path, {"n": 2})
    assert done[len(first) :] == [("write", b'{"n":2}\n'), ("fsync", file), name]


def test_the_file_is_for_its_owner_alone(path):
    before = os.umask(0)
    try:
        journal.append(path, {})
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_an_empty_journal(path):
    assert list(journal.read(path)) == []
    assert not path.exists()


@pytest.mark.parametrize("value", [b"bytes", {1}, float("nan"), float("inf")], ids=repr)
def test_what_json_has_no_word_for_is_not_written(path, value):
    with pytest.raises((TypeError, ValueError)):
        journal.append(path, {"value": value})
    assert not path.exists()


def test_a_cut_line_does_not_swallow_the_next(path):
    whole = {"event": "C3", "key": "canary"}
    journal.append(path, whole)
    full = path.read_bytes()
    for length in range(len(full) + 1):
        path.write_bytes(full + full[:length])
        journal.append(path, {"n": length})
        found = list(journal.read(path))
        assert (found[0], found[-1]) == (whole, {"n": length})
        assert len(found) == (3 if length >= len(full) - 1 else 2)


def test_a_line_cut_at_the_last_moment_does_not_swallow_the_next(path, monkeypatch):
    journal.append(path, {"n": 1})
    real = os.pread

    def looked_too_early(*args) -> bytes:
        seen = real(*args)
        monkeypatch.undo()
        with path.open("ab") as file:
            file.write(b'{"n": 2, "text": "cu')
        return seen

    monkeypatch.setattr(os, "pread", looked_too_early)
    journal.append(path, {"n": 3})
    assert list(journal.read(path)) == [{"n": 1}, {"n": 3}]


DAMAGED = {
    "cut": b'{"a": "canary',
    "no object": b'["canary"]',
    "nothing but zeros": b"\0\0\0",
    "not ASCII": b'{"a": "\xc3\xa9 canary"}',
    "half a character": b"\xff",
    "UTF-16": '{"a": "canary"}'.encode("utf-16-le"),
    "very deep": b"[" * 100_000,
    "a number without end": b'{"a": ' + b"9" * 5000 + b"}",
}


@pytest.mark.parametrize("damage", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_line_is_skipped_and_told_by_its_number(path, caplog, damage):
    journal.append(path, {"n": 1})
    with path.open("ab") as file:
        file.write(damage + b"\n\n")
    journal.append(path, {"n": 4})
    with caplog.at_level(logging.DEBUG):
        assert list(journal.read(path)) == [{"n": 1}, {"n": 4}]
    assert [record.getMessage() for record in caplog.records] == [
        "journal: line 2 is damaged"
    ]
    assert "canary" not in caplog.text


def test_four_processes_lose_no_line(path):
    writers = [writer(path, name, 500) for name in "abcd"]
    assert [w.communicate(timeout=WAIT_S)[1] for w in writers] == [""] * 4
    lines = path.read_bytes().split(b"\n")
    assert len([line for line in lines if line]) == 2000
    found = list(journal.read(path))
    for name in "abcd":
        numbers = [line["number"] for line in found if line["by"] == name]
        assert numbers == list(range(500))
    assert len(found) == 2000


def test_a_full_disk_is_told(path):
    path.symlink_to("/dev/full")
    with pytest.raises(OSError, match="space") as full:
        journal.append(path, {"n": 1})
    assert full.value.errno == errno.ENOSPC


def test_no_folder_is_told(path):
    with pytest.raises(FileNotFoundError):
        journal.append(path.parent / "none" / path.name, {})


def test_a_disk_that_takes_half_a_line_is_told_and_goes_on_later(path):
    child = writer(path, "a", 99, room=1000)
    out, err = child.communicate(timeout=WAIT_S)
    said = len(out.split())
    assert child.returncode == 1
    assert f"[Errno {errno.ENOSPC}] the journal took a part of a line only\n" in err
    assert len(path.read_bytes()) == 1000
    assert len(list(journal.read(path))) == said == 2
    journal.append(path, {"n": "after"})
    assert list(journal.read(path))[-1] == {"n": "after"}
    assert len(list(journal.read(path))) == 3


def test_a_process_killed_while_it_appends_takes_nothing_along(path):
    said = Counter()
    for name in "abcde":
        other = writer(path, f"other-{name}", 100)
        victim = writer(path, name, 10**6)
        for _ in range(50 + len(said)):
            said[name] = int(victim.stdout.readline()) + 1
        victim.kill()
        rest = victim.stdout.read()  # communicate() would forget what is buffered
        victim.communicate(timeout=WAIT_S)
        said[name] += sum(line.endswith("\n") for line in rest.splitlines(True))
        assert other.communicate(timeout=WAIT_S)[1] == ""
    found = Counter(line["by"] for line in journal.read(path))
    for name in "abcde":
        assert said[name] <= found[name] <= said[name] + 1
        assert found[f"other-{name}"] == 100
    journal.append(path, {"by": "last"})
    assert list(journal.read(path))[-1] == {"by": "last"}
