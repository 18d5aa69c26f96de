"""What the rest of booktrack knows of a store: documents by table and id, indexes, transactions.

A document is a plain dict; its id stands beside it. Every dict that a store hands out is the
caller's own copy, and every one that it takes is copied and validated by its model.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple, Protocol

Document = dict[str, Any]


class Change(NamedTuple):
    """One document before and after a transaction: None before an insert, after a removal."""

    revision: int
    at: str
    table: str
    doc_id: int
    before: Document | None
    after: Document | None


class Changes(NamedTuple):
    """What was changed, oldest first; `complete` is false where the oldest is forgotten already."""

    complete: bool
    made: list[Change]


class Reader(Protocol):
    """Reading: from the store as it is now, or inside a transaction with its own changes."""

    def get(self, table: str, doc_id: int) -> Document | None:
        """Return the document, or None where there is none."""
        ...

    def get_many(self, table: str, doc_ids: Iterable[int]) -> dict[int, Document]:
        """Return the documents that are there, by id, in the order asked for."""
        ...

    def find(self, index: str, key: str) -> list[int]:
        """Return the ids that stand under the key of an index (see `store.indexes`), ascending."""
        ...

    def ids(self, table: str) -> list[int]:
        """Return all ids of a table, ascending."""
        ...

    def all(self, table: str) -> Iterator[tuple[int, Document]]:
        """Return every document with its id, ascending by id."""
        ...

    def count(self, table: str) -> int:
        """Return how many documents a table holds."""
        ...


class Transaction(Reader, Protocol):
    """Changes that are kept together or not at all."""

    def insert(self, table: str, document: Document) -> int:
        """Return the new document's id; an id is never given twice, not even after a removal.

        Raises:
            InvalidDocument: the document does not fit its model or is not JSON.
        """
        ...

    def put(self, table: str, doc_id: int, document: Document) -> bool:
        """Replace a document; return False where it was the same already.

        Raises:
            NotFound: there is no such document.
            InvalidDocument: the document does not fit its model or is not JSON.
        """
        ...

    def remove(self, table: str, doc_id: int) -> None:
        """Remove a document.

        Raises:
            NotFound: there is no such document.
        """
        ...

    def savepoint(self) -> int:
        """Return a mark to roll back to."""
        ...

    def roll_back(self, savepoint: int) -> None:
        """Take back what was changed after the mark."""
        ...


class Store(Reader, Protocol):
    """A library on disk, shared by threads and processes."""

    path: Path
    read_only: bool

    def transaction(
        self, why: str, *, user_id: int | None = None
    ) -> AbstractContextManager[Transaction]:
        """Return a context: leaving it commits durably, an exception leaves everything as it was.

        Reading inside sees the transaction's own changes; a transaction inside another one joins
        it. A transaction that changed nothing writes nothing.

        Raises:
            StoreBusy: another process kept the lock for too long.
            StoreReadOnly: the file or its folder may not be written.
        """
        ...

    def reading(self) -> AbstractContextManager[Reader]:
        """Return a context in which the library stands still: all that is read is of one revision.

        Changes wait for its end, so do nothing slow in it and begin no transaction.
        """
        ...

    def in_transaction(self) -> bool:
        """Return whether this thread is in a transaction, and so reads its own changes."""
        ...

    def tables(self) -> list[str]:
        """Return the names of the tables that hold a document."""
        ...

    def catch_up(self) -> int:
        """Take over what other processes have committed; return the revision that is read now.

        The revision is a number that grows with every transaction, whoever made it.
        """
        ...

    def glance(self) -> int | None:
        """Return the revision where it is at hand, or None where one would have to wait for it."""
        ...

    def changed_since(self, revision: int) -> set[tuple[str, int]] | None:
        """Return the (table, id) pairs touched after that revision; None where it is too old."""
        ...

    def history(self, limit: int | None = 50) -> list[dict[str, Any]]:
        """Return the last transactions, newest first, None for all that are kept.

        Each is `{"id", "at", "why", "user_id", "changes": {table: count}, "undone_by"}`.
        """
        ...

    def changes(
        self, tables: Collection[str], *, since: datetime | None = None, after: int | None = None
    ) -> Changes:
        """Return what was changed in these tables since a moment, or after a revision."""
        ...

    def undo(self, transaction_id: int, *, user_id: int | None = None) -> dict[str, Any]:
        """Take back a transaction, in a transaction of its own, and return that one's entry.

        Raises:
            NotFound: there is no such transaction, or it is no longer kept.
            Conflict: its documents were changed since; nothing is undone.
        """
        ...

    def checkpoint(self) -> None:
        """Write the snapshot, so that the plain file holds everything and the journal is empty."""
        ...

    def check(self) -> dict[str, Any]:
        """Return a report on the files: `{"ok", "problems": [...], "tables": {...}, ...}`."""
        ...

    def condition(self) -> dict[str, Any]:
        """Return what can be told of the files at once: sizes, rights, lock, free space."""
        ...

    def backups(self) -> list[dict[str, Any]]:
        """Return the kept snapshots, newest first: `{"path", "at", "revision", "size"}` each."""
        ...

    def backup(self, path: str | os.PathLike[str], *, overwrite: bool = False) -> dict[str, Any]:
        """Write a plain, verified copy and return `{"path", "bytes", "revision", "tables"}`.

        Raises:
            Conflict: the file is there already and may not be overwritten.
        """
        ...

    def keep_backups(self, most: int) -> None:
        """Keep at most so many backups from now on; the oldest go when the next one is made."""
        ...

    def keep_backup(self) -> str | None:
        """Keep what is there now among the backups; return its path, None where nothing is there.

        Within a transaction it is what was there before that.
        """
        ...

    def restore(
        self, path: str | os.PathLike[str], *, user_id: int | None = None
    ) -> dict[str, Any]:
        """Make the library what a file holds, in one transaction, and return its entry.

        Raises:
            InvalidFile: the file is missing or holds no library; nothing was changed.
        """
        ...

    def close(self) -> None:
        """Write a last snapshot where there is something to write, and let go of the files."""
        ...
