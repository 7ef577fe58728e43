"""The history as a file: exactly what the filters leave, and where it came from.

The rows are written to a file of their own first, in one pass and in constant memory.
Only then are their count and hash known, which stand in the first lines of what is
handed out and in the event that says who exported it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from trades.domain.numbers import plain
from trades.models import Event, Submission
from trades.services import audit

CSV, JSON_LINES = "csv", "jsonl"
_AT_ONCE = 2000
_CHUNK = 65_536
_COLUMNS = {
    "confirmed_at": "confirmed_at",
    "submission": "public_id",
    "trader": "trader__username",
    "account": "account__name",
    "account_number": "account__remote_id",
    "market": "account__market",
    "mode": "mode",
    "type": "trade_type",
    "pair": "pair",
    "side": "side",
    "size": "size",
    "quote": "quote",
    "value": "value",
    "planned_loss": "planned_loss",
    "planned_r": "planned_r",
    "state": "state",
    "reason": "reason",
    "overridden": "ticked",
    "verdict": "verdict__value",
    "assigned_to": "verdict__assigned_to__username",
    "vendor_error": "refusal",
    "status": "status",
    "trade": "remote_id",
    "remote_status": "remote_status",
    "duration_ms": "duration_ms",
    "sent_at": "sent_at",
    "ended_at": "ended_at",
    "note": "note",
    "token": "token",
    "retry_of": "retry_of__public_id",
    "rule_set": "rule_set",
    "app_version": "app_version",
    "sha256": "sha256",
    "body": "body",
}
# A spreadsheet takes text that begins so for a formula, or for the next cell.
_FORMULA = tuple("=+-@\t\r\n\0＝＋－＠")


_WHOLE_OR_EXACT = {
    *("account_number", "size", "value", "planned_loss", "planned_r"),
    *("status", "trade", "duration_ms"),
}

Cell = object  # what a column holds: text, a number, a time, a list, or None


class Pieces:
    """First lines and file, in pieces; to be closed, whether they were read or not."""

    def __init__(self, first: str, file: IO[bytes]) -> None:
        self._first, self._file = first, file
        self.close = file.close

    def __iter__(self) -> Iterator[bytes]:
        yield self._first.encode()
        while chunk := self._file.read(_CHUNK):
            yield chunk


@dataclass(frozen=True)
class Exported:
    """How many rows there are, and the whole file."""

    count: int
    pieces: Pieces


def export(rows: QuerySet[Submission], *, form: str, filters: str, by) -> Exported:
    """``form``: ``csv`` or ``jsonl``; ``filters``: the query of the page's address."""
    lines, first_lines, headings = _FORMS[form]
    file = TemporaryFile(dir=settings.DATA_DIR)  # noqa: SIM115  # outlives this call
    count, digest = _write(file, lines(_cells(rows)))
    told = {
        "exported_at": timezone.now().isoformat(timespec="seconds"),
        "by": by.get_username(),
        "filters": filters,
        "rows": count - headings,
        "sha256": digest,
    }
    told["chain_head"] = _on_record(told, form, by)
    return Exported(count - headings, Pieces(first_lines(told), file))


def _write(file: IO[bytes], lines: Iterator[str]) -> tuple[int, str]:
    """How many lines, and the hash of all their bytes."""
    count, digest = 0, sha256()
    for line in lines:
        written = line.encode()
        digest.update(written)
        file.write(written)
        count += 1
    file.seek(0)
    return count, digest.hexdigest()


def _on_record(told: dict[str, object], form: str, by) -> str:
    """The end of the chain, with the event of this export in it."""
    details = {name: told[name] for name in ("filters", "rows", "sha256")}
    with transaction.atomic(durable=True):
        name = by.get_username()
        Event.append(None, by=name, new="history exported", format=form, **details)
    return audit.head()


def _cells(rows: QuerySet[Submission]) -> Iterator[tuple[Cell, ...]]:
    yield from rows.values_list(*_COLUMNS.values()).iterator(chunk_size=_AT_ONCE)


def _csv_lines(rows: Iterator[tuple[Cell, ...]]) -> Iterator[str]:
    yield _csv_line(_COLUMNS)
    for row in rows:
        pairs = zip(_COLUMNS, row, strict=True)
        yield _csv_line(_csv_cell(name, value) for name, value in pairs)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


_csv_line = csv.writer(_Echo()).writerow  # returns the line


def _csv_cell(name: str, value: Cell) -> str:
    """Numbers stay numbers, whatever sign they begin with."""
    return _text(value) if name in _WHOLE_OR_EXACT else guarded(_text(value))


def guarded(text: str) -> str:
    """Text that a spreadsheet leaves alone: no cell begins like a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def _csv_first(told: dict[str, object]) -> str:
    return "".join(_csv_line([f"# {n}", guarded(str(v))]) for n, v in told.items())


def _json_lines(rows: Iterator[tuple[Cell, ...]]) -> Iterator[str]:
    """Numbers stand there as numbers, with every digit that they have."""
    for row in rows:
        pairs = zip(_COLUMNS, row, strict=True)
        members = ",".join(f'"{name}":{_json(name, v)}' for name, v in pairs)
        yield f"{{{members}}}\n"


def _json(name: str, value: Cell) -> str:
    if value is None or isinstance(value, list):
        return json.dumps(value)
    return _text(value) if name in _WHOLE_OR_EXACT else json.dumps(_text(value))


def _json_first(told: dict[str, object]) -> str:
    return json.dumps({"export": told}) + "\n"


def _text(value: Cell) -> str:
    if isinstance(value, str):  # most are
        return value
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)


# How the rows are written, what stands before them, and how many lines are headings.
_FORMS = {CSV: (_csv_lines, _csv_first, 1), JSON_LINES: (_json_lines, _json_first, 0)}
