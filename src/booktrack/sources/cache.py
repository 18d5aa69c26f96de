"""Answers kept on disk, so that the same question is not asked twice.

One small SQLite file, shared by all processes of the user. It holds nothing that cannot be asked
again: a damaged file is thrown away, and one that cannot be written is done without. `quota.py`
counts the requests of the day in it.
"""

from __future__ import annotations

import contextlib
import json
import logging
import sqlite3
import threading
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from platformdirs import user_cache_path

T = TypeVar("T")

_log = logging.getLogger(__name__)

MAX_BYTES = 64 * 1024 * 1024
_COMPRESS_FROM = 512  # bytes; below it zlib gains nothing
_WAIT = 0.5  # seconds for another process's write; the network is slower than that
_VERSION = 2
_TABLE = """
CREATE TABLE answers (
    key TEXT PRIMARY KEY, status INTEGER NOT NULL, url TEXT NOT NULL, headers TEXT NOT NULL,
    body BLOB NOT NULL, packed INTEGER NOT NULL, fetched_at TEXT NOT NULL,
    stored REAL NOT NULL, keep REAL NOT NULL, size INTEGER NOT NULL
) WITHOUT ROWID
"""
_DAYS = """
CREATE TABLE IF NOT EXISTS days (
    account TEXT PRIMARY KEY, ends REAL NOT NULL, requests INTEGER NOT NULL, stopped REAL NOT NULL
) WITHOUT ROWID
"""


@dataclass(frozen=True)
class Entry:
    """A kept answer; `stored` is a Unix time, `keep` the seconds for which it is fresh."""

    status: int
    headers: dict[str, str]
    body: bytes
    url: str
    fetched_at: str
    stored: float
    keep: float

    def fresh(self, now: float, most: float | None = None) -> bool:
        """Return whether it may be used without asking, at most so many seconds after it came.

        A clock set back makes nothing fresh.
        """
        return 0 <= now - self.stored < (self.keep if most is None else min(self.keep, most))


def default_path() -> Path:
    """Return where the cache lies on this platform."""
    return user_cache_path("booktrack", appauthor=False) / "answers.sqlite3"


class Cache:
    """Answers by key, at most `max_bytes` of them; the oldest go first."""

    def __init__(
        self, path: Path | None = None, *, max_bytes: int = MAX_BYTES, wait: float = _WAIT
    ) -> None:
        """Open nothing yet: the file is made on first use. `path=None` keeps it in memory."""
        self.path = path
        self._wait = wait
        self._max_bytes = max_bytes
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None

    def get(self, key: str) -> Entry | None:
        """Return the answer, fresh or not, or None."""
        return self.run(lambda db: _read(db, key))

    def put(self, key: str, entry: Entry) -> None:
        """Keep the answer under the key in place of what was there."""
        self.run(lambda db: self._write(db, key, entry))

    def _write(self, db: sqlite3.Connection, key: str, entry: Entry) -> None:
        packed = len(entry.body) >= _COMPRESS_FROM
        body = zlib.compress(entry.body) if packed else entry.body
        headers = json.dumps(entry.headers)
        said = (entry.status, entry.url, headers, body, packed)
        when = (entry.fetched_at, entry.stored, entry.keep)
        size = len(key) + len(entry.url) + len(headers) + len(body)
        with db:
            db.execute(
                "INSERT OR REPLACE INTO answers VALUES (?,?,?,?,?,?,?,?,?,?)",
                (key, *said, *when, size),
            )
            (total,) = db.execute("SELECT total(size) FROM answers").fetchone()
            if total > self._max_bytes:
                # A tenth more than needed, so that not every answer from now on evicts another.
                _evict(db, total - 0.9 * self._max_bytes)

    def forget(self, keys: Iterable[str]) -> None:
        """Forget the answers under these keys."""
        gone = [(key,) for key in keys]
        self.run(lambda db: _delete(db, gone))

    def held(self) -> tuple[int, int]:
        """Return how many answers are kept, and their bytes."""
        return self.run(_held) or (0, 0)

    def clear(self) -> None:
        """Forget every answer; the requests of the day stay counted."""
        self.run(_clear)

    def close(self) -> None:
        """Close the file; the next use opens it again."""
        with self._lock:
            self._drop()

    def run(self, work: Callable[[sqlite3.Connection], T]) -> T | None:
        """Return what the work on the file returns, or None where the file cannot be used."""
        with self._lock:
            for _ in ("as it is", "made anew"):
                try:
                    return work(self._open())
                except (sqlite3.OperationalError, OSError) as error:
                    # Locked for too long, disk full, folder read-only: the answer is asked for
                    # again, which is all that doing without a cache costs.
                    _log.info("the cache %s cannot be used now: %s", self.path, error)
                    return None
                except (sqlite3.DatabaseError, zlib.error, ValueError) as error:
                    _log.warning("the cache %s is damaged and is made anew: %s", self.path, error)
                    self._discard()
            return None

    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            if self.path:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            db = sqlite3.connect(
                self.path or ":memory:", timeout=self._wait, check_same_thread=False
            )
            try:
                _prepare(db)
            except sqlite3.Error:
                db.close()
                raise
            self._connection = db
        return self._connection

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _discard(self) -> None:
        self._drop()
        if self.path:
            for ending in ("", "-wal", "-shm"):
                # In a folder that is read-only the damaged file is done without.
                with contextlib.suppress(OSError):
                    self.path.with_name(self.path.name + ending).unlink(missing_ok=True)


def _prepare(db: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.OperationalError):
        # Another process may be switching a new file right now: its WAL serves us too.
        db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = NORMAL")
    if db.execute("PRAGMA user_version").fetchone() == (_VERSION,):
        return
    # Another version's answers are not worth a migration. Two processes may come here at once:
    # the second waits for the first and finds the work done.
    with db:
        db.execute("BEGIN IMMEDIATE")
        if db.execute("PRAGMA user_version").fetchone() != (_VERSION,):
            db.execute("DROP TABLE IF EXISTS answers")
            db.execute(_TABLE)
            db.execute(_DAYS)  # in another version's file the count goes on
            db.execute("CREATE INDEX answers_by_age ON answers (stored)")
            db.execute(f"PRAGMA user_version = {_VERSION}")


def _read(db: sqlite3.Connection, key: str) -> Entry | None:
    row = db.execute(
        "SELECT status, headers, body, packed, url, fetched_at, stored, keep "
        "FROM answers WHERE key = ?",
        (key,),
    ).fetchone()
    if row is None:
        return None
    status, headers, body, packed, *rest = row
    return Entry(status, json.loads(headers), zlib.decompress(body) if packed else body, *rest)


def _held(db: sqlite3.Connection) -> tuple[int, int]:
    number, size = db.execute("SELECT count(*), total(size) FROM answers").fetchone()
    return number, int(size)


def _evict(db: sqlite3.Connection, excess: float) -> None:
    gone = []
    for key, size in db.execute("SELECT key, size FROM answers ORDER BY stored, key"):
        if excess <= 0:
            break
        excess -= size
        gone.append((key,))
    db.executemany("DELETE FROM answers WHERE key = ?", gone)


def _delete(db: sqlite3.Connection, gone: list[tuple[str]]) -> None:
    with db:
        db.executemany("DELETE FROM answers WHERE key = ?", gone)


def _clear(db: sqlite3.Connection) -> None:
    with db:
        db.execute("DELETE FROM answers")
