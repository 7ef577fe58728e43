"""The book: every trade ever made, with its exact body, in a SQLite file.

The table, for readers in other processes::

    trades(id, owner, account_id, mode, pair, kind, body BLOB, created_ms,
           seen_price TEXT, settles_as TEXT, ended_ms, ended_as)

``body`` holds the bytes of the request as they came. Times are milliseconds since
1970. A trade's status is not stored: it follows from these times and the clock.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trades.sandbox.keys import Key, fresh_keys, moody_keys
from trades.sandbox.moods import KeyMood

# How long 3Commas takes to get over a trade's creation, or its end.
SETTLE_MS = 3000

# Numbers start beyond 32 bits, so that nobody keeps them in a smaller column, and at
# the second in which the file is made, so that a new file gives out new ones.
_TABLES = """
CREATE TABLE IF NOT EXISTS trades (
    id INTEGER PRIMARY KEY AUTOINCREMENT, owner INTEGER NOT NULL,
    account_id INTEGER NOT NULL, mode TEXT NOT NULL, pair TEXT NOT NULL,
    kind TEXT NOT NULL, body BLOB NOT NULL, created_ms INTEGER NOT NULL,
    seen_price TEXT NOT NULL, settles_as TEXT NOT NULL,
    ended_ms INTEGER, ended_as TEXT
);
CREATE TABLE IF NOT EXISTS keys (
    scheme TEXT NOT NULL, api_key TEXT NOT NULL, secret TEXT NOT NULL,
    owner INTEGER NOT NULL, mood TEXT NOT NULL DEFAULT 'GOOD'
);
INSERT INTO sqlite_sequence (name, seq) SELECT 'trades', 3000000000
    + CAST(strftime('%s', 'now') AS INTEGER)
    WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'trades');
"""
_COLUMNS = (
    "id, owner, account_id, mode, pair, kind, body, created_ms, seen_price, "
    "settles_as, ended_ms, ended_as"
)
_PENDING = {"cancelled": "cancellation_pending", "panic_sold": "panic_sell_pending"}
TERMINAL = ("finished", "cancelled", "failed", "panic_sold")


@dataclass(frozen=True)
class Trade:
    """One SmartTrade as the book has it."""

    id: int
    owner: int
    account_id: int
    mode: str
    pair: str
    kind: str
    body: bytes  # the request, byte for byte
    created_ms: int
    seen_price: str  # what the entry was reckoned at when the trade was made
    settles_as: str  # the status after its creation
    ended_ms: int | None = None  # when somebody cancelled or closed it
    ended_as: str | None = None

    def status(self, now_ms: int) -> str:
        if self.ended_ms is not None and self.ended_as is not None:
            over = now_ms >= self.ended_ms + SETTLE_MS
            return self.ended_as if over else _PENDING[self.ended_as]
        return self.settles_as if now_ms >= self._settled_ms else "created"

    def updated_ms(self, now_ms: int) -> int:
        """When the status was last another one."""
        moments = [self.created_ms, self._settled_ms]
        if self.ended_ms is not None:
            moments = [self.ended_ms, self.ended_ms + SETTLE_MS]
        return max(moment for moment in moments if moment <= max(now_ms, moments[0]))

    def closed_ms(self, now_ms: int) -> int | None:
        closed = self.status(now_ms) in TERMINAL
        return self.updated_ms(now_ms) if closed else None

    def is_filled(self, now_ms: int) -> bool:
        """Whether the position was opened before the trade ended."""
        until = now_ms if self.ended_ms is None else self.ended_ms
        opens = self.settles_as in ("waiting_targets", "finished")
        return opens and until >= self._settled_ms

    @property
    def _settled_ms(self) -> int:
        return self.created_ms + SETTLE_MS


class Book(Mapping[int, Trade]):
    """All trades by number, oldest first, read from the file each time.

    Several processes may read and write the same file.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        # The file holds secrets of the sandbox's own keys.
        os.close(os.open(self.path, os.O_CREAT | os.O_RDWR, 0o600))
        with self._open() as db:
            db.execute("PRAGMA journal_mode=WAL")
            db.executescript(_TABLES)

    def __getitem__(self, number: int) -> Trade:
        found = self._select("WHERE id = ?", number)
        if not found:
            raise KeyError(number)
        return found[0]

    def __iter__(self) -> Iterator[int]:
        return iter([trade.id for trade in self._select()])

    def __len__(self) -> int:
        return len(self._select())

    def of(self, owner: int, mode: str) -> list[Trade]:
        return self._select("WHERE owner = ? AND mode = ?", owner, mode)

    def add(self, **columns: object) -> Trade:
        """Write a trade down, for good."""
        names = ", ".join(columns)
        marks = ", ".join("?" * len(columns))
        sql = f"INSERT INTO trades ({names}) VALUES ({marks})"  # noqa: S608
        with self._open() as db:
            number = db.execute(sql, tuple(columns.values())).lastrowid
        return self[number]

    def end(self, number: int, ended_as: str, now_ms: int) -> None:
        """Begin to cancel or close; the first to do so counts."""
        sql = (
            "UPDATE trades SET ended_ms = ?, ended_as = ? "
            "WHERE id = ? AND ended_ms IS NULL"
        )
        with self._open() as db:
            db.execute(sql, (now_ms, ended_as, number))

    def own_keys(self) -> list[Key]:
        """The file's throw-away keys; those it has not got yet are made."""
        with self._open() as db:
            db.execute("BEGIN IMMEDIATE")
            keys = _kept_keys(db)
            new = [] if keys else fresh_keys()
            new += moody_keys({key.mood for key in keys + new})
            rows = [(k.scheme, k.api_key, k.secret, k.owner, k.mood.name) for k in new]
            db.executemany("INSERT INTO keys VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("COMMIT")
        return keys + new

    def _select(self, where: str = "", *values: object) -> list[Trade]:
        sql = f"SELECT {_COLUMNS} FROM trades {where} ORDER BY id"  # noqa: S608
        with self._open() as db:
            return [Trade(*row) for row in db.execute(sql, values)]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        db = sqlite3.connect(self.path, timeout=20, isolation_level=None)
        try:
            yield db
        finally:
            db.close()


def _kept_keys(db: sqlite3.Connection) -> list[Key]:
    """Oldest first. An older file's keys had no moods."""
    if "mood" not in {column[1] for column in db.execute("PRAGMA table_info(keys)")}:
        db.execute("ALTER TABLE keys ADD COLUMN mood TEXT NOT NULL DEFAULT 'GOOD'")
    sql = "SELECT scheme, api_key, secret, owner, mood FROM keys ORDER BY rowid"
    return [Key(*row, KeyMood[mood]) for *row, mood in db.execute(sql)]
