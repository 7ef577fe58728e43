"""The sending journal: a file beside the database that only ever grows.

What it says of a submission holds even where the database was lost or put back to an
earlier day. Each line is one JSON object. Any number of processes may append at once.
"""

from __future__ import annotations

import errno
import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

_log = logging.getLogger(__name__)


def append(path: Path, line: Mapping[str, object]) -> None:
    """Write one line and return when it is on disk.

    Any ``OSError`` goes to the caller. The line may be there all the same, whole or
    cut.
    """
    text = json.dumps(dict(line), separators=(",", ":"), allow_nan=False)
    with _opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT) as file:
        size = os.fstat(file).st_size
        if size == 0:
            _keep_name(path)
        _write(file, size, text.encode("ascii") + b"\n")
        os.fsync(file)


def read(path: Path) -> Iterator[dict]:
    """Every whole line, oldest first; nothing where there is no file.

    What a crash left of a line is skipped, and its number is logged.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        return
    with file:
        for number, raw in enumerate(file, 1):
            line = _whole(raw)
            if line is not None:
                yield line
            elif raw.strip():
                _log.warning("journal: line %s is damaged", number)


@contextmanager
def _opened(path: Path, flags: int) -> Iterator[int]:
    file = os.open(path, flags | os.O_CLOEXEC, 0o600)
    try:
        yield file
    finally:
        os.close(file)


def _keep_name(path: Path) -> None:
    """Put a new file's name on disk, before anybody finds a first line in it."""
    with _opened(path.parent, os.O_RDONLY | os.O_DIRECTORY) as folder:
        os.fsync(folder)


def _write(file: int, size: int, line: bytes) -> None:
    """Apart from a line that a crash has cut, be it after ``size`` was asked for."""
    gap = _gap(file, size)
    start = _put(file, gap + line)
    if not gap and _gap(file, start):
        _put(file, b"\n" + line)


def _gap(file: int, position: int) -> bytes:
    """What has to stand between this position and a new line."""
    fresh = position == 0 or os.pread(file, 1, position - 1) == b"\n"
    return b"" if fresh else b"\n"


def _put(file: int, data: bytes) -> int:
    """Where it went; in one piece, so that lines of several processes don't mix."""
    if os.write(file, data) != len(data):
        raise OSError(errno.ENOSPC, "the journal took a part of a line only")
    return os.lseek(file, 0, os.SEEK_CUR) - len(data)


def _whole(raw: bytes) -> dict | None:
    try:
        line = json.loads(raw.decode("ascii"))
    except (ValueError, RecursionError):
        return None
    return line if isinstance(line, dict) else None
