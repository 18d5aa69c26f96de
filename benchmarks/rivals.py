"""What booktrack is compared with: stock TinyDB and SQLite, holding the same documents."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tinydb import TinyDB, where

JSON = dict[str, Any]

TABLES = ("books", "editions", "statuses", "readings", "series")
_INDEXES = (
    ("editions", "isbn_13"),
    ("editions", "book_id"),
    ("statuses", "edition_id"),
    ("books", "memberships[0].series_id"),
)


class Stock:
    """TinyDB as it comes: one file, read and written whole; no index."""

    name = "TinyDB"

    def __init__(self, library: Path, path: Path) -> None:
        if not path.exists():
            shutil.copyfile(library, path)
        self._database = TinyDB(path)

    def mark(self, edition_id: int, status: str) -> None:
        """Change the status of an edition; stock TinyDB does not wait for the disk."""
        self._database.table("statuses").update(
            {"status": status}, where("edition_id") == edition_id
        )

    def add(self, book: JSON, edition: JSON) -> None:
        """Insert a book with an edition."""
        book_id = self._database.table("books").insert(book)
        self._database.table("editions").insert(edition | {"book_id": book_id})

    def lookup(self, isbn: str) -> JSON:
        """Return the book of an ISBN with its editions, their status and its series."""
        editions = self._database.table("editions")
        book_id = editions.search(where("isbn_13") == isbn)[0]["book_id"]
        book = self._database.table("books").get(doc_id=book_id)
        found = editions.search(where("book_id") == book_id)
        statuses = self._database.table("statuses")
        held = [(one, statuses.search(where("edition_id") == one.doc_id)) for one in found]
        return {"book": book, "editions": held, "series": self._series(book)}

    def _series(self, book: Any) -> list[Any]:
        memberships = book.get("memberships", [])
        return [self._database.table("series").get(doc_id=one["series_id"]) for one in memberships]

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()


class SQLite:
    """SQLite as one would use it here: durable commits, one JSON column, indexes on its fields."""

    name = "SQLite"

    def __init__(self, library: Path, path: Path) -> None:
        fresh = not path.exists()
        self._database = sqlite3.connect(path, isolation_level=None)
        self._database.execute("PRAGMA journal_mode = WAL")
        self._database.execute("PRAGMA synchronous = FULL")
        if fresh:
            self._fill(json.loads(library.read_bytes()))

    def _fill(self, tables: JSON) -> None:
        self._database.execute("BEGIN")
        for name in TABLES:
            self._database.execute(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, doc TEXT)")
            self._database.executemany(
                f"INSERT INTO {name} VALUES (?, ?)",
                ((int(key), json.dumps(doc)) for key, doc in tables.get(name, {}).items()),
            )
        for number, (name, field) in enumerate(_INDEXES):
            self._database.execute(f"CREATE INDEX i{number} ON {name} (doc ->> '$.{field}')")
        self._database.execute("COMMIT")
        self._database.execute("ANALYZE")

    def mark(self, edition_id: int, status: str) -> None:
        """Change the status of an edition, durably."""
        self._database.execute(
            "UPDATE statuses SET doc = json_set(doc, '$.status', ?)"
            " WHERE doc ->> '$.edition_id' = ?",
            (status, edition_id),
        )

    def add(self, book: JSON, edition: JSON) -> None:
        """Insert a book with an edition, durably, in one transaction."""
        self._database.execute("BEGIN")
        book_id = self._insert("books", book)
        self._insert("editions", edition | {"book_id": book_id})
        self._database.execute("COMMIT")

    def _insert(self, table: str, document: JSON) -> int:
        cursor = self._database.execute(
            f"INSERT INTO {table} (doc) VALUES (?)", (json.dumps(document),)
        )
        return int(cursor.lastrowid or 0)

    def lookup(self, isbn: str) -> JSON:
        """Return the book of an ISBN with its editions, their status and its series."""
        (found,) = self._documents("editions", "isbn_13", isbn)
        ((book_id, book),) = self._documents("books", None, found[1]["book_id"])
        editions = [
            (edition, [*self._documents("statuses", "edition_id", edition_id)])
            for edition_id, edition in self._documents("editions", "book_id", book_id)
        ]
        series = []
        for one in book.get("memberships", []):
            volumes = self._documents("books", "memberships[0].series_id", one["series_id"])
            series.append(([*self._documents("series", None, one["series_id"])], [*volumes]))
        return {"book": book, "editions": editions, "series": series}

    def _documents(
        self, table: str, field: str | None, value: object
    ) -> Iterator[tuple[int, JSON]]:
        column = f"doc ->> '$.{field}'" if field else "id"
        rows = self._database.execute(f"SELECT id, doc FROM {table} WHERE {column} = ?", (value,))
        for number, text in rows:
            yield number, json.loads(text)

    def close(self) -> None:
        """Let go of the file."""
        self._database.close()
